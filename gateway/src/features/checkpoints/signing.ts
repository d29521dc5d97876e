import {
  witnessedBytes,
  type CheckpointBody,
  type Digest,
  type Instant,
  type WitnessStatement,
} from '@tallystick/chaincode/model';
import type { EnrolledIdentity } from '../../identities/index.js';
import type { Signed } from './stores/port.js';

/** What this gateway says of itself in every statement. */
export interface Signer {
  readonly identity: EnrolledIdentity;
  /** Digest of the identity's public key. */
  readonly key: Digest;
  /** Digest of the software that folds. */
  readonly software: Digest;
  readonly now: () => Instant;
}

/** That a height was the newest of our own peer, and when that was asked. */
export type SeenNewest = Required<Pick<WitnessStatement, 'signedAt' | 'newest'>>;

/** A body under the signature of our witness. The projection folds every block from the first on. */
export function signBody(
  body: CheckpointBody,
  { identity, software, now }: Omit<Signer, 'key'>,
  seen?: SeenNewest,
): Signed {
  const statement: WitnessStatement = { signedAt: now(), replayedFrom: 0, software, ...seen };
  const signature = Buffer.from(identity.sign(witnessedBytes(body, statement))).toString('base64');
  const { mspId, certificate } = identity;
  return { body, witnessing: { statement, mspId, certificate, signature } };
}
