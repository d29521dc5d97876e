import type { Usage, Version } from '@tallystick/chaincode/model';
import { Checklist } from './checklist.js';
import { newSignatures } from './crypto/signature.js';
import type { Subtle } from './crypto/subtle.js';
import { checkStates, checkValidity, type Asking, type Said } from './evidence/answers.js';
import { checkCustody } from './evidence/custody.js';
import { checkReplay, factsOf, type Setting } from './evidence/decisions.js';
import { Definitions } from './evidence/definitions.js';
import { checkBlocks, checkGround } from './evidence/ground.js';
import { checkOpenings } from './evidence/openings.js';
import { checkPayload } from './evidence/payload.js';
import { checkPositions } from './evidence/positions.js';
import { fileDigest, readEvidence, type BlockParts, type Evidence } from './evidence/reading.js';
import { EvidencedRecords } from './evidence/records.js';
import { checkSigners, readTransactions, type Signers } from './evidence/signed.js';
import { decisionOf, partiesOf, subjectOf, timelineOf, type Subject } from './evidence/subject.js';
import { checkCertificates, checkTime } from './evidence/time.js';
import type { Evidenced } from './evidence/transactions.js';
import { functionOf } from './fabric/proposal.js';
import { outcomeOf } from './outcome.js';
import { rejectUnless } from './rejection.js';
import type { Trust } from './trust/trust.js';
import type { TimeInterval, Verdict } from './verdict.js';

export interface Inputs {
  /** The file as it lies there. */
  readonly evidence: Uint8Array;
  readonly trust: Trust;
  /** The plaintext that the version commits to, piece by piece. */
  readonly payload?: AsyncIterable<Uint8Array>;
}

/** What later parts of the verdict are made of, as far as checking came. */
interface Found {
  evidence?: Evidence;
  transactions?: readonly Evidenced[];
  records?: EvidencedRecords;
  subject?: Subject;
  time?: TimeInterval;
}

/**
 * Verifies an evidence file against what the trust file believes, offline, in the normative order (README, "Steps"). Nothing in the
 * evidence is believed for being there. Never throws for a bad file: what is wrong with it is in the steps.
 */
export async function verify({ evidence: bytes, trust, payload }: Inputs, subtle: Subtle): Promise<Verdict> {
  const list = new Checklist();
  const found: Found = {};
  const evidence = await list.run('file.form', '', () => {
    const value = readEvidence(bytes);
    return { value, facts: { bytes: `${bytes.length}`, profile: value.profile } };
  });
  if (evidence) {
    found.evidence = evidence;
    await checkContents(evidence, trust, subtle, payload, list, found);
  }
  return verdictOf(bytes, list, found);
}

async function checkContents(
  evidence: Evidence,
  trust: Trust,
  subtle: Subtle,
  payload: Inputs['payload'],
  list: Checklist,
  found: Found,
): Promise<void> {
  const applies = await list.run('trust.applies', '', () => {
    const { channel, chaincode } = evidence;
    rejectUnless(channel === trust.channel, 'WRONG_CHANNEL', { channel });
    rejectUnless(chaincode === trust.chaincode, 'WRONG_CHAINCODE', { chaincode });
    return { value: true, facts: { channel, chaincode } };
  });
  const signatures = newSignatures(subtle, trust.algorithms);
  const chain = applies && (await checkGround(evidence, trust, signatures, list));
  if (!chain) return;
  const asking = { chain, signatures, trust };
  const blocks = await checkBlocks(evidence.blocks, chain, list);
  const checked = await checkTransactions(evidence, blocks, asking, list);
  found.transactions = checked.transactions;
  await checkMeaning(evidence, checked.transactions, blocks, asking, list, found);
  found.time = await checkTime(evidence, checked, asking, subtle, list);
  checkCertificates(checked.signers, found.time, list);
  await checkCustody(evidence, chain.newest, signatures, list);
  await checkPlaintext(evidence, payload, list, found);
}

interface Checked {
  readonly transactions: readonly Evidenced[];
  readonly signers: readonly Signers[];
  readonly said: readonly Said[];
}

