import { p256 } from '@noble/curves/nist.js';
import {
  digestOf,
  digestOfHash,
  EMPTY_MAP,
  encode,
  MemoryNodes,
  proveMap,
  updateMap,
  witnessedBytes,
  type CheckpointBody,
  type MapEntry,
  type MapProof,
  type RequestOf,
  type descriptors,
} from '@tallystick/chaincode/model';
import { Buffer } from 'node:buffer';

/** A witness with a key of its own, made from a number. */
export interface WitnessKey {
  readonly secret: Uint8Array;
  readonly key: string;
}

export function witnessKey(number: number): WitnessKey {
  const secret = new Uint8Array(32).fill(number);
  return { secret, key: Buffer.from(p256.getPublicKey(secret, true)).toString('hex') };
}

export const CHANNEL = 'channel';

/** What stands under a key, and what ought to; `null` for nothing. */
export interface Divergence {
  readonly key: string;
  readonly effective: string | null;
  readonly standing: Uint8Array | string | null;
}

const digestOrNull = (text: Uint8Array | string | null) => (text === null ? null : digestOf(text));

export const entryOf = ({ key, effective, standing }: Divergence): MapEntry => ({
  space: 'record',
  key,
  value: {
    text: digestOrNull(effective),
    leaf: effective === null ? null : 7,
    standing: digestOrNull(standing),
  },
});

type Restoring = RequestOf<typeof descriptors.records.Restore>;

/** A checkpoint over a map with these entries among a hundred others, and the proof of a key of it. */
export function checkpointOver(
  entries: readonly MapEntry[],
  key: string,
  changes: Partial<CheckpointBody> = {},
): { readonly checkpoint: CheckpointBody; readonly proof: MapProof } {
  const nodes = new MemoryNodes();
  const others = Array.from({ length: 100 }, (_, index): MapEntry => {
    const value = { text: digestOf(`${index}`), leaf: index };
    return { space: 'record', key: `other/${index}`, value };
  });
  const root = updateMap(EMPTY_MAP, [...others, ...entries], nodes);
  const checkpoint: CheckpointBody = {
    channel: CHANNEL,
    genesis: digestOf('genesis'),
    height: 12,
    block: digestOf('block'),
    size: 30,
    log: digestOf('log'),
    map: digestOfHash(root),
    editions: digestOf('editions'),
    ...changes,
  };
  return { checkpoint, proof: proveMap(root, [{ space: 'record', key }], nodes) };
}

export function witness(
  of: WitnessKey,
  body: CheckpointBody,
  options: { lowS?: boolean } = {},
): Restoring['witnesses'][number] {
  const statement = { signedAt: '2026-11-24T08:00:00.000Z', replayedFrom: 0, software: digestOf('software') };
  const bytes = witnessedBytes(body, statement);
  const signature = p256.Signature.fromBytes(p256.sign(bytes, of.secret, { lowS: true }));
  const { Fn } = p256.Point;
  const signed = options.lowS === false ? new p256.Signature(signature.r, Fn.neg(signature.s)) : signature;
  return { key: of.key, statement, signature: Buffer.from(signed.toBytes('der')).toString('base64') };
}

/** A whole request, signed by these. */
export function restoring(divergence: Divergence, signers: readonly WitnessKey[]): Restoring {
  const { checkpoint, proof } = checkpointOver([entryOf(divergence)], divergence.key);
  const witnesses = signers.map((each) => witness(each, checkpoint));
  return { key: divergence.key, text: divergence.effective, checkpoint, witnesses, proof };
}

export const argumentOf = (request: object): string => encode(request);
