import { millisOf, type Obligation } from '@tallystick/chaincode/model';
import { recordsOf } from '../custody/port.js';
import type { Projection } from '../../projection/port.js';

/** Actions that a gateway can carry out by itself. */
export const DELETE = 'delete';
export const INFORM = 'inform';

/** Before its deadline a deletion has to be on the ledger, too: this long, or a tenth of the time there was. */
const LEAD_MS = 60_000;
const PART = 10;

/** Seconds ahead of which deadlines are of no interest yet: more than the lead. */
export const HORIZON = 120;

/** Milliseconds since 1970 at which a deletion is begun. One without a deadline waits to be asked for. */
export function startOf({ due, updatedAt }: Obligation): number {
  if (due === undefined) return Number.POSITIVE_INFINITY;
  const end = millisOf(due);
  return end - Math.min(LEAD_MS, (end - millisOf(updatedAt)) / PART);
}

/** Our obligations in a state that are about an action. */
export const ours = (
  projection: Pick<Projection, 'list'>,
  where: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>> = {},
): Promise<readonly Obligation[]> => recordsOf(projection, { kind: 'obligation', where, before });