async function checkTransactions(
  evidence: Evidence,
  blocks: readonly BlockParts[],
  asking: Asking,
  list: Checklist,
): Promise<Checked> {
  const transactions = await readTransactions(evidence.transactions, blocks, asking.trust.channel, list);
  const definitions = new Definitions(asking.trust.chaincode);
  await definitions.read(transactions, list);
  const signers: Signers[] = [];
  const said: Said[] = [];
  for (const each of transactions) {
    signers.push(await checkSigners(each, asking, definitions, list));
    said.push(await checkValidity(each, asking, list));
  }
  return { transactions, signers, said };
}

async function checkMeaning(
  evidence: Evidence,
  transactions: readonly Evidenced[],
  blocks: readonly BlockParts[],
  asking: Asking,
  list: Checklist,
  found: Found,
): Promise<void> {
  const { chaincode, constitution, rules } = asking.trust;
  const reads = await checkStates(evidence, asking, list);
  checkPositions(transactions, { chaincode, blocks, reads }, list);
  await list.run('ledger.constitution', constitution, () => {
    const its = transactions.find(({ tx }) => tx.txId === constitution && tx.chaincode === chaincode);
    rejectUnless(its !== undefined && functionOf(its.tx) === 'space:Constitute', 'CONSTITUTION_DIFFERS');
    return { value: true };
  });
  const subject = await list.run('subject.present', `${evidence.subject.kind}/${evidence.subject.id}`, () => {
    const records = new EvidencedRecords(evidence, transactions);
    found.records = records;
    const value = subjectOf(evidence.subject, records, chaincode);
    return { value, facts: { transactions: `${value.core.length}` } };
  });
  if (!subject || !found.records) return;
  found.subject = subject;
  const setting: Setting = { chaincode, records: found.records, openings: evidence.openings, rules };
  await checkDecisions(subject, transactions, setting, list);
  checkOpenings(recordsOf(found.records), evidence.openings, list);
}

async function checkDecisions(
  subject: Subject,
  transactions: readonly Evidenced[],
  setting: Setting,
  list: Checklist,
): Promise<void> {
  const answers = subject.core.filter(({ tx }) => functionOf(tx) === 'usage:Answer');
  for (const answer of answers) {
    await list.run('decision.facts', answer.tx.txId, () => ({
      value: true,
      facts: factsOf(answer, subject.record as Usage, setting),
    }));
  }
  for (const each of transactions) {
    if (each.tx.chaincode !== setting.chaincode) continue;
    const isCore = subject.core.includes(each);
    await checkReplay(isCore ? 'decision.replay' : 'transaction.replay', each, setting, list);
  }
}

async function checkPlaintext(
  { payloadSalt }: Evidence,
  payload: Inputs['payload'],
  list: Checklist,
  { subject, records }: Found,
): Promise<void> {
  if (payload === undefined) return list.notEvaluated('payload.commitment', '', 'NOT_GIVEN');
  const key = subject?.record.kind === 'usage' ? `version/${subject.record.version}` : '';
  await list.run('payload.commitment', key, async () => {
    const text = records?.newest(key);
    rejectUnless(text !== undefined, 'SUBJECT_MISSING', { key });
    return { value: true, facts: await checkPayload(JSON.parse(text) as Version, payloadSalt, payload) };
  });
}

const recordsOf = (records: EvidencedRecords): Readonly<Record<string, string>> =>
  Object.fromEntries(records.keys().map((key) => [key, records.newest(key) ?? 'null']));

function verdictOf(bytes: Uint8Array, list: Checklist, found: Found): Verdict {
  const { evidence, transactions = [], records, subject, time = {} } = found;
  return {
    outcome: outcomeOf(list.steps),
    subject: evidence?.subject,
    profile: evidence?.profile,
    channel: evidence?.channel,
    steps: list.steps,
    parties: subject && records ? partiesOf(subject, records) : [],
    timeline: evidence ? timelineOf(transactions, evidence.chaincode) : [],
    decision: subject && decisionOf(subject),
    time,
    records: records ? recordsOf(records) : {},
    fileDigest: fileDigest(bytes),
  };
}
