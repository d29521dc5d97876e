import type { Version } from '@tallystick/chaincode/model';
import { Checklist } from '../checklist.js';
import { newSignatures } from '../crypto/signature.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { Patience } from '../time/index.js';
import type { AsOf, CountedWitness, TimeInterval } from '../verdict.js';
import { compactLedger } from './compact.js';
import { checkEarlier } from './earlier.js';
import { checkCourse } from './course.js';
import { checkCustody } from './custody.js';
import { checkDecision } from './decisions.js';
import { isFinal } from './finality.js';
import { fullLedger } from './full.js';
import type { ShownLedger, VerificationInput } from './ledger.js';
import { checkOpenings } from './openings.js';
import { checkPayload } from './payload.js';
import { checkRoots } from './roots.js';
import { checkKeys } from './signer-keys.js';
import { checkCertificates, checkTime, decidingOf, type Earlier } from './time.js';
import type { EvidencedTransaction, SubjectRecord, World } from './transactions.js';
import { checkValuation } from './valuation.js';

/** What the file was found to tell. */
export interface ShownContents {
  readonly asOf: AsOf | undefined;
  readonly isFinal: boolean;
  readonly witnesses: readonly CountedWitness[];
  readonly transactions: readonly EvidencedTransaction[];
  readonly record: SubjectRecord | undefined;
  /** Record texts by ledger key. */
  readonly records: Readonly<Record<string, string>>;
  /** Contents of disclosed fields, by their digest on the ledger. */
  readonly disclosed: Readonly<Record<string, unknown>>;
  readonly time: TimeInterval;
}

/** Every step but the first, in order. `undefined` when there is no ground to stand on. */
export async function checkContents(
  given: Omit<VerificationInput, 'signatures' | 'patience'>,
): Promise<ShownContents | undefined> {
  const { evidence, trust, subtle, list } = given;
  const signatures = newSignatures(subtle, trust.algorithms);
  const work = { ...given, signatures, patience: new Patience() };
  if (!(await doesApply(work))) return undefined;
  const ledger = evidence.profile === 'full' ? await fullLedger(work) : await compactLedger(work);
  if (!ledger) return undefined;
  await checkConstitution(ledger, work);
  // Looked at before its place among the steps: it bounds the time.
  const own = new Checklist();
  const earlier = await checkEarlier(ledger, { ...work, list: own });
  const { transactions, disclosed, time, final } = await checkMeaning(ledger, earlier, work);
  await checkCertificates(transactions, ledger.world && decidingOf(ledger.world), list);
  list.append(own);
  await checkKeys(transactions, { ...ledger, earlier }, list);
  await checkCustody(work, ledger.chain.newest);
  const inOrder = Object.entries(Object.fromEntries(ledger.texts));
  return {
    asOf: ledger.asOf,
    isFinal: final,
    witnesses: ledger.clocks.counted,
    transactions,
    record: ledger.world?.newest.record,
    records: Object.fromEntries(inOrder.sort(([one], [other]) => (one < other ? -1 : 1))),
    disclosed,
    time,
  };
}

async function doesApply({
  evidence: { channel, chaincode },
  trust,
  list,
}: VerificationInput): Promise<boolean> {
  const applies = await list.run('trust.applies', '', () => {
    rejectUnless(channel === trust.channel, 'WRONG_CHANNEL', { channel });
    rejectUnless(chaincode === trust.chaincode, 'WRONG_CHAINCODE', { chaincode });
    return { value: true, facts: { channel, chaincode } };
  });
  return applies === true;
}

/** One founding took effect. A file need not show it; one that shows another is about another space. */
async function checkConstitution(
  { transactions }: ShownLedger,
  { trust, list }: VerificationInput,
): Promise<void> {
  const { constitution } = trust;
  const founding = transactions.find(({ name }) => name === 'space:Constitute');
  if (founding === undefined) {
    list.notEvaluated('ledger.constitution', constitution, 'NOT_GIVEN');
    return;
  }
  await list.run('ledger.constitution', constitution, () => {
    rejectUnless(founding.txId === constitution, 'CONSTITUTION_DIFFERS', { found: founding.txId });
    return { value: true };
  });
}

interface Meaning {
  /** Those that are about the subject. */
  readonly transactions: readonly EvidencedTransaction[];
  readonly disclosed: ShownContents['disclosed'];
  readonly time: TimeInterval;
  readonly final: boolean;
}

async function checkMeaning(
  ledger: ShownLedger,
  earlier: readonly Earlier[],
  work: VerificationInput,
): Promise<Meaning> {
  const { evidence, trust, list } = work;
  const { world, clocks } = ledger;
  if (world === undefined) {
    await checkPlaintext(work, undefined, ledger);
    return {
      transactions: ledger.isChosen ? ledger.transactions : [],
      disclosed: {},
      time: {},
      final: false,
    };
  }
  const keys = await checkCourse(world, list);
  const transactions = ledger.transactions.filter(({ writes }) =>
    [...writes.keys()].some((key) => keys.has(key)),
  );
  if (ledger.isChosen) refuseOthers(ledger.transactions, transactions, work);
  else await checkRoots(transactions, ledger.chain, trust, list);
  const { record } = world.newest;
  const setting = { openings: evidence.openings, rules: trust.rules };
  if (record.kind === 'usage') await checkDecision(record, world, setting, list);
  if (record.kind === 'valuation') await checkValuation(record, evidence.openings, list);
  const disclosed = checkOpenings(ledger.texts, evidence.openings, list);
  await checkPlaintext(work, world, ledger);
  return {
    transactions,
    disclosed,
    time: await checkTime(world, transactions, { clocks, earlier }, list),
    final: isFinal(world, clocks, ledger.asOf?.height),
  };
}

/** Whoever chose the transactions could have left out what is about something else. Where parts are missing, nobody can tell that. */
function refuseOthers(
  all: readonly EvidencedTransaction[],
  about: readonly EvidencedTransaction[],
  { list }: VerificationInput,
): void {
  if (list.steps.some(({ code, reason }) => code.startsWith('subject.') && reason === 'PART_MISSING')) return;
  for (const { txId, name } of all.filter(
    (each) => !about.includes(each) && each.name !== 'space:Constitute',
  ))
    list.fail('transaction.effect', txId, new Rejection('UNUSED_MATERIAL', { transaction: name }));
}

async function checkPlaintext(
  { evidence, payload, list }: VerificationInput,
  world: World | undefined,
  { texts }: ShownLedger,
): Promise<void> {
  const record = world?.newest.record;
  const key = record?.kind === 'usage' ? `version/${record.version}` : '';
  const { payloadSalt: salt } = evidence;
  if (payload === undefined || salt === undefined) {
    list.notEvaluated('payload.commitment', key, payload === undefined ? 'NOT_GIVEN' : 'OPENING_MISSING');
    return;
  }
  await list.run('payload.commitment', key, async () => {
    const text = texts.findLast(([each]) => each === key)?.[1];
    rejectUnless(text !== undefined, 'SUBJECT_MISSING', { key });
    return { value: true, facts: await checkPayload(JSON.parse(text) as Version, salt, payload) };
  });
}
