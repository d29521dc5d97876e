import { keys, type Compromise } from '@tallystick/chaincode/model';
import type { Checklist } from '../checklist.js';
import { evaluableIf, Rejection, type Facts } from '../rejection.js';
import type { TimeInterval } from '../verdict.js';
import type { Declared } from './compromises.js';
import { notAfterOf, notBeforeBy, type Seen } from './time.js';
import type { EvidencedTransaction } from './transactions.js';

/** What is known of keys and of times. */
export interface KnownKeys extends Seen {
  readonly declared: Declared;
}

/**
 * Every key that signed one of these transactions: nobody has declared it compromised, or what it signed was there before the date that is
 * declared. A date that nobody independent decides about leaves the step open.
 */
export async function checkKeys(
  transactions: readonly EvidencedTransaction[],
  known: KnownKeys,
  list: Checklist,
): Promise<void> {
  const { declared } = known;
  for (const signed of byKey(transactions)) {
    const { mspId, participant, keyDigest } = signed[0].caller;
    await list.run('signers.keys', keyDigest, () => {
      const found = declared(mspId);
      const facts = { mspId, participant };
      evaluableIf(found !== undefined, 'PART_MISSING', { ...facts, key: keys.compromises(mspId).text });
      const own = found.find((each) => each.participant === participant && each.key === keyDigest);
      if (own === undefined) return { value: true, facts };
      const others = transactions.filter(({ caller }) => !isDeclared(caller, declared));
      return { value: true, facts: { ...facts, ...assertBefore(own, signed, others, known) } };
    });
  }
}

type Signed = readonly [EvidencedTransaction, ...EvidencedTransaction[]];

function byKey(transactions: readonly EvidencedTransaction[]): Iterable<Signed> {
  const groups = new Map<string, [EvidencedTransaction, ...EvidencedTransaction[]]>();
  for (const each of transactions) {
    const name = `${each.caller.participant} ${each.caller.keyDigest}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [each]);
    else group.push(each);
  }
  return groups.values();
}

const isDeclared = (
  { mspId, participant, keyDigest }: EvidencedTransaction['caller'],
  declared: Declared,
): boolean =>
  declared(mspId)?.some((each) => each.participant === participant && each.key === keyDigest) !== false;

/** @throws Rejection KEY_COMPROMISED; NotEvaluated COMPROMISE_UNDECIDED */
function assertBefore(
  { from, by, at, reason }: Compromise,
  signed: Signed,
  others: readonly EvidencedTransaction[],
  known: KnownKeys,
): Facts {
  const bounds = signed.map((each) => ({ txId: each.txId, ...boundsOf(each, others, known) }));
  const said = { from, declaredBy: by, declaredAt: at, declared: reason };
  const factsOf = ({ txId, notBefore, notAfter }: (typeof bounds)[number]): Facts => ({
    txId,
    ...said,
    ...(notBefore && { notBefore: notBefore.at, notBeforeBy: notBefore.by.join(' ') }),
    ...(notAfter && { notAfter: notAfter.at, notAfterBy: notAfter.by.join(' ') }),
  });
  const isBefore = ({ notAfter }: TimeInterval): boolean => notAfter !== undefined && notAfter.at < from;
  const isAfter = ({ notBefore }: TimeInterval): boolean => notBefore !== undefined && notBefore.at >= from;
  // What is said to be both is neither: somebody who signed for one of the bounds is wrong.
  const open = bounds.filter((each) => !isBefore(each) || isAfter(each));
  const later = open.find((each) => isAfter(each) && !isBefore(each));
  if (later) throw new Rejection('KEY_COMPROMISED', factsOf(later));
  evaluableIf(open.length === 0, 'COMPROMISE_UNDECIDED', open[0] && factsOf(open[0]));
  const last = bounds.reduce((one, each) =>
    (one.notAfter?.at ?? '') < (each.notAfter?.at ?? '') ? each : one,
  );
  return factsOf(last);
}

/**
 * When a transaction was signed. Not after: by authorities, and by witnesses of other organisations than the key's own, since whoever took
 * one key may have taken that of the witness. Not before: its own stated time, which nobody without the key can have written there; and
 * that of a transaction of others whose making it names, whatever time it states itself.
 */
function boundsOf(
  signed: EvidencedTransaction,
  others: readonly EvidencedTransaction[],
  known: KnownKeys,
): TimeInterval {
  const { mspId } = signed.caller;
  const named = others.filter((each) => each.caller.mspId !== mspId && isNamed(each, signed));
  const notBefore = notBeforeBy([signed, ...named], known);
  const notAfter = notAfterOf(signed, known, (witness) => witness.mspId !== mspId);
  return { ...(notBefore && { notBefore }), ...(notAfter && { notAfter }) };
}

/** Calls that make the records of which others then give the ids: an id is a hash over the request that makes it. */
const MAKING: ReadonlySet<string> = new Set([
  'usage:Request',
  'grants:Offer',
  'grants:Request',
  'grants:Sublicense',
  'datasets:Register',
  'claims:Assert',
]);

function isNamed({ name, position, writes }: EvidencedTransaction, later: EvidencedTransaction): boolean {
  if (!MAKING.has(name) || position >= later.position) return false;
  const made = [...writes.keys()].filter((key) => /^(?:usage|grant|claim|dataset|version)\//.test(key));
  return made.some((key) => later.argument.includes(key.slice(key.indexOf('/') + 1)));
}
