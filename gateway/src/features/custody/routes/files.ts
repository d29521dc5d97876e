import { descriptors, LIMITS, type AnyDescriptor } from '@tallystick/chaincode/model';
import * as z from 'zod';
import type { Answer } from '../../../http/answer.js';
import { jsonSchemaOf } from '../../../http/openapi-schema.js';
import type { KeyedExchange, KeyedRoute, RouteDoc } from '../../../http/route.js';
import { FORM_TYPE, readUpload } from '../../../http/upload.js';
import type { AppendMetadata, By, RegisterMetadata, Stored, UseCases } from '../port.js';
import { operationDoc } from '../../../routes/operation-doc.js';
import type { Ports } from '../../../routes/ports.js';
import { madeAnswer, orOperation } from '../../../routes/submission.js';

type Needs = Ports & { readonly useCases: UseCases };

type StoredFile = Stored<{ readonly datasetId: string; readonly versionId: string }>;

/** A transaction whose version is a file that comes with it. */
interface FileTransaction {
  readonly descriptor: AnyDescriptor;
  readonly path: string;
  readonly summary: string;
  readonly make: (by: By, metadata: unknown, file: AsyncIterable<Uint8Array>) => Promise<StoredFile>;
}

const DOCUMENT = 'dataset';
const FILE = 'file';

/** What sealing finds out of a version, and what is therefore not the client's to say. */
const MEASURED = [
  ['version', 'delivery'],
  ['version', 'commitment', 'digest'],
  ['version', 'commitment', 'bytes'],
] as const;

const answerOf = ({ txId, blockNumber, bytes, ...rest }: StoredFile): Answer =>
  madeAnswer({ txId, blockNumber }, `/datasets/${rest.result.datasetId}`, {
    ...rest,
    bytes: bytes.toString(),
  });

async function receive(
  ports: Needs,
  { descriptor, make }: FileTransaction,
  { request, principal }: KeyedExchange,
): Promise<Answer> {
  const upload = await readUpload(request, {
    document: DOCUMENT,
    file: FILE,
    documentLimit: Math.min(ports.bodyLimit, LIMITS.argument),
    fileLimit: ports.uploadLimit,
  });
  try {
    return await orOperation(ports, principal.name, descriptor.name, async () =>
      answerOf(await make({ identity: principal.identity }, upload.document, upload.file)),
    );
  } catch (error) {
    // Whatever the payload store calls it: the form was the reason.
    throw upload.failure() ?? error;
  } finally {
    upload.abandon();
  }
}

function docOf({ descriptor, summary }: FileTransaction): RouteDoc {
  const metadata = jsonSchemaOf({
    schema: descriptor.request,
    optional: ['nonce'],
    without: MEASURED,
  });
  return {
    tag: 'datasets',
    summary,
    description: `Two parts, in this order: \`${DOCUMENT}\` (application/json: the request of \`${descriptor.name}\` without what sealing measures) and \`${FILE}\`, which is encrypted as it streams. Nothing is registered unless all of it arrived.`,
    body: {
      [FORM_TYPE]: {
        jsonSchema: {
          type: 'object',
          required: [DOCUMENT, FILE],
          properties: { [DOCUMENT]: metadata, [FILE]: { type: 'string', format: 'binary' } },
        },
      },
    },
    responses: {
      201: { description: 'Stored, and recorded on the ledger.', schema: storedSchema(descriptor) },
      202: operationDoc('Stored and sent; the outcome is not known yet: ask the operation at `Location`.'),
    },
  };
}

const storedSchema = ({ response }: AnyDescriptor): z.ZodType =>
  z.strictObject({
    txId: z.string(),
    blockNumber: z.int(),
    result: response,
    cid: z.string(),
    commitment: z.string(),
    /** SHA-256 of the bare file, for its owner's eyes. */
    plainDigest: z.string(),
    bytes: z.string(),
  });

const fileRoute = (ports: Needs, transaction: FileTransaction): KeyedRoute => ({
  method: 'post',
  path: transaction.path,
  scope: 'datasets:write',
  accepts: { types: [FORM_TYPE], isStreamed: true },
  doc: docOf(transaction),
  handle: (exchange) => receive(ports, transaction, exchange),
});

/** Files become sealed payloads. Custody judges the metadata before it reads a byte of the file. */
export const fileRoutes = (ports: Needs): KeyedRoute[] => [
  fileRoute(ports, {
    descriptor: descriptors.datasets.Register,
    path: '/datasets/files',
    summary: 'Seal and store a file, and register it as a new dataset.',
    make: (by, metadata, file) => ports.useCases.registerFile(by, metadata as RegisterMetadata, file),
  }),
  fileRoute(ports, {
    descriptor: descriptors.datasets.Append,
    path: '/datasets/versions/files',
    summary: 'Seal and store a file, and add it as the next version of a dataset.',
    make: (by, metadata, file) => ports.useCases.appendFile(by, metadata as AppendMetadata, file),
  }),
];
