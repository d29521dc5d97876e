import { addSeconds, keys, type Id, type Instant, type Usage } from '@tallystick/chaincode/model';
import { readRecord, USAGE_PREFIX, type Breach, type UsageHistory, type UsageStep } from './usage-history.js';
import type { Divergence } from './findings.js';
import { spaceOf, type WorldState } from './world-state.js';

/** Which uses a report is of. */
export interface UseFilter {
  readonly dataset?: string;
  /** Who asked for the use. */
  readonly participant?: string;
  /** Uses requested within; `from` inside, `until` not. */
  readonly from?: Instant;
  readonly until?: Instant;
}

/** A usage as it stands at the end of what was audited, and the transactions that made it so. */
export interface UseRow {
  readonly usage: string;
  readonly state: Usage['state'];
  readonly outcome: string;
  /** Why it was denied. */
  readonly code: string;
  readonly dataset: string;
  readonly version: string;
  readonly grant: string;
  readonly action: string;
  readonly purpose: string;
  readonly consumer: string;
  readonly custodian: string;
  readonly requestedAt: Instant;
  readonly answeredAt: Instant | '';
  readonly acknowledgedAt: Instant | '';
  readonly contestedAt: Instant | '';
  readonly transactions: readonly UsageStep[];
}

export type ReconciliationFinding =
  | 'UNANSWERED'
  | 'UNACKNOWLEDGED'
  | 'CONTESTED'
  | 'LAPSED'
  | 'ALLOWED_WITHOUT_ACTIVE_GRANT'
  | 'ALLOWED_UNDER_HOLD'
  | 'FORBIDDEN_WRITE';

/** One thing that is open, or must not be. */
export interface ReconciliationRow {
  readonly finding: ReconciliationFinding;
  readonly usage: string;
  readonly consumer: string;
  readonly custodian: string;
  /** When it began, by the ledger's time. */
  readonly at: Instant | '';
  /** When it is due by the rulebook, where something is. */
  readonly due: Instant | '';
  /** Whether `due` has passed by the time of the ledger's last transaction. */
  readonly isOverdue: boolean;
  readonly block: string;
  readonly txId: string;
  readonly detail: string;
}

/** What reports are made from: the end of an audit. */
export interface Audited {
  readonly chaincode: string;
  readonly state: WorldState;
  readonly history: UsageHistory;
  readonly divergences: readonly Divergence[];
  /** Latest time of a valid transaction of our chaincode; empty when there is none. */
  readonly ledgerTime: Instant | '';
}

/** Every usage on the ledger, in the order of its request. */
function* usagesOf({ chaincode, state }: Audited): Generator<readonly [key: string, usage: Usage]> {
  for (const [key, { value }] of state.under(spaceOf(chaincode), USAGE_PREFIX)) {
    const usage = readRecord(keys.usage(key.slice(USAGE_PREFIX.length) as Id<'usage'>), value);
    if (usage) yield [key, usage];
  }
}

/** Keys of usages that no schema accepts: nobody who follows the rules wrote them. */
export function unreadableUsages(audited: Audited): string[] {
  const readable = new Set([...usagesOf(audited)].map(([key]) => key));
  return [...audited.state.under(spaceOf(audited.chaincode), USAGE_PREFIX)]
    .map(([key]) => key)
    .filter((key) => !readable.has(key));
}

const byRequest = (a: UseRow, b: UseRow): number =>
  a.requestedAt < b.requestedAt ? -1 : a.requestedAt > b.requestedAt ? 1 : a.usage < b.usage ? -1 : 1;

/** All uses that a filter names, complete since they are read from the state that the blocks add up to. */
export function usesReport(audited: Audited, filter: UseFilter): UseRow[] {
  return [...usagesOf(audited)]
    .filter(([, usage]) => isNamed(usage, filter))
    .map(([key, usage]) => rowOf(usage, audited.history.stepsOf(key)))
    .sort(byRequest);
}

function isNamed(
  { dataset, consumer, requestedAt }: Usage,
  { dataset: ofDataset, participant, from, until }: UseFilter,
): boolean {
  return (
    (ofDataset === undefined || dataset === ofDataset) &&
    (participant === undefined || consumer === participant) &&
    (from === undefined || requestedAt >= from) &&
    (until === undefined || requestedAt < until)
  );
}

