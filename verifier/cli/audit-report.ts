import {
  reconciliation,
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
  readonly rows: readonly object[];
}

/** Makes a report from an audit that went through the whole ledger. */
export function reportOf(name: ReportName, filter: UseFilter, audit: Audit): Report {
  if (name === 'reconciliation') return { report: name, rows: reconciliation(audit) };
  return { report: name, filter, rows: usesReport(audit, filter) };
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
  const { counts, divergences, divergenceCount, departures, departureCount, notEvaluated } = audit;
  const lines = [
    `${counts.blocks} blocks, ${counts.configurations} of them configurations; ${counts.transactions} transactions, ${counts.valid} valid`,
    `${counts.replayed} replayed through the rules, ${counts.corrected} corrected by them, ${counts.void} void, ${counts.unopened} without an opening; ${counts.foreign} of other chaincodes; ${counts.commitHashes} commit hashes recomputed`,
    ...listed('DIVERGENCE', divergences, divergenceCount),
    ...listed('DEPARTURE', departures, departureCount),
    ...notEvaluated.map(
      ({ step, reason, count, first }) =>
        `NOT EVALUATED ${count} times: ${step} ${reason}, first at ${place(first)}${told(first.facts)}`,
    ),
    ...(isWhole ? [] : ['INTERRUPTED: what follows was not looked at']),
    conclusionOf(audit, isWhole),
  ];
  return `${lines.join('\n')}\n`;
}

const listed = (word: string, found: readonly Divergence[], count: number): string[] => [
  ...found.map((each) => `${word} at ${place(each)}: ${each.step} ${each.reason}${told(each.facts)}`),
  ...(count > found.length ? [`... and ${count - found.length} more`] : []),
];

function conclusionOf({ divergenceCount, departureCount, notEvaluated }: Audit, isWhole: boolean): string {
  if (divergenceCount > 0) return 'The ledger is not what its signatures make of it.';
  if (departureCount > 0)
    return 'Endorsers departed from the rules. What counts is what the rules make of the signed calls.';
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
  departureCount: audit.departureCount,
  departures: audit.departures,
  notEvaluated: audit.notEvaluated,
});
