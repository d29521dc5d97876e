import {
  decode,
  encode,
  EncodingError,
  id,
  keys,
  MAX_HANDED_OVER,
  schema,
  type Dataset,
  type Digest,
  type Id,
  type TransferOffer,
  type Version,
} from '@tallystick/chaincode/model';
import * as z from 'zod';
import { PayloadError } from '../../payload/port.js';
import type { Projection } from '../../projection/port.js';
import { recordAt } from './projected.js';

/** What giver and receiver of keys have in common. */

export type SealedVersion = Version & { readonly delivery: Extract<Version['delivery'], { mode: 'SEALED' }> };

/** A version with the age header that wraps its file key to somebody. */
export interface Wrapped {
  readonly version: Id<'version'>;
  readonly header: Uint8Array;
}

const HEADER_BASE64 = 400;
/** Bytes of a bundle: an id and a header of one X25519 recipient for each version. */
export const MAX_BUNDLE_BYTES = MAX_HANDED_OVER * 600;

const bundle = z
  .array(z.strictObject({ version: id('version'), header: z.base64().max(HEADER_BASE64) }))
  .min(1)
  .max(MAX_HANDED_OVER);

/** Canonical JSON; what it holds opens to the receiver's age identity and to nothing else. */
export const encodeBundle = (wrapped: readonly Wrapped[]): Uint8Array =>
  Buffer.from(
    encode(
      wrapped.map(({ version, header }) => ({ version, header: Buffer.from(header).toString('base64') })),
    ),
  );

/** @throws PayloadError HEADER_INVALID: the giver published something else */
export function decodeBundle(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  try {
    const entries = bundle.parse(decode(Buffer.from(bytes).toString('utf8')));
    return new Map(entries.map(({ version, header }) => [version, Buffer.from(header, 'base64')]));
  } catch (cause) {
    if (!(cause instanceof z.ZodError) && !(cause instanceof EncodingError)) throw cause;
    throw new PayloadError('HEADER_INVALID', 'what was published is no bundle of headers', { cause });
  }
}

/** What the proof of possession is about, so that it serves for this claim, this receiver, these versions and this offer only. */
export const contextOf = (
  claimId: string,
  { to, versions }: Pick<TransferOffer, 'to' | 'versions'>,
  nonce: string,
): string => encode({ claimId, nonce, to, versions });

/** Versions of a dataset whose payload is sealed, in the order of their numbers. */
export async function sealedVersionsOf(
  projection: Pick<Projection, 'record'>,
  dataset: Dataset['id'],
): Promise<readonly SealedVersion[]> {
  const sealed: SealedVersion[] = [];
  for (let number = 1; ; number += 1) {
    const numbered = await recordAt(projection, keys.versionNumber(dataset, number));
    if (numbered === undefined) return sealed;
    const version = await recordAt(projection, keys.version(numbered.version));
    if (version?.delivery.mode === 'SEALED') sealed.push({ ...version, delivery: version.delivery });
  }
}

/** A digest as the model types it. */
export const asDigest = (text: string): Digest => schema.digest.parse(text);
