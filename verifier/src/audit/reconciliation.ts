import {
  addSeconds,
  decodeRecord,
  keys,
  type Id,
  type Instant,
  type Obligation,
  type Space,
  type Usage,
} from '@tallystick/chaincode/model';
import type { Departure } from './findings.js';
import { inOrderOf, usagesOf, type Audited } from './reports.js';
import type { Breach } from './usage-history.js';

const OBLIGATION_PREFIX = 'obligation/';

export type ReconciliationFinding =
  | 'UNANSWERED'
  | 'UNACKNOWLEDGED'
  | 'CONTESTED'
  | 'LAPSED'
  | 'DUTY_DUE'
  | 'DUTY_BREACHED'
  | 'ALLOWED_WITHOUT_ACTIVE_GRANT'
  | 'ALLOWED_UNDER_HOLD'
  | 'ALLOWED_DESPITE_BREACH'
  | 'FORBIDDEN_WRITE';

/** One thing that is open, or must not be. Empty: it has none. */
export interface ReconciliationRow {
  readonly finding: ReconciliationFinding;
  readonly usage: string;
  /** Of a duty: who owes it. */
  readonly consumer: string;
  /** Of a duty: whose component says that it was done. */
  readonly custodian: string;
  /** When it began, by the ledger's time. */
  readonly at: Instant;
  /** When it is due by the rulebook, where something is. */
  readonly due: Instant;
  /** Whether `due` has passed by the time of the ledger's last transaction. */
  readonly isOverdue: boolean;
  /** Of the transaction that made it so. */
  readonly block: string;
  readonly txId: string;
  readonly detail: string;
}

/** What is open between the parties by the rules, and what endorsers wrote against them. */
export function reconciliation(audited: Audited): ReconciliationRow[] {
  const usages = new Map([...usagesOf(audited)].map(([, usage]) => [usage.id as string, usage]));
  const open = [...usagesOf(audited)].flatMap(([key, usage]) => openRow(key, usage, audited));
  const { breaches } = audited.history.recorded();
  return [
    ...open.sort(inOrderOf(({ at, usage }) => `${at} ${usage}`)),
    ...[...obligationsOf(audited)].flatMap((obligation) => dutyRow(obligation, audited)),
    ...breaches.map((breach) => breachRow(breach, usages.get(breach.usage))),
    ...audited.departures.map(forbiddenRow),
  ];
}

/** What a state leaves open: since when, and within which time of the rulebook it is to be closed. */
interface Open {
  readonly finding: ReconciliationFinding;
  readonly at: Instant;
  readonly within?: 'answerWithin' | 'matchWithin';
  readonly detail?: string;
}

const contested = ({ state, requestedAt, contest }: Usage): Open => {
  const { at = requestedAt, reason = '' } = contest ?? {};
  return { finding: 'CONTESTED', at, detail: `${state} ${reason}` };
};

const OPEN: Readonly<Record<Usage['state'], ((usage: Usage) => Open) | undefined>> = {
  REQUESTED: ({ requestedAt: at }) => ({ finding: 'UNANSWERED', at, within: 'answerWithin' }),
  ALLOWED: ({ requestedAt, answer }) => ({
    finding: 'UNACKNOWLEDGED',
    at: answer?.at ?? requestedAt,
    within: 'matchWithin',
  }),
  DENIED: undefined,
  LAPSED: ({ requestedAt: at }) => ({ finding: 'LAPSED', at }),
  ACKNOWLEDGED: undefined,
  CONTESTED: contested,
  UPHELD: contested,
  REJECTED: contested,
};

const NOBODY = { usage: '', consumer: '', custodian: '', at: '', due: '', isOverdue: false } as const;

function openRow(key: string, usage: Usage, audited: Audited): ReconciliationRow[] {
  const open = OPEN[usage.state]?.(usage);
  if (!open) return [];
  const { finding, at, detail = '' } = open;
  const due = dueOf(open, audited);
  const { consumer, custodian, id } = usage;
  const { block, txId = '' } = audited.history.stepsOf(key).at(-1) ?? {};
  const isOverdue = due !== '' && audited.ledgerTime > due;
  return [
    { finding, usage: id, consumer, custodian, at, due, isOverdue, block: `${block ?? ''}`, txId, detail },
  ];
}

function dueOf({ at, within }: Open, audited: Audited): Instant {
  const seconds = within && rulebookOf(audited)?.[within];
  return seconds === undefined ? '' : addSeconds(at, seconds);
}

function rulebookOf({ records }: Audited): Space['rulebook'] | undefined {
  const key = keys.space();
  const text = records.text(key.text);
  return text === undefined ? undefined : decodeRecord(key.type, text).rulebook;
}

function* obligationsOf({
  records,
}: Audited): Generator<{ readonly obligation: Obligation; readonly block: number }> {
  for (const { key, text, block } of records.all()) {
    if (!key.startsWith(OBLIGATION_PREFIX)) continue;
    const { type } = keys.obligation(key.slice(OBLIGATION_PREFIX.length) as Id<'obligation'>);
    yield { obligation: decodeRecord(type, text), block };
  }
}

/** What somebody still owes, by the ledger's own time: nobody has to write that it is overdue. */
function dutyRow(
  { obligation, block }: { readonly obligation: Obligation; readonly block: number },
  { ledgerTime }: Audited,
): ReconciliationRow[] {
  const { id, state, usage, debtor, attester, due = '', breach, action } = obligation;
  if (state === 'FULFILLED') return [];
  return [
    {
      finding: state === 'DUE' ? 'DUTY_DUE' : 'DUTY_BREACHED',
      usage: usage ?? '',
      consumer: debtor,
      custodian: attester,
      at: breach?.at ?? '',
      due,
      isOverdue: due !== '' && ledgerTime > due,
      block: `${block}`,
      txId: '',
      detail: `${action} ${id}`,
    },
  ];
}

const ALLOWED: Readonly<Record<Breach['what'], ReconciliationFinding>> = {
  GRANT_NOT_ACTIVE: 'ALLOWED_WITHOUT_ACTIVE_GRANT',
  HOLD: 'ALLOWED_UNDER_HOLD',
  BREACH: 'ALLOWED_DESPITE_BREACH',
};

function breachRow(breach: Breach, record: Usage | undefined): ReconciliationRow {
  const { usage, txId, block, at, what, subject, detail } = breach;
  const { consumer = '', custodian = '' } = record ?? {};
  return {
    ...NOBODY,
    finding: ALLOWED[what],
    usage,
    consumer,
    custodian,
    at,
    block: `${block}`,
    txId,
    detail: `${subject} ${detail}`,
  };
}

function forbiddenRow({ block, txId = '', reason, facts }: Departure): ReconciliationRow {
  const told = Object.entries(facts).map(([name, value]) => `${name}=${value}`);
  const detail = [reason, ...told].join(' ');
  return { ...NOBODY, finding: 'FORBIDDEN_WRITE', block: `${block}`, txId, detail };
}
