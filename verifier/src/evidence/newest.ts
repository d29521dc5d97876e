import {
  compromisesType,
  decodeRecord,
  digestOf,
  noteEntry,
  recordEntry,
  type CheckpointBody,
  type EvidenceStates,
  type EvidenceSubject,
  type ProvenMap,
  type RecordEntry,
} from '@tallystick/chaincode/model';
import type { Checklist } from '../checklist.js';
import { mspIdIn } from '../fabric/proposal.js';
import { evaluableIf, Rejection, rejectUnless, type Facts } from '../rejection.js';
import { assertProofSize, proven, provenMap } from './proofs.js';
import type { Evidence } from './reading.js';
import { assertRecord } from './record-kinds.js';
import { keyOf, subjectRecord } from './subject.js';
import type { EvidencedTransaction, NewestRecord } from './transactions.js';

/** What stands newest, as the map of a checkpoint shows it. */
export interface CurrentState {
  readonly newest: NewestRecord;
  /** Texts of other records that the map shows, by key. */
  readonly others: ReadonlyMap<string, string>;
}

/**
 * That the file knows the newest of its subject: the map at the height has its text and the transaction that wrote it, and that very
 * transaction is in the file with that text. Whoever leaves out what came later, leaves out this.
 */
export function checkNewest(
  evidence: Pick<Evidence, 'states' | 'subject' | 'checkpoint'>,
  body: CheckpointBody | undefined,
  transactions: readonly EvidencedTransaction[],
  list: Checklist,
): Promise<CurrentState | undefined> {
  const { states, subject } = evidence;
  return list.run('subject.newest', keyOf(subject), () => {
    evaluableIf(body !== undefined, 'NOT_GIVEN', { what: 'a checkpoint' });
    evaluableIf(states !== undefined, 'NOT_GIVEN', { what: 'the newest state' });
    const map = readMap(states, body);
    const others = textsIn(map, states);
    const organisations = new Set([...signersOf(evidence, transactions), ...declarantsIn(others)]);
    assertAsked(map, subject, states, organisations);
    const newest = newestIn(map, subject, transactions);
    return { value: { newest, others }, facts: { height: `${body.height}`, ...factsOf(newest) } };
  });
}

/** Organisations that sign in one file: far more than any has. */
const ORGANISATIONS = 32;

/** Texts for which that number of hashes is admitted. Of more texts the paths share most of theirs; a file may name thousands. */
const TEXTS = 64;

/** The part of the map at the height that the file shows. @throws Rejection TOO_LARGE, PROOF_INVALID */
export function readMap({ proof, texts }: EvidenceStates, { map }: CheckpointBody): ProvenMap {
  assertProofSize(proof, Math.min(texts.length, TEXTS) + 2 + ORGANISATIONS);
  return provenMap(proof, map);
}

/** Told to the reader, and no reason to doubt: what endorsers wrote and the rules did not has no effect. */
const factsOf = ({ text, leaf, standing, note }: NewestRecord): Facts => ({
  text: digestOf(text),
  position: `${leaf}`,
  ...(standing !== undefined && { standing: standing ?? 'none' }),
  ...(note !== undefined && { note: `${note}` }),
});

/** @throws Rejection READ_NOT_EVIDENCED, MALFORMED, SUBJECT_MISSING */
function entryIn(map: ProvenMap, key: string): RecordEntry {
  const value = proven(() => map.get('record', key));
  rejectUnless(value !== undefined, 'SUBJECT_MISSING', { key });
  const entry = recordEntry.safeParse(value);
  rejectUnless(entry.success, 'MALFORMED', { key, what: 'an entry of the map' });
  return entry.data;
}

function newestIn(
  map: ProvenMap,
  subject: EvidenceSubject,
  transactions: readonly EvidencedTransaction[],
): NewestRecord {
  const key = keyOf(subject);
  assertCovered(map, key);
  const { text: digest, leaf, standing } = entryIn(map, key);
  rejectUnless(digest !== null && leaf !== null, 'SUBJECT_MISSING', { key });
  const writer = transactions.find(({ position }) => position === leaf);
  const text = writer?.writes.get(key);
  evaluableIf(text !== undefined, 'PART_MISSING', { key, position: `${leaf}` });
  rejectUnless(digestOf(text) === digest, 'SUBJECT_MISSING', { key, what: 'the text that the map has' });
  const note = proven(() => map.get('note', key));
  const record = subjectRecord(text);
  return { key, text, record, leaf, standing, ...(note !== undefined && { note: noteIn(note, key) }) };
}

function noteIn(value: unknown, key: string): number {
  const note = noteEntry.safeParse(value);
  rejectUnless(note.success, 'MALFORMED', { key, what: 'a note of the map' });
  return note.data.leaf;
}

/** A proof that says nothing of the subject is a part that is missing, not a forgery. */
function assertCovered(map: ProvenMap, key: string): void {
  for (const space of ['record', 'note'] as const) {
    try {
      proven(() => map.get(space, key));
    } catch (error) {
      if (!(error instanceof Rejection) || error.code !== 'READ_NOT_EVIDENCED') throw error;
      evaluableIf(false, 'PART_MISSING', { key, what: `a proof of its ${space}` });
    }
  }
}

/**
 * Entries beside those that somebody asks for, and those that show that something is not there, are nobody's. Asked for are record and note
 * of the subject and of what is shown beside it, and what is declared of the keys of those who signed.
 */
function assertAsked(
  { entries }: ProvenMap,
  subject: EvidenceSubject,
  states: EvidenceStates,
  signers: ReadonlySet<string>,
): void {
  const asked = new Set([keyOf(subject), ...states.texts.map(({ key }) => key)]);
  const others = entries.filter(({ space, key }) => space === 'list' || !asked.has(key));
  const most = 2 * asked.size + signers.size - (entries.length - others.length);
  rejectUnless(others.length <= most, 'UNUSED_MATERIAL', { entries: `${others.length}` });
}

/** MSP ids of those who declared a key compromised. */
const declarantsIn = (texts: ReadonlyMap<string, string>): readonly string[] =>
  [...texts]
    .filter(([key]) => key.startsWith(`${compromisesType.kind}/`))
    .flatMap(([, text]) => decodeRecord(compromisesType, text).keys.map(({ mspId }) => mspId));

/** MSP ids of those who signed a transaction or the checkpoint. */
function signersOf(
  { checkpoint }: Pick<Evidence, 'checkpoint'>,
  transactions: readonly EvidencedTransaction[],
): ReadonlySet<string> {
  const witnesses = checkpoint?.witnesses.map(({ signer }) => mspIdIn(signer)) ?? [];
  return new Set([...transactions.map(({ submitter }) => submitter.mspId), ...witnesses]);
}

function textsIn(map: ProvenMap, { texts }: EvidenceStates): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  for (const { key, text } of texts) {
    rejectUnless(!shown.has(key), 'NOT_WELL_FORMED', { key, what: 'a record twice' });
    rejectUnless(entryIn(map, key).text === digestOf(text), 'PROOF_INVALID', { key });
    assertRecord(key, text);
    shown.set(key, text);
  }
  return shown;
}
