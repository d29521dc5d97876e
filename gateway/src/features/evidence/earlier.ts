import { createHash, X509Certificate } from 'node:crypto';
import {
  addSeconds,
  compromisesType,
  decodeRecord,
  keys,
  type EvidenceEarlier,
  type Instant,
} from '@tallystick/chaincode/model';
import { submitterOf } from '../../ledger/envelope.js';
import type { Trees } from '../../projection/port.js';
import type { Compact, Proven } from './compact.js';
import type { SignedCheckpoint, CheckpointChoice } from './checkpoint-choice.js';

/** A checkpoint from before a key was compromised, and what was there by then. */
export interface Earlier {
  readonly ground: SignedCheckpoint;
  readonly paths: EvidenceEarlier['paths'];
}

export interface EarlierParts {
  readonly grounds: Pick<CheckpointChoice, 'ground'>;
  readonly projection: Pick<Trees, 'body' | 'inclusion'>;
  /** Organisations whose witnesses readers ask for. */
  readonly needed: number;
}

/** Heights that are looked through, and those of them whose signatures are asked for: other members may have to be asked. */
const MOST_HEIGHTS = 10_000;
const MOST_ASKED = 4;
/** Seconds by which readers let clocks differ. */
const CLOCK_SKEW = 900;

/** A key that signed, from when on others may hold it, and the transactions. */
interface Signed {
  readonly mspId: string;
  readonly from: Instant;
  readonly transactions: readonly Proven[];
}

/**
 * For each key that signed and was declared compromised since, the first kept checkpoint over what it signed that enough witnesses of other
 * organisations, or an authority, saw before the date. Nothing where there is none: what a key signed stays undecided then.
 */
export async function earlierOf(
  compact: Compact,
  height: number,
  parts: EarlierParts,
): Promise<readonly Earlier[]> {
  const found = new Map<number, Earlier>();
  for (const signed of declaredIn(compact)) {
    const ground = await seenBefore(signed, height, parts);
    if (ground === undefined) continue;
    const { body } = ground;
    const before = found.get(body.height)?.paths ?? [];
    const paths = await Promise.all(
      signed.transactions.map(async ({ position }) => ({
        position,
        path: [...(await parts.projection.inclusion(position, body.size))],
      })),
    );
    found.set(body.height, { ground, paths: [...before, ...paths] });
  }
  return [...found.values()];
}

function declaredIn({ transactions, states }: Compact): readonly Signed[] {
  const texts = new Map(states.texts.map(({ key, text }) => [key, text]));
  const signed = new Map<string, Signed>();
  for (const each of transactions) {
    const { mspId = '', certificate = '' } = submitterOf(each.envelope) ?? {};
    const text = texts.get(keys.compromises(mspId).text);
    if (text === undefined) continue;
    const key = keyIn(certificate);
    // Under which participant does not matter here: a checkpoint too many does no harm.
    const dates = decodeRecord(compromisesType, text).keys.filter((declared) => declared.key === key);
    const from = dates.map((declared) => declared.from).sort()[0];
    if (from === undefined) continue;
    const transactionsBefore = signed.get(key)?.transactions ?? [];
    signed.set(key, { mspId, from, transactions: [...transactionsBefore, each] });
  }
  return [...signed.values()];
}

const keyIn = (certificate: string): string => {
  const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(spki).digest('hex')}`;
};

async function seenBefore(
  signed: Signed,
  height: number,
  { grounds, projection, needed }: EarlierParts,
): Promise<SignedCheckpoint | undefined> {
  const first = Math.max(...signed.transactions.map(({ leaf }) => leaf.block));
  let asked = 0;
  for (let at = first; at < Math.min(height, first + MOST_HEIGHTS) && asked < MOST_ASKED; at += 1) {
    if ((await projection.body(at)) === undefined) continue;
    asked += 1;
    const ground = await grounds.ground(at);
    if (ground !== undefined && isSeen(ground, signed, needed)) return ground;
  }
  return undefined;
}

function isSeen({ witnesses, tokens }: SignedCheckpoint, { mspId, from }: Signed, needed: number): boolean {
  const early = witnesses.filter(
    (each) => each.mspId !== mspId && addSeconds(each.statement.signedAt, CLOCK_SKEW) < from,
  );
  return tokens.length > 0 || new Set(early.map((each) => each.mspId)).size >= needed;
}