function rowOf(usage: Usage, transactions: readonly UsageStep[]): UseRow {
  const { answer, acknowledgement, contest } = usage;
  return {
    usage: usage.id,
    state: usage.state,
    outcome: answer?.outcome ?? '',
    code: answer?.code ?? '',
    dataset: usage.dataset,
    version: usage.version,
    grant: usage.grant,
    action: usage.action,
    purpose: usage.purpose,
    consumer: usage.consumer,
    custodian: usage.custodian,
    requestedAt: usage.requestedAt,
    answeredAt: answer?.at ?? '',
    acknowledgedAt: acknowledgement?.at ?? '',
    contestedAt: contest?.at ?? '',
    transactions,
  };
}

/** What is open between the parties, and what must not be on the ledger at all. */
export function reconciliation(audited: Audited): ReconciliationRow[] {
  const usages = new Map([...usagesOf(audited)].map((each) => [each[1].id as string, each]));
  const rows = [...usages.values()].flatMap(([key, usage]) => openRow(key, usage, audited));
  const breaches = audited.history
    .recorded()
    .breaches.map((breach) => breachRow(breach, usages.get(breach.usage)?.[1]));
  const forbidden = audited.divergences.filter(({ step }) => step === 'transaction.replay').map(forbiddenRow);
  return [...rows.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)), ...breaches, ...forbidden];
}

interface Open {
  readonly finding: ReconciliationFinding;
  readonly at: Instant;
  readonly within?: number;
  readonly detail: string;
}

function openRow(key: string, usage: Usage, audited: Audited): ReconciliationRow[] {
  const open = openOf(usage, audited);
  if (!open) return [];
  const { ledgerTime, history } = audited;
  const due = open.within === undefined ? '' : addSeconds(open.at, open.within);
  const last = history.stepsOf(key).at(-1);
  return [
    {
      finding: open.finding,
      ...partiesOf(usage),
      at: open.at,
      due,
      isOverdue: due !== '' && ledgerTime > due,
      block: `${last?.block ?? ''}`,
      txId: last?.txId ?? '',
      detail: open.detail,
    },
  ];
}

const partiesOf = ({ id: usage, consumer, custodian }: Usage): {
  usage: string;
  consumer: string;
  custodian: string;
} => ({ usage, consumer, custodian });

function openOf(usage: Usage, { state, chaincode }: Audited): Open | undefined {
  const key = keys.space();
  const found = state.get(spaceOf(chaincode), key.text);
  const { answerWithin, matchWithin } = (found && readRecord(key, found.value))?.rulebook ?? {};
  const within = (seconds: number | undefined): { within?: number } =>
    seconds === undefined ? {} : { within: seconds };
  const { requestedAt, answer, contest } = usage;
  switch (usage.state) {
    case 'REQUESTED':
      return { finding: 'UNANSWERED', at: requestedAt, ...within(answerWithin), detail: '' };
    case 'ALLOWED':
      return {
        finding: 'UNACKNOWLEDGED',
        at: answer?.at ?? requestedAt,
        ...within(matchWithin),
        detail: '',
      };
    case 'CONTESTED':
    case 'UPHELD':
    case 'REJECTED':
      return {
        finding: 'CONTESTED',
        at: contest?.at ?? requestedAt,
        detail: `${usage.state} ${contest?.reason ?? ''}`,
      };
    case 'LAPSED':
      return { finding: 'LAPSED', at: requestedAt, detail: '' };
    case 'DENIED':
    case 'ACKNOWLEDGED':
      return undefined;
  }
}

function breachRow(
  { usage, txId, block, at, what, subject, detail }: Breach,
  record: Usage | undefined,
): ReconciliationRow {
  return {
    finding: what === 'HOLD' ? 'ALLOWED_UNDER_HOLD' : 'ALLOWED_WITHOUT_ACTIVE_GRANT',
    usage,
    consumer: record?.consumer ?? '',
    custodian: record?.custodian ?? '',
    at,
    due: '',
    isOverdue: false,
    block: `${block}`,
    txId,
    detail: `${subject} ${detail}`,
  };
}

function forbiddenRow({ block, txId = '', reason, facts }: Divergence): ReconciliationRow {
  const told = Object.entries(facts).map(([name, value]) => `${name}=${value}`);
  return {
    finding: 'FORBIDDEN_WRITE',
    usage: '',
    consumer: '',
    custodian: '',
    at: '',
    due: '',
    isOverdue: false,
    block: `${block}`,
    txId,
    detail: [reason, ...told].join(' '),
  };
}
