import { millisOf, type Instant } from '@tallystick/chaincode/model';

/** Milliseconds that clocks may be apart, and that a signature may take to come here. */
const APART = 15 * 60_000;
/** For so long a height is new: shorter, because a member may have had it, and signed it, minutes before us. */
const NEW = 10 * 60_000;
/** A round notes a height; more than come in that time are not needed. */
const MOST_NOTED = 10_000;

interface Noted {
  readonly at: number;
  readonly height: number;
}

/**
 * Whether a signature says a time at which it can have been made. A witness that states another spoils the bounds of time of every file
 * that holds its signature, however honest the others are. One fetched later may be old: its age says something only at heights that
 * were not there yet when this gateway was last known to hold everything.
 */
export class Timeliness {
  #noted: readonly Noted[] = [];

  /** This was the newest height at that time, and nothing newer was known. */
  note(height: number, now: Instant): void {
    const at = millisOf(now);
    this.#noted = [...this.#noted.filter((each) => at - each.at < NEW), { at, height }].slice(-MOST_NOTED);
  }

  isTimely(height: number, signedAt: Instant, now: Instant): boolean {
    const [at, signed] = [millisOf(now), millisOf(signedAt)];
    if (signed > at + APART) return false;
    const isNew = this.#noted.some((each) => each.height < height && at - each.at < NEW);
    return !isNew || signed >= at - APART;
  }
}
