import { allDescriptors, refuseUnless } from '../model/index.js';

/** How far from an endorser's own clock a transaction may be dated. */
export interface ClockBounds {
  /** Seconds. */
  readonly ahead: number;
  readonly behind: number;
  /** The endorser's own clock, in seconds since 1970. */
  readonly now: () => number;
}

/** A peer admits 15 minutes either way (peer.authentication.timewindow), with which others could be locked out or made to seem late. */
export const CLOCK_BOUNDS: ClockBounds = { ahead: 30, behind: 60, now: () => Date.now() / 1000 };

const MAX_SECONDS = 900;

/**
 * Bounds from TALLYSTICK_MAX_AHEAD_SECONDS and TALLYSTICK_MAX_BEHIND_SECONDS.
 * @throws TypeError for what is no whole number from 1 to 900, which is what a peer admits
 */
export function clockBoundsFrom(environment: Readonly<Record<string, string | undefined>>): ClockBounds {
  const read = (name: string, usual: number): number => {
    const text = environment[name] ?? '';
    if (text === '') return usual;
    const seconds = Number(text);
    if (/^[1-9]\d{0,2}$/.test(text) && seconds <= MAX_SECONDS) return seconds;
    throw new TypeError(`${name} must be a whole number of seconds from 1 to ${MAX_SECONDS}`);
  };
  return {
    ...CLOCK_BOUNDS,
    ahead: read('TALLYSTICK_MAX_AHEAD_SECONDS', CLOCK_BOUNDS.ahead),
    behind: read('TALLYSTICK_MAX_BEHIND_SECONDS', CLOCK_BOUNDS.behind),
  };
}

const CLOCKED: ReadonlySet<string> = new Set(
  allDescriptors.filter(({ clocked }) => clocked).map(({ name }) => name),
);

/**
 * Refuses with CLOCK_SKEW what is dated too far from this endorser's own clock. The rules have no clock, and a replay no use for one: a
 * refusal is no write, so that endorsers whose clocks differ write nothing that differs.
 */
export function refuseSkewed(
  transaction: string,
  seconds: number,
  { ahead, behind, now }: ClockBounds,
): void {
  if (!CLOCKED.has(transaction)) return;
  const off = Math.round(seconds - now());
  refuseUnless(off <= ahead && off >= -behind, 'CLOCK_SKEW', { seconds: off, ahead, behind });
}
