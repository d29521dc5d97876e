import { createHash } from 'node:crypto';

/**
 * A raw ledger operation that the test chaincode carries out. Values are bytes, one latin-1 character each. A `§` in a key
 * stands for the instance of the program, so that one program can be played again beside its earlier self.
 */
export type Operation =
  | { readonly op: 'put'; readonly key: string; readonly value: string }
  | { readonly op: 'delete'; readonly key: string }
  | { readonly op: 'get'; readonly key: string }
  /** Several writes in one message of Fabric 3.1; no value deletes the key. */
  | { readonly op: 'putMany'; readonly writes: readonly (readonly [key: string, value: string | null])[] }
  /** Several reads in one message of Fabric 3.1. */
  | { readonly op: 'getMany'; readonly keys: readonly string[] }
  | { readonly op: 'event'; readonly name: string; readonly payload: string }
  /** Puts the digest of a transient value into the answer. */
  | { readonly op: 'transient'; readonly name: string }
  /** Ends the run with this answer. */
  | { readonly op: 'respond'; readonly status: number; readonly message: string; readonly payload?: string }
  /** What the embedded node declares that it does not have. */
  | { readonly op: 'declared'; readonly feature: DeclaredFeature; readonly key: string };

export const DECLARED_FEATURES = ['range', 'query', 'history', 'private', 'keyPolicy', 'call'] as const;
export type DeclaredFeature = (typeof DECLARED_FEATURES)[number];

export const ORGANISATIONS = ['Org1MSP', 'Org2MSP', 'Org3MSP'] as const;
export type MspId = (typeof ORGANISATIONS)[number];

/**
 * Who signs: a client of an organisation; a certificate of another authority under an organisation's MSP id; a client of an
 * organisation that is not on the channel; Org1's certificate under Org2's MSP id.
 */
export type Signatory = MspId | 'impostor' | 'stranger' | 'borrower';

/** What is wrong with a proposal. */
export interface ProposalFaults {
  readonly shiftMinutes?: number;
  readonly hasNoTimestamp?: boolean;
  readonly signature?: 'garbage' | 'empty' | 'of other bytes';
  readonly txId?: string;
  readonly hasNoNonce?: boolean;
  readonly epoch?: number;
  readonly type?: number;
  readonly channel?: string;
  readonly chaincode?: string;
  readonly extension?: 'garbage' | 'empty';
  readonly creator?: 'garbage' | 'empty';
}

/** What is done to an endorsed transaction before its client signs it, or to that signature. */
export type Tampering =
  | 'signature of garbage'
  | 'signature of other bytes'
  | 'no signature'
  | 'signed by another'
  | 'one endorsement'
  | 'no endorsement'
  | 'one endorsement twice'
  | 'endorsement of garbage'
  | 'endorsed by a client'
  | 'response changed'
  | 'transaction id changed'
  | 'nonce changed'
  | 'channel changed'
  | 'epoch changed'
  | 'proposal payload changed'
  | 'action twice'
  | 'data of garbage'
  | 'extension of garbage'
  | 'creator of garbage'
  | 'timestamp changed';

/** One transaction of a program. */
export interface Step {
  readonly run: readonly Operation[];
  readonly by?: Signatory;
  /** Who endorses; by default whom the Gateway chooses. */
  readonly endorsers?: readonly MspId[];
  readonly transient?: Readonly<Record<string, string>>;
  readonly proposal?: ProposalFaults;
  readonly tampering?: Tampering;
  /** Submits once more what that step of an earlier or this group submitted; nothing is endorsed. */
  readonly again?: { readonly group: number; readonly step: number };
}

/**
 * The transactions of a group are all endorsed before the first is submitted, and stand in one block in their order.
 * A group begins when the one before is committed on every peer.
 */
export type Group = readonly Step[];

export interface Program {
  readonly name: string;
  readonly groups: readonly Group[];
}

/** Distinguishes programs; a recorded outcome belongs to the program of this digest. */
export function programDigest(program: Program): string {
  return createHash('sha256').update(JSON.stringify(program)).digest('hex').slice(0, 16);
}

function keysOf(operation: Operation): readonly string[] {
  if (operation.op === 'putMany') return operation.writes.map(([key]) => key);
  if (operation.op === 'getMany') return operation.keys;
  return 'key' in operation && operation.op !== 'declared' ? [operation.key] : [];
}

/** The operation with other names for its keys. */
export function withKeys(operation: Operation, rename: (key: string) => string): Operation {
  if (operation.op === 'putMany')
    return { ...operation, writes: operation.writes.map(([key, value]) => [rename(key), value]) };
  if (operation.op === 'getMany') return { ...operation, keys: operation.keys.map(rename) };
  return 'key' in operation ? { ...operation, key: rename(operation.key) } : operation;
}

/** Every key that the program names and that can be asked for, in the order of first mention. */
export function keysNamed({ groups }: Program): string[] {
  const named = groups.flat().flatMap(({ run }) => run.flatMap(keysOf));
  return [...new Set(named)].filter((key) => key.isWellFormed());
}
