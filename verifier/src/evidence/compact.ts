import type { CheckpointBody } from '@tallystick/chaincode/model';
import { Checklist } from '../checklist.js';
import type { Stamp } from '../time/index.js';
import type { TrustedWitnesses } from '../trust/trust.js';
import type { CountedWitness } from '../verdict.js';
import type { ConfigChain } from '../fabric/config-chain.js';
import { checkBody } from './checkpoint.js';
import { checkConfiguration } from './configuration.js';
import { declaredIn, type Declared } from './compromises.js';
import type { ShownLedger, VerificationInput } from './ledger.js';
import { checkNewest, type CurrentState } from './newest.js';
import { checkTransactions } from './signed.js';
import { checkTokens, seenBy } from './time.js';
import type { EvidencedTransaction } from './transactions.js';
import { checkWitnesses } from './witnesses.js';
import { checkRecords, compactWorld } from './world.js';

/** What a compact file shows: everything in it rests on one checkpoint. `undefined` when there is no ground to stand on. */
export async function compactLedger(work: VerificationInput): Promise<ShownLedger | undefined> {
  const { evidence, trust, signatures, list } = work;
  const chain = await checkConfiguration(evidence, trust, signatures, list);
  if (!chain) return undefined;
  const body = await checkBody(evidence, trust, list);
  const declared = declaredIn(evidence, body);
  // Side by side, since signatures are checked off this thread; the steps stand in their order.
  const own = new Checklist();
  const judging = { chain, signatures, trust, body };
  const [{ stamps, counted }, transactions] = await Promise.all([
    vouchedFor(body, chain, declared, work),
    checkTransactions(evidence.transactions, judging, own),
  ]);
  list.append(own);
  const state = await checkNewest(evidence, body, transactions, list);
  const records = state && (await checkRecords(evidence, state, list));
  return {
    chain,
    asOf: body && asOfIn(body, counted, trust.witnesses),
    clocks: { stamps, counted, needed: trust.witnesses.needed, clockSkew: trust.clockSkew },
    declared,
    transactions,
    world: body && state && compactWorld(body.height, state, transactions, records ?? new Map()),
    texts: textsOf(transactions, records, state),
    isChosen: true,
  };
}

/** What the transactions wrote, what the decision saw, what the map shows, and the subject: each rather than the one before. */
const textsOf = (
  transactions: readonly EvidencedTransaction[],
  records: ReadonlyMap<string, string> | undefined,
  state: CurrentState | undefined,
): ShownLedger['texts'] => [
  ...transactions.flatMap(({ writes }) => [...writes]),
  ...(records ?? []),
  ...(state?.others ?? []),
  ...(state ? [[state.newest.key, state.newest.text] as const] : []),
];

async function vouchedFor(
  body: CheckpointBody | undefined,
  chain: ConfigChain,
  declared: Declared,
  work: VerificationInput,
): Promise<Pick<ShownLedger['clocks'], 'stamps' | 'counted'>> {
  const stamps = await checkTokens(work.evidence.timestamps, body, work, work.list);
  return { stamps, counted: await witnessesOf(body, stamps, { chain, declared }, work) };
}

async function witnessesOf(
  body: CheckpointBody | undefined,
  stamps: readonly Stamp[],
  { chain: { newest: config }, declared }: { readonly chain: ConfigChain; readonly declared: Declared },
  { evidence: { checkpoint }, trust: { witnesses }, signatures, list }: VerificationInput,
): Promise<readonly CountedWitness[]> {
  if (checkpoint === undefined || body === undefined) {
    list.notEvaluated('checkpoint.witnesses', '', 'NOT_GIVEN', { what: 'a checkpoint' });
    return [];
  }
  return checkWitnesses(
    { checkpoint, config, signatures, witnesses, stamps, declared, isNeeded: true },
    list,
  );
}

/** The signatures of as many as are needed bound when the height was there. */
export function asOfIn(
  { height, block }: CheckpointBody,
  counted: readonly CountedWitness[],
  { needed }: Pick<TrustedWitnesses, 'needed'>,
): NonNullable<ShownLedger['asOf']> {
  const at = seenBy(counted, needed);
  return { height, block, ...(at !== undefined && { at }) };
}
