import {
  EVIDENCE_MEDIA_TYPE,
  evidenceFile,
  id,
  STATEMENT_MEDIA_TYPE,
  type EvidenceSubject,
} from '@tallystick/chaincode/model';
import * as z from 'zod';
import type { KeyedRoute, Route } from '../http/route.js';
import type { Ports } from './ports.js';

const query = z.strictObject({
  profile: z
    .enum(['compact', 'full'])
    .optional()
    .describe('`full` adds the whole blocks, other members’ transactions included: for a court order.'),
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

const evidenceRoute = ({ evidence }: Ports, kind: EvidenceSubject['kind']): KeyedRoute => ({
  method: 'get',
  path: `/${RESOURCES[kind]}/{id}/evidence`,
  params: { id: id(kind) },
  query,
  scope: 'read',
  doc: {
    tag: RESOURCES[kind],
    summary: `What proves one ${kind} to somebody who trusts nobody here: a file that is verified offline.`,
    description:
      'Collected when a receipt closes, and kept. What is not kept yet is collected now; 503 with `Retry-After` says that too few organisations answer at the moment.',
    responses: {
      200: { description: 'The evidence file.', mediaType: EVIDENCE_MEDIA_TYPE, schema: evidenceFile },
    },
  },
  handle: async ({ params: { id: subject = '' }, query: { profile, openings } }) => {
    const options = { isFull: profile === 'full', isOpened: openings === 'true' };
    const body = await evidence.file({ kind, id: subject }, options);
    const name = `${subject}.evidence.json`;
    const headers = {
      'content-type': EVIDENCE_MEDIA_TYPE,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    };
    return { status: 200, headers, body };
  },
});

const statement = ({ evidence }: Ports): KeyedRoute => ({
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
export const evidenceRoutes = (ports: Ports): Route[] => [
  ...kinds.map((kind) => evidenceRoute(ports, kind)),
  statement(ports),
];
