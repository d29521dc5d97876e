import {
  enders,
  imposers,
  MEASURES,
  replaces,
  type MeasureName,
} from '../../chaincode/src/rules/powers/index.js';
import { tableOf } from '../policy-classes/page.js';

const HEAD = ['what', 'imposed with', 'as', 'ended or lifted by', 'with', 'taken over by'];

const code = (transaction: string): string => transaction.replace(/^[a-z]+:[A-Za-z]+/, '`$&`');
const listed = (texts: readonly string[], none: string): string =>
  texts.length === 0 ? none : texts.join(', ');

/** Who may end or lift what, whoever imposed it: a row for each capacity in which a measure can be imposed. */
export function powersTable(): string {
  const names = Object.keys(MEASURES) as MeasureName[];
  return tableOf(
    HEAD,
    names.flatMap((name) => rowsOf(name)),
  );
}

function rowsOf(name: MeasureName): readonly (readonly string[])[] {
  const { what, imposedWith, endedWith } = MEASURES[name];
  return imposers(name).map((as) => [
    what,
    code(imposedWith),
    as,
    listed(enders(name, as), 'nobody'),
    listed(endedWith.map(code), '—'),
    listed(TAKEN_OVER.has(name) ? imposers(name).filter((other) => replaces(name, as, other)) : [], '—'),
  ]);
}

/** What is suspended or paused is so in one capacity at a time. */
const TAKEN_OVER: ReadonlySet<MeasureName> = new Set<MeasureName>([
  'participantSuspended',
  'componentSuspended',
  'grantSuspended',
  'spacePaused',
]);
