import { randomBytes } from 'node:crypto';
import { rawCid, type AnyDescriptor, type descriptors, type RequestOf } from '@tallystick/chaincode/model';
import { CID_PROFILE, PAYLOAD_SUITE, type SealedPayload } from '../../payload/port.js';
import { CustodyError } from './errors.js';
import type { VersionMetadata } from './port.js';

export type VersionBody = RequestOf<typeof descriptors.datasets.Register>['version'];

/** What only sealing can tell of a version. */
export type Measured = Pick<SealedPayload, 'cid' | 'commitment' | 'keyCommitment' | 'plainBytes'>;

const NO_DIGEST = `sha256:${'0'.repeat(64)}`;

/** Stands in until a file is sealed, so that its metadata can be judged before a byte of it is read. */
export const PLACEHOLDER: Measured = {
  cid: rawCid(new Uint8Array()),
  commitment: NO_DIGEST,
  keyCommitment: NO_DIGEST,
  plainBytes: 0n,
};

/** A fresh nonce as the model spells it. */
export const newNonce = (): string => randomBytes(16).toString('hex');

/** The version of a request, from what its owner says and what sealing measured. */
export function versionBody({ collection, commitment }: VersionMetadata, measured: Measured): VersionBody {
  type Digest = VersionBody['commitment']['digest'];
  return {
    collection,
    commitment: {
      ...commitment,
      digest: measured.commitment as Digest,
      bytes: measured.plainBytes.toString(),
    },
    delivery: {
      mode: 'SEALED',
      cid: measured.cid,
      cidProfile: CID_PROFILE,
      suite: PAYLOAD_SUITE,
      keyCommitment: measured.keyCommitment as Digest,
    },
  };
}

interface Flaw {
  readonly pointer: string;
  readonly reason: string;
}

const malformed = (what: string, errors: readonly Flaw[]): CustodyError =>
  new CustodyError('MALFORMED', `Does not fit ${what}`, { details: { errors } });

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Judge a request by its descriptor. @throws CustodyError MALFORMED */
export function requireRequest({ request, name }: AnyDescriptor, value: unknown): void {
  const parsed = request.safeParse(value);
  if (parsed.success) return;
  const errors = parsed.error.issues
    .slice(0, 20)
    .map(({ path, message }) => ({ pointer: pointerOf(path), reason: message }));
  throw malformed(name, errors);
}

/**
 * Refuse members that are not the caller's to say: what custody finds out itself must not be dropped in silence when a
 * caller says something else. @throws CustodyError MALFORMED
 */
export function requireMembers(value: unknown, members: readonly string[], pointer: string): void {
  if (typeof value !== 'object' || value === null) {
    throw malformed('an object', [{ pointer, reason: 'must be an object' }]);
  }
  const errors = Object.keys(value)
    .filter((name) => !members.includes(name))
    .map((name) => ({ pointer: `${pointer}${pointerOf([name])}`, reason: 'is not a member' }));
  if (errors.length > 0) throw malformed('the metadata', errors);
}

/** @throws CustodyError MALFORMED */
export function requireVersionMetadata(version: VersionMetadata): void {
  requireMembers(version, ['collection', 'commitment'], '/version');
  if (version.commitment !== undefined) {
    requireMembers(version.commitment, ['records', 'schemaDigest'], '/version/commitment');
  }
}
