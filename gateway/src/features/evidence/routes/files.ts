import {
  EVIDENCE_MEDIA_TYPE,
  evidenceFile,
  id,
  STATEMENT_MEDIA_TYPE,
  type EvidenceSubject,
} from '@tallystick/chaincode/model';
import * as z from 'zod';
import { encoded } from '../../../http/encoded.js';
import type { KeyedRoute, Route } from '../../../http/route.js';
import type { Evidence } from '../port.js';
import type { Ports } from '../../../routes/ports.js';

type Needs = Ports & { readonly evidence: Evidence };

const query = z.strictObject({
  profile: z
    .enum(['compact', 'full'])
    .optional()
    .describe(
      '`full` is every block of the ledger, other members’ transactions included: for a court order.',
    ),
  openings: z
    .enum(['true', 'false'])
    .optional()
    .describe('With the openings of sealed fields that this organisation has.'),
});

const RESOURCES: Readonly<Record<EvidenceSubject['kind'], string>> = {
  usage: 'usages',
  claim: 'claims',
  grant: 'grants',
  valuation: 'valuations',
};
const kinds = Object.keys(RESOURCES) as EvidenceSubject['kind'][];

const evidenceRoute = ({ evidence }: Needs, kind: EvidenceSubject['kind']): KeyedRoute => ({
  method: 'get',
  path: `/${RESOURCES[kind]}/{id}/evidence`,
  params: { id: id(kind) },
  query,
  scope: 'read',
  doc: {
    tag: RESOURCES[kind],
    summary: `What proves one ${kind} to somebody who trusts nobody here: a file that is verified offline.`,
    description:
      'Made now, as of the newest checkpoint that enough witnesses have signed, or the newest with a time token when that covers the newest state. 503 with `Retry-After`: too few have signed one that covers it. 413: the whole ledger does not fit into one file. Compressed where the client accepts Brotli or gzip.',
    responses: {
      200: { description: 'The evidence file.', mediaType: EVIDENCE_MEDIA_TYPE, schema: evidenceFile },
    },
  },
  handle: async (exchange) => {
    const { profile, openings } = exchange.query;
    const { id: subject = '' } = exchange.params;
    const options = { isFull: profile === 'full', isOpened: openings === 'true', signal: exchange.signal() };
    const body = await evidence.file({ kind, id: subject }, options);
    const name = `${subject}.evidence.json`;
    const headers = {
      'content-type': EVIDENCE_MEDIA_TYPE,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    };
    return encoded(exchange, { status: 200, headers, body });
  },
});

const statement = ({ evidence }: Needs): KeyedRoute => ({
  method: 'get',
  path: '/organisation/statement',
  scope: 'read',
  doc: {
    tag: 'organisation',
    summary: 'What this organisation says of its ledger, signed: the page from which a trust file is typed.',
    responses: {
      200: {
        description: 'Lines of text, with a signature over them.',
        mediaType: 'text/plain',
        schema: { jsonSchema: { type: 'string' } },
      },
    },
  },
  handle: async () => {
    const headers = { 'content-type': STATEMENT_MEDIA_TYPE, 'cache-control': 'no-store' };
    return { status: 200, headers, body: await evidence.statement() };
  },
});

/** Evidence files, and the fingerprints that they are judged by. */
export const evidenceRoutes = (ports: Needs): Route[] => [
  ...kinds.map((kind) => evidenceRoute(ports, kind)),
  statement(ports),
];
