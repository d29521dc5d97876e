import type { Content } from './content.js';
import { TransformError, type Details } from './port.js';

/** Fewest rows a group may have: one row is the row itself, and two tell each its counterpart. */
const LEAST_MINIMUM = 3;

const FUNCTIONS = ['SUM', 'AVG'] as const;
type Aggregate = (typeof FUNCTIONS)[number];
type Row = Readonly<Record<string, unknown>>;

const failed = (message: string): TransformError => new TransformError('TRANSFORMATION_FAILED', message);

function functionNamed(name: string | undefined): Aggregate {
  const found = FUNCTIONS.find((each) => each === name?.replace(/^.*:/, ''));
  if (found !== undefined) return found;
  throw new TransformError(
    'TRANSFORMATION_UNSUPPORTED',
    `No function ${name ?? ''}; there are ${FUNCTIONS.join(', ')}`,
  );
}

function rowsIn(content: Content): readonly Row[] {
  const isRows = Array.isArray(content) && content.every((row) => typeof row === 'object' && row !== null);
  if (!isRows) throw failed('A computation takes a list of objects, or CSV');
  return content as readonly Row[];
}

function numberIn(row: Row, of: string): number {
  const value = row[of];
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw failed(`${of} is not a number in every row`);
}

interface Group {
  readonly key: Row;
  count: number;
  sum: number;
}

/** Rows with equal members; those whose member is missing are equal, too. */
function groupsOf(rows: readonly Row[], groupBy: readonly string[], of: string): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const key = Object.fromEntries(groupBy.map((name) => [name, row[name] ?? null]));
    const text = JSON.stringify(Object.values(key));
    const group = groups.get(text) ?? { key, count: 0, sum: 0 };
    group.count += 1;
    group.sum += numberIn(row, of);
    groups.set(text, group);
  }
  return [...groups.values()];
}

/**
 * Sum or average of one member over groups of rows. A group with fewer rows than `minimum` is left out, and nothing says how many were:
 * small groups show single contributions.
 */
export function aggregate(content: Content, name: string | undefined, details: Details): Content {
  const { groupBy = [], of, minimum = LEAST_MINIMUM } = details;
  const computed = functionNamed(name);
  if (of === undefined)
    throw new TransformError('TRANSFORMATION_UNSUPPORTED', 'What is computed has to be named: `of`');
  if (groupBy.includes(of))
    throw new TransformError('TRANSFORMATION_UNSUPPORTED', `${of} cannot be its own group`);
  const groups = groupsOf(rowsIn(content), groupBy, of).filter(({ count }) => count >= minimum);
  if (groups.length === 0) throw failed(`No group has ${minimum} rows`);
  return groups.map(({ key, sum, count }) => ({ ...key, [of]: computed === 'SUM' ? sum : sum / count }));
}
