import {
  reconciliation,
  unreadableUsages,
  usesReport,
  type Audit,
  type Divergence,
  type NotEvaluated,
  type ReconciliationRow,
  type UseFilter,
  type UseRow,
} from '../src/audit/index.js';
import { stringify } from 'csv-stringify/sync';

export type ReportName = 'uses' | 'reconciliation';

/** A report as it goes out: rows for people's programs, columns for their spreadsheets. */
export interface Report {
  readonly report: ReportName;
  readonly filter?: UseFilter;
  /** Keys of usages that nobody can read, and that are in no row. */
  readonly unreadable: readonly string[];
  readonly rows: readonly object[];
}

/** Makes a report from an audit that went through the whole ledger. */
export function reportOf(name: ReportName, filter: UseFilter, audit: Audit): Report {
  const unreadable = unreadableUsages(audit);
  if (name === 'reconciliation') return { report: name, unreadable, rows: reconciliation(audit) };
  return { report: name, filter, unreadable, rows: usesReport(audit, filter) };
}

/** The header of a report is there without any row, too. */
const COLUMNS: {
  readonly uses: readonly (keyof UseRow)[];
  readonly reconciliation: readonly (keyof ReconciliationRow)[];
} = {
  uses: [
    'usage',
    'state',
    'outcome',
    'code',
    'report',
    'dataset',
    'version',
    'grant',
    'action',
    'purpose',
    'consumer',
    'custodian',
    'requestedAt',
    'answeredAt',
    'acknowledgedAt',
    'contestedAt',
    'transactions',
  ],
  reconciliation: [
    'finding',
    'usage',
    'consumer',
    'custodian',
    'at',
    'due',
    'isOverdue',
    'block',
    'txId',
    'detail',
  ],
};

/** RFC 4180 with a header line. Cells that a spreadsheet would run as a formula are defused. */
export function csvOf({ report, rows }: Report): string {
  const flat = report === 'uses' ? (rows as readonly UseRow[]).map(flattened) : rows;
  return stringify([...flat], {
    header: true,
    columns: [...COLUMNS[report]],
    record_delimiter: 'windows',
    escape_formulas: true,
    cast: { boolean: String },
  });
}

const flattened = ({ transactions, ...row }: UseRow): object => ({
  ...row,
  transactions: transactions
    .map(({ transaction, txId, block }) => `${transaction} ${block} ${txId}`)
    .join('; '),
});

const place = ({ block, index, txId }: Divergence | NotEvaluated['first']): string =>
  `block ${block}${index === undefined ? '' : `, transaction ${index}`}${txId === undefined ? '' : ` (${txId})`}`;

const told = (facts: Readonly<Record<string, string>>): string =>
  Object.entries(facts)
    .map(([name, value]) => ` ${name}=${value}`)
    .join('');

/** What was found, for people. */
export function summaryOf(audit: Audit, isWhole: boolean): string {
  const { counts, divergences, divergenceCount, notEvaluated } = audit;
  const lines = [
    `${counts.blocks} blocks, ${counts.configurations} of them configurations; ${counts.transactions} transactions, ${counts.valid} valid`,
    `${counts.replayed} replayed through the rules, ${counts.foreign} of other chaincodes; ${counts.commitHashes} commit hashes recomputed`,
    ...divergences.map(
      (each) => `DIVERGENCE at ${place(each)}: ${each.step} ${each.reason}${told(each.facts)}`,
    ),
    ...(divergenceCount > divergences.length ? [`... and ${divergenceCount - divergences.length} more`] : []),
    ...notEvaluated.map(
      ({ step, reason, count, first }) =>
        `NOT EVALUATED ${count} times: ${step} ${reason}, first at ${place(first)}${told(first.facts)}`,
    ),
    ...(isWhole ? [] : ['INTERRUPTED: what follows was not looked at']),
    conclusionOf(audit, isWhole),
  ];
  return `${lines.join('\n')}\n`;
}

function conclusionOf({ divergenceCount, notEvaluated }: Audit, isWhole: boolean): string {
  if (divergenceCount > 0) return 'The ledger is not what its signatures and rules make of it.';
  if (notEvaluated.length > 0 || !isWhole) return 'Nothing diverges in what could be evaluated.';
  return 'Everything is as signatures and rules say.';
}

/** The same for programs. */
export const summaryJson = (audit: Audit, isWhole: boolean): object => ({
  isWhole,
  counts: audit.counts,
  ledgerTime: audit.ledgerTime,
  divergenceCount: audit.divergenceCount,
  divergences: audit.divergences,
  notEvaluated: audit.notEvaluated,
});
