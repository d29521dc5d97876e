import { keys, type Id, type Instant, type Usage } from '@tallystick/chaincode/model';
import type { Divergence } from './findings.js';
import { readRecord, USAGE_PREFIX, type UsageHistory, type UsageStep } from './usage-history.js';
import { spaceOf, type WorldState } from './world-state.js';

/** What reports are made from: the end of an audit. */
export interface Audited {
  readonly chaincode: string;
  readonly state: WorldState;
  readonly history: UsageHistory;
  readonly divergences: readonly Divergence[];
  /** Latest time of a valid transaction of our chaincode; empty when there is none. */
  readonly ledgerTime: Instant;
}

/** Which uses a report is of. */
export interface UseFilter {
  readonly dataset?: string;
  /** Who asked for the use. */
  readonly participant?: string;
  /** Uses requested within; `from` inside, `until` not. */
  readonly from?: Instant;
  readonly until?: Instant;
}

/** A usage as it stands at the end of what was audited, and the transactions that made it so. Empty: it has none. */
export interface UseRow {
  readonly usage: string;
  readonly state: Usage['state'];
  readonly outcome: string;
  /** Why it was denied. */
  readonly code: string;
  /** Digest of the compliance report that was made again and came out the same. */
  readonly report: string;
  readonly dataset: string;
  readonly version: string;
  readonly grant: string;
  readonly action: string;
  readonly purpose: string;
  readonly consumer: string;
  readonly custodian: string;
  readonly requestedAt: Instant;
  readonly answeredAt: Instant;
  readonly acknowledgedAt: Instant;
  readonly contestedAt: Instant;
  readonly transactions: readonly UsageStep[];
}

/** Every usage on the ledger with its key; `undefined` where no schema accepts what stands there. */
export function* usagesOf({
  chaincode,
  state,
}: Audited): Generator<readonly [key: string, usage: Usage | undefined]> {
  for (const [key, { value }] of state.all(spaceOf(chaincode))) {
    if (!key.startsWith(USAGE_PREFIX)) continue;
    yield [key, readRecord(keys.usage(key.slice(USAGE_PREFIX.length) as Id<'usage'>), value)];
  }
}

/** Keys of usages that no schema accepts: nobody who follows the rules wrote them, and no report can say what they are of. */
export function unreadableUsages(audited: Audited): string[] {
  return [...usagesOf(audited)].filter(([, usage]) => usage === undefined).map(([key]) => key);
}

/** All uses that a filter names, complete since they are read from the state that the blocks add up to. */
export function usesReport(audited: Audited, filter: UseFilter): UseRow[] {
  return [...usagesOf(audited)]
    .flatMap(([key, usage]) => (usage && isNamed(usage, filter) ? [rowOf(key, usage, audited)] : []))
    .sort(inOrderOf(({ requestedAt, usage }) => `${requestedAt} ${usage}`));
}

/** Sorts by text, which for instants is by time. */
export const inOrderOf =
  <T>(name: (row: T) => string) =>
  (a: T, b: T): number =>
    name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0;

function isNamed(
  { dataset, consumer, requestedAt }: Usage,
  { dataset: ofDataset = dataset, participant = consumer, from = requestedAt, until }: UseFilter,
): boolean {
  const isBefore = until === undefined || requestedAt < until;
  return dataset === ofDataset && consumer === participant && requestedAt >= from && isBefore;
}

function rowOf(key: string, usage: Usage, { history }: Audited): UseRow {
  const { state, dataset, version, grant, action, purpose, consumer, custodian, requestedAt } = usage;
  return {
    usage: usage.id,
    state,
    ...answeredIn(usage),
    dataset,
    version,
    grant,
    action,
    purpose,
    consumer,
    custodian,
    requestedAt,
    acknowledgedAt: usage.acknowledgement?.at ?? '',
    contestedAt: usage.contest?.at ?? '',
    transactions: history.stepsOf(key),
  };
}

function answeredIn({ answer }: Usage): Pick<UseRow, 'outcome' | 'code' | 'report' | 'answeredAt'> {
  const { outcome = '', code = '', at: answeredAt = '', policy } = answer ?? {};
  return { outcome, code, report: policy?.report ?? '', answeredAt };
}
