import {
  compromisesType,
  decodeRecord,
  keys,
  openWrite,
  type CheckpointBody,
  type EvidenceRecord,
  type EvidenceStates,
  type EvidenceSubject,
  type EvidenceTransaction,
  type MapKey,
  type Usage,
  type WriteDigest,
} from '@tallystick/chaincode/model';
import { submitterOf } from '../../ledger/envelope.js';
import type { Projection, Trees } from '../../projection/port.js';
import { EvidenceError } from './errors.js';
import type { SignedCheckpoint } from './checkpoint-choice.js';
import { textDigest } from './text-digest.js';
import { select, type Chosen, type Selection } from './selection.js';

/** Everything that a compact file is made from. */
export type Proofs = Pick<Projection, 'history' | 'texts'> &
  Pick<Trees, 'effectiveTexts' | 'envelope' | 'inclusion' | 'mapProof' | 'positionOf'>;

/** A transaction under the checkpoint, with its envelope as it stands in the block. */
export interface Proven extends Omit<EvidenceTransaction, 'envelope'> {
  readonly envelope: Uint8Array;
}

export interface Compact {
  readonly selection: Selection;
  /** In the order of the log. */
  readonly transactions: readonly Proven[];
  readonly states: EvidenceStates;
  readonly records: readonly EvidenceRecord[];
}

/**
 * What proves a record as of a checkpoint: nothing is asked of anybody.
 * @throws EvidenceError NOT_FOUND when it is not there at that height, NOT_PROJECTED @throws ProjectionError
 */
export async function compactOf(
  projection: Proofs,
  subject: EvidenceSubject,
  { body, witnesses }: Pick<SignedCheckpoint, 'body' | 'witnesses'>,
): Promise<Compact> {
  const selection = await select(projection, subject, body.height);
  if (selection === undefined) throw new EvidenceError('NOT_FOUND', `no ${subject.kind} ${subject.id}`);
  const { transactions, answered } = selection;
  const shown = await Promise.all(transactions.map((chosen) => proven(projection, chosen, body)));
  return {
    selection,
    transactions: shown,
    states: await newestOf(projection, selection, signersOf(shown, witnesses), body.height),
    records: await lookedAt(projection, answered?.value, shown),
  };
}

/** MSP ids of who signed a transaction or the checkpoint. */
function signersOf(shown: readonly Proven[], witnesses: SignedCheckpoint['witnesses']): readonly string[] {
  const submitters = shown.flatMap(({ envelope }) => submitterOf(envelope)?.mspId ?? []);
  return [...new Set([...submitters, ...witnesses.map(({ mspId }) => mspId)])];
}

/**
 * The subject in the map; for a use that may still be contested the space, too: its rulebook says until when; and what is declared of the
 * keys of those who signed, mostly that nothing is. The subject's text stands among the writes of the transaction that made it.
 */
async function newestOf(
  projection: Proofs,
  { key, newest }: Selection,
  signers: readonly string[],
  height: number,
): Promise<EvidenceStates> {
  const declared = await declaredOf(projection, signers, height);
  const isOpen = newest.value.kind === 'usage' && newest.value.state === 'ALLOWED';
  const space = isOpen ? [keys.space().text] : [];
  const proof = await projection.mapProof(height, [
    { space: 'record', key },
    { space: 'note', key },
    ...[...declared.keys(), ...space].map((other): MapKey => ({ space: 'record', key: other })),
  ]);
  const texts = [
    ...declared.values(),
    ...(await Promise.all(space.map((other) => textAt(projection, other, height)))),
  ];
  return { proof, texts: texts.flatMap((text) => text ?? []) };
}

/** By key: what is declared of the keys of these organisations, and of the keys of those who declared it. */
async function declaredOf(
  projection: Proofs,
  signers: readonly string[],
  height: number,
): Promise<ReadonlyMap<string, EvidenceRecord | undefined>> {
  const found = new Map<string, EvidenceRecord | undefined>();
  const asked = [...signers];
  for (const mspId of asked) {
    const { text: key } = keys.compromises(mspId);
    if (found.has(key)) continue;
    const record = await textAt(projection, key, height);
    found.set(key, record);
    if (record) asked.push(...decodeRecord(compromisesType, record.text).keys.map((each) => each.mspId));
  }
  return found;
}

async function textAt(projection: Proofs, key: string, height: number): Promise<EvidenceRecord | undefined> {
  const version = (await projection.texts(key)).findLast(({ blockNumber }) => blockNumber <= height);
  return version && { key, text: version.text };
}

async function proven(projection: Proofs, chosen: Chosen, { size }: CheckpointBody): Promise<Proven> {
  const { txId, block, index } = chosen;
  const [logged, envelope] = await Promise.all([
    projection.positionOf(txId),
    projection.envelope(block, index),
  ]);
  const isThere = logged?.leaf.block === block && logged.leaf.index === index;
  if (!isThere || envelope === undefined)
    throw new EvidenceError('NOT_PROJECTED', `${txId} is not in our projection`);
  const { leaf, position } = logged;
  const [path, writes] = await Promise.all([
    projection.inclusion(position, size),
    opened(projection, position, chosen.keys),
  ]);
  return { leaf, position, path: [...path], envelope, writes };
}

/** Effective writes of a transaction under these keys, each opened from its leaf. */
async function opened(
  projection: Proofs,
  position: number,
  shown: ReadonlySet<string>,
): Promise<Proven['writes']> {
  const texts = await projection.effectiveTexts(position);
  const writes = texts.map(([key, text]): WriteDigest => [key, textDigest(text)]);
  return texts
    .filter(([key]) => shown.has(key))
    .map(([key, text]) => ({ text, opening: openWrite(writes, key) }));
}

/**
 * The records that a decision looked at, as they stood then: the texts whose digests are among its facts, but for those that transactions
 * show anyway. What an earlier answer of the same transaction wrote and a later one overwrote is in no history, and left out.
 */
async function lookedAt(
  projection: Proofs,
  usage: Usage | undefined,
  shown: readonly Proven[],
): Promise<readonly EvidenceRecord[]> {
  const written = new Set(
    shown.flatMap(({ writes }) => writes.map(({ opening, text }) => `${opening.key} ${textDigest(text)}`)),
  );
  const found = await Promise.all(
    (usage?.answer?.facts ?? []).map(async ({ key, value }) => {
      if (value === null || written.has(`${key} ${value}`)) return undefined;
      const versions = await projection.texts(key);
      const version = versions.findLast(({ text }) => textDigest(text) === value);
      return version && { key, text: version.text };
    }),
  );
  return found.flatMap((record) => record ?? []);
}
