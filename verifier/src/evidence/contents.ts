import type { Usage, Version } from '@tallystick/chaincode/model';
import { Checklist } from '../checklist.js';
import { newSignatures } from '../crypto/signature.js';
import type { Subtle } from '../crypto/subtle.js';
import { functionOf } from '../fabric/proposal.js';
import { rejectUnless } from '../rejection.js';
import type { Trust } from '../trust/trust.js';
import type { TimeInterval } from '../verdict.js';
import { checkStates, checkValidity, type Asking, type Said } from './answers.js';
import { checkCustody } from './custody.js';
import { checkReplay, factsOf, type Setting } from './decisions.js';
import { Definitions } from './definitions.js';
import { checkBlocks, checkGround } from './ground.js';
import { checkOpenings } from './openings.js';
import { checkPayload } from './payload.js';
import { checkPositions, type SignedRead } from './positions.js';
import type { BlockParts, Evidence } from './reading.js';
import { EvidencedRecords } from './records.js';
import { checkSigners, readTransactions, type Signers } from './signed.js';
import { assertNewest, keyOf, subjectOf, type Subject } from './subject.js';
import { checkCertificates, checkTime, type TimeWitnesses } from './time.js';
import type { Evidenced } from './transactions.js';

/** A file of the right form, and what it is judged by. */
export interface Work {
  readonly evidence: Evidence;
  readonly trust: Trust;
  readonly payload: AsyncIterable<Uint8Array> | undefined;
  readonly subtle: Subtle;
  readonly list: Checklist;
}

interface Meaning {
  readonly subject: Subject;
  readonly records: EvidencedRecords;
}

/** What the file was found to tell. */
export interface Found {
  readonly transactions: readonly Evidenced[];
  readonly meaning: Meaning | undefined;
  readonly time: TimeInterval;
}

/** Every step but the first, in order. `undefined` when there is no ground to stand on. */
export async function checkContents(work: Work): Promise<Found | undefined> {
  const { evidence, trust, subtle, list } = work;
  if (!(await doesApply(work))) return undefined;
  const signatures = newSignatures(subtle, trust.algorithms);
  const chain = await checkGround(evidence, trust, signatures, list);
  if (!chain) return undefined;
  const asking = { chain, signatures, trust };
  const blocks = await checkBlocks(evidence.blocks, chain, list);
  const signed = await checkTransactions(work, blocks, asking);
  const reads = await checkStates(evidence, asking, list);
  checkPositions(signed.transactions, { blocks, reads }, list);
  await checkConstitution(work, signed.transactions);
  const meaning = await checkMeaning(work, signed.transactions, reads);
  const time = await checkTime(
    { ...work, transactions: signed.transactions },
    witnessesOf(signed, meaning?.subject),
  );
  await checkCertificates(signed.signers, list);
  await checkCustody(evidence, chain.newest, signatures, list);
  await checkPlaintext(work, meaning);
  return { transactions: signed.transactions, meaning, time };
}

async function doesApply({ evidence: { channel, chaincode }, trust, list }: Work): Promise<boolean> {
  const applies = await list.run('trust.applies', '', () => {
    rejectUnless(channel === trust.channel, 'WRONG_CHANNEL', { channel });
    rejectUnless(chaincode === trust.chaincode, 'WRONG_CHAINCODE', { chaincode });
    return { value: true, facts: { channel, chaincode } };
  });
  return applies === true;
}

/** Transactions and who stands behind each. */
interface Signed {
  readonly transactions: readonly Evidenced[];
  readonly signers: readonly Signers[];
  readonly said: readonly Said[];
}

async function checkTransactions(
  { evidence, list }: Work,
  blocks: readonly BlockParts[],
  asking: Asking,
): Promise<Signed> {
  const transactions = await readTransactions(evidence.transactions, blocks, asking.trust, list);
  const definitions = new Definitions(asking.trust.chaincode);
  await definitions.read(transactions, list);
  // Side by side, since signatures are checked off this thread; the steps stand in the order of the file.
  const checked = await Promise.all(
    transactions.map(async (each) => {
      const own = new Checklist();
      const signers = await checkSigners(each, asking, definitions, own);
      return { own, signers, said: await checkValidity(each, asking, own) };
    }),
  );
  for (const { own } of checked) list.append(own);
  return {
    transactions,
    signers: checked.map(({ signers }) => signers),
    said: checked.map(({ said }) => said),
  };
}

async function checkConstitution({ trust, list }: Work, transactions: readonly Evidenced[]): Promise<void> {
  const { constitution, chaincode } = trust;
  await list.run('ledger.constitution', constitution, () => {
    const its = transactions.find(({ tx }) => tx.txId === constitution && tx.chaincode === chaincode);
    rejectUnless(its !== undefined && functionOf(its.tx) === 'space:Constitute', 'CONSTITUTION_DIFFERS');
    return { value: true };
  });
}

async function checkMeaning(
  work: Work,
  transactions: readonly Evidenced[],
  reads: readonly SignedRead[],
): Promise<Meaning | undefined> {
  const { evidence, trust, list } = work;
  const { chaincode, rules } = trust;
  const meaning = await list.run('subject.present', keyOf(evidence.subject), () => {
    const records = new EvidencedRecords(evidence, transactions);
    const subject = subjectOf(evidence.subject, records);
    assertNewest(subject, reads);
    return { value: { subject, records }, facts: { transactions: `${subject.core.length}` } };
  });
  if (meaning === undefined) return undefined;
  const setting: Setting = { chaincode, records: meaning.records, openings: evidence.openings, rules };
  await checkDecisions(meaning.subject, transactions, setting, list);
  checkOpenings(meaning.records.all(), evidence.openings, list);
  return meaning;
}

async function checkDecisions(
  { core, record }: Subject,
  transactions: readonly Evidenced[],
  setting: Setting,
  list: Checklist,
): Promise<void> {
  for (const each of core.filter(({ tx }) => functionOf(tx) === 'usage:Answer')) {
    await list.run('decision.facts', each.tx.txId, () => ({
      value: true,
      facts: factsOf(each, record as Usage, setting),
    }));
  }
  for (const each of transactions.filter(({ tx }) => tx.chaincode === setting.chaincode)) {
    await checkReplay(core.includes(each) ? 'decision.replay' : 'transaction.replay', each, setting, list);
  }
}

/** Of the transaction that decided: the answer of a use, otherwise the newest that wrote the subject. */
function witnessesOf({ signers, said }: Signed, subject: Subject | undefined): TimeWitnesses {
  const answer = subject?.core.find(({ tx }) => functionOf(tx) === 'usage:Answer');
  const txId = (answer ?? subject?.own.at(-1))?.tx.txId;
  return {
    signers: signers.find((each) => each.txId === txId),
    said: said.find((each) => each.txId === txId),
  };
}

async function checkPlaintext(
  { evidence, payload, list }: Work,
  meaning: Meaning | undefined,
): Promise<void> {
  const { record } = meaning?.subject ?? {};
  const key = record?.kind === 'usage' ? `version/${record.version}` : '';
  const { payloadSalt: salt } = evidence;
  if (payload === undefined || salt === undefined) {
    list.notEvaluated('payload.commitment', key, payload === undefined ? 'NOT_GIVEN' : 'OPENING_MISSING');
    return;
  }
  await list.run('payload.commitment', key, async () => {
    const text = meaning?.records.newest(key);
    rejectUnless(text !== undefined, 'SUBJECT_MISSING', { key });
    return { value: true, facts: await checkPayload(JSON.parse(text) as Version, salt, payload) };
  });
}
