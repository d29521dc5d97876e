import { descriptors, encode, keys, type Id, type Version } from '@tallystick/chaincode/model';
import { recordAt } from '../custody/port.js';
import { submitPersistently, type Patience } from '../../ledger/port-persistence.js';
import { componentOf } from '../custody/port.js';
import type { Appended, By, UseCases } from '../custody/port.js';
import type { EnrolledIdentity } from '../../identities/index.js';
import type { Ledger } from '../../ledger/port.js';
import type { Projection } from '../../projection/port.js';
import { applied } from './apply.js';
import { bytesOf, contentOf } from './content.js';
import { TransformError, type TransformAsk, type Transformations, type Transformed } from './port.js';

export interface TransformationParts {
  readonly ledger: Ledger;
  readonly projection: Projection;
  readonly useCases: Pick<UseCases, 'appendFile' | 'openOwn'>;
  /** The identity that signs as our component. */
  readonly signer: Pick<EnrolledIdentity, 'name' | 'keyDigest'>;
  /** Our participant id. */
  readonly participant: string;
  /** For the statement, once the version is there. */
  readonly patience: Patience;
}

/** What is transformed is held in memory whole, a few times over. */
export const LARGEST = 64 * 1024 * 1024;

export const newTransformations = (parts: TransformationParts): Transformations => ({
  transform: (by, ask) => transform(parts, by, ask),
});

async function transform(parts: TransformationParts, by: By, ask: TransformAsk): Promise<Transformed> {
  const { versionId, datasetId, duty, format, details } = ask;
  const version = await recordAt(parts.projection, keys.version(versionId));
  if (version?.dataset !== datasetId)
    throw new TransformError('VERSION_MISMATCH', 'It is no version of the dataset');
  const component = await ownComponent(parts);
  const content = contentOf(await wholeOf(parts, version), format);
  const bytes = bytesOf(applied(content, duty, details), format);
  const number = await nextNumber(parts, datasetId);
  const metadata = { datasetId, number, version: { collection: version.collection } };
  const made = await parts.useCases.appendFile(by, metadata, once(bytes));
  return { ...(await attest(parts, ask, made, component)), number };
}

/** The plaintext of an own version. @throws TransformError TOO_LARGE_TO_TRANSFORM before anything is opened */
async function wholeOf({ useCases }: TransformationParts, { id, commitment }: Version): Promise<Uint8Array> {
  if (BigInt(commitment.bytes) > BigInt(LARGEST)) {
    const limit = `${LARGEST / (1024 * 1024)} MiB`;
    throw new TransformError(
      'TOO_LARGE_TO_TRANSFORM',
      `The version has ${commitment.bytes} bytes; ${limit} can be transformed`,
    );
  }
  const parts: Uint8Array[] = [];
  for await (const part of await useCases.openOwn(id)) parts.push(part);
  return Buffer.concat(parts);
}

async function ownComponent({
  projection,
  participant,
  signer,
}: TransformationParts): Promise<Id<'component'>> {
  const ours = { participant, keyDigest: signer.keyDigest } as Parameters<typeof componentOf>[1];
  const component = await componentOf(projection, ours);
  if (component !== undefined) return component;
  throw new TransformError('TRANSFORMATION_UNSUPPORTED', 'No certified component of ours could state it');
}

/** Versions are numbered without a gap, so doubling and halving finds the first number that is free. */
async function nextNumber({ projection }: TransformationParts, dataset: Id<'dataset'>): Promise<number> {
  const isTaken = async (number: number): Promise<boolean> =>
    (await projection.record(keys.versionNumber(dataset, number))) !== undefined;
  let high = 1;
  while (await isTaken(high)) high *= 2;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await isTaken(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** The statement, in the component's signature. The version is there by now, so it is worth some patience. */
async function attest(
  { ledger, signer, patience }: TransformationParts,
  { versionId: of, duty: { action, parameters } }: TransformAsk,
  { result, cid, commitment, bytes }: Appended,
  component: Id<'component'>,
): Promise<Omit<Transformed, 'number'>> {
  const version = result.versionId as Id<'version'>;
  const submission = {
    identity: signer.name,
    transaction: descriptors.transformations.Attest.name,
    argument: encode({ version, of, action, parameters, component }),
  };
  const { txId, blockNumber } = await submitPersistently(ledger, submission, patience);
  return { txId, blockNumber, versionId: version, of, action, parameters, cid, commitment, bytes };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
