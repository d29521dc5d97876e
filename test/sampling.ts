import fc from 'fast-check';

/**
 * Whether everything is tried, and ten times as much of what is made at random (`TALLYSTICK_THOROUGH=1`, `npm run ci:full`). A landing tries
 * a sample that is always the same, so that what it says depends on the commit alone.
 */
export const isThorough = process.env['TALLYSTICK_THOROUGH'] === '1';

const MORE = 10;
const DAY_MS = 86_400_000;

/** How often something random is tried. */
export const times = (landing: number, thorough = landing * MORE): number =>
  isThorough ? thorough : landing;

/** A guard is taken out, and may be seen by a single case (scripts/guards): then all cases are tried, and no more at random. */
const isGuarded = process.env['TALLYSTICK_GUARDS'] === '1';

/** One of so many cases on a landing, all of them otherwise. */
export const some = <Case>(cases: readonly Case[], every: number): readonly Case[] =>
  isThorough || isGuarded ? cases : cases.filter((_, index) => index % every === 0);

/** Told by whoever uses it, so that a failure can be repeated with `TALLYSTICK_SEED`; of the day in a thorough run, so that the days together look everywhere. */
export const seed = Number(
  process.env['TALLYSTICK_SEED'] ?? (isThorough ? Math.floor(Date.now() / DAY_MS) : 1),
);

fc.configureGlobal({ numRuns: times(100), ...(!isThorough && { seed }) });
