/**
 * What witnesses signed, ours and those of other members. It outlives the projection: that can be made anew, and a signature that somebody
 * else holds cannot be taken back.
 */

import type { CheckpointBody, Digest, Leaf, Witnessing } from '@tallystick/chaincode/model';

/** A body with a signature under it. */
export interface Signed {
  readonly body: CheckpointBody;
  readonly witnessing: Witnessing;
}

/** This gateway signed one body for a height and has come to another since: that height is never served again. */
export interface Retraction {
  readonly height: number;
  readonly signed: Signed;
  /** What the fold gave later. */
  readonly found: CheckpointBody;
  readonly at: string;
}

/** Where two histories part. */
export interface FirstDifference {
  /** The first height at which the bodies differ, as far as both are kept. */
  readonly height: number;
  /** Parts of the bodies that differ there. */
  readonly members: readonly (keyof CheckpointBody)[];
  /** Place in the log; absent where the logs agree, and only what is made of them does not. */
  readonly position?: number;
  readonly ours?: Leaf;
  readonly theirs?: Leaf;
}

/**
 * What cannot be true of an honest ledger and honest witnesses. EQUIVOCATION: one signer, two bodies, one height. CONTRADICTION: somebody
 * signed another body than ours; `first` is where the histories part, as far as that could be found.
 */
export type Lie =
  | {
      readonly kind: 'EQUIVOCATION';
      readonly height: number;
      readonly mspId: string;
      readonly both: readonly [Signed, Signed];
      readonly at: string;
    }
  | {
      readonly kind: 'CONTRADICTION';
      readonly height: number;
      readonly mspId: string;
      readonly theirs: Signed;
      readonly ours: CheckpointBody;
      readonly first?: FirstDifference;
      readonly at: string;
    };

/** A signature of somebody else, by the key that made it (SHA-256 of its SPKI). */
export interface Witnessed extends Signed {
  readonly key: Digest;
  /** Whether our fold gives the same body. */
  readonly isAgreed: boolean;
}

/**
 * KEPT: new, or it says more than the one that was kept under the same body. KNOWN: a signature of this signer under this body is kept that
 * says as much. EQUIVOCATION: one under another body is; both are kept as proof,
 * and nothing of this signer counts at this height any more.
 */
export type WitnessedOutcome = 'KEPT' | 'KNOWN' | 'EQUIVOCATION';

/** The newest signature of a signer under a body that our fold gives too. */
export interface NewestWitnessed {
  readonly key: Digest;
  readonly mspId: string;
  readonly height: number;
}

interface SignedHeight {
  readonly height: number;
  readonly body: Digest;
}

export interface CheckpointArchive {
  /**
   * Keeps our own signatures, all durable when it settles. Never a second body for a height, whatever key signed the first, and never one
   * that was retracted: those are left out, and their heights returned. Signatures by the same key for the same body stay as they are.
   */
  sign(signed: readonly Signed[], key: Digest): Promise<readonly number[]>;
  /**
   * Puts a later signature of ours in the place of the one that stands, by the same key under the same body; all at once, durable when it
   * settles. False where there is none such: then nothing is kept.
   */
  renew(signed: Signed, key: Digest): Promise<boolean>;
  /** Heights that we signed, from one to another (both included), also those retracted. */
  signedBetween(from: number, to: number): Promise<readonly SignedHeight[]>;
  /** Heights that this key has signed, in the same range. */
  signedByKey(key: Digest, from: number, to: number): Promise<readonly number[]>;
  /** Our newest signature by this key at a height; `undefined` also where it is retracted. */
  signed(height: number, key: Digest): Promise<Signed | undefined>;
  /** The newest height that this key has signed, and not retracted. */
  newestSigned(key: Digest): Promise<Signed | undefined>;
  /** Notes that the fold gives another body than we signed; the first such note of a height stays. True when it is new. */
  retract(height: number, found: CheckpointBody): Promise<boolean>;
  isRetracted(height: number): Promise<boolean>;
  retractions(): Promise<readonly Retraction[]>;
  /** Keeps a signature of somebody else. */
  witness(witnessed: Witnessed): Promise<WitnessedOutcome>;
  /** Signatures of others under this body, without those of signers that equivocated at its height. */
  witnessed(height: number, body: Digest): Promise<readonly Witnessed[]>;
  /** By signer, its newest signature that was agreed. */
  newestWitnessed(): Promise<readonly NewestWitnessed[]>;
  /**
   * Heights under whose body so many organisations, ours among them, are known to have signed what our fold gives; the highest first, at
   * most so many.
   */
  agreedHeights(organisations: number, limit: number): Promise<readonly number[]>;
  /** Keeps a lie for good; true when it is new. A contradiction is new once for each signer and height. */
  keepLie(lie: Lie, key: Digest): Promise<boolean>;
  lies(): Promise<readonly Lie[]>;
  counts(): Promise<{ readonly lies: number; readonly retractions: number }>;
  /** Keeps everything of a height for good. */
  name(height: number): Promise<void>;
  /** Heights below one that nothing has named, the lowest first. */
  unnamedBelow(height: number, limit: number): Promise<readonly number[]>;
  /** Lets go of these heights, save those named. */
  drop(heights: readonly number[]): Promise<void>;
}
