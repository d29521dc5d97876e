import { decodeRecord, keys, type Id, type Instant, type Usage } from '@tallystick/chaincode/model';
import type { EffectiveRecords } from './effective-records.js';
import type { Departure } from './findings.js';
import { USAGE_PREFIX, type UsageHistory, type UsageStep } from './usage-history.js';

/** What reports are made from: the end of an audit. */
export interface Audited {
  /** As the rules have them, whatever endorsers wrote. */
  readonly records: EffectiveRecords;
  readonly history: UsageHistory;
  readonly departures: readonly Departure[];
  /** Latest time of a transaction that took effect; empty when there is none. */
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

/** Every usage with its key. */
export function* usagesOf({
  records,
}: Pick<Audited, 'records'>): Generator<readonly [key: string, usage: Usage]> {
  for (const { key, text } of records.all()) {
    if (!key.startsWith(USAGE_PREFIX)) continue;
    yield [key, decodeRecord(keys.usage(key.slice(USAGE_PREFIX.length) as Id<'usage'>).type, text)];
  }
}

/** All uses that a filter names, complete since they are read from the state that the rules make of the blocks. */
export function usesReport(audited: Audited, filter: UseFilter): UseRow[] {
  return [...usagesOf(audited)]
    .flatMap(([key, usage]) => (isNamed(usage, filter) ? [rowOf(key, usage, audited)] : []))
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
