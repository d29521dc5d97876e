import {
  addSeconds,
  claimType,
  decodeRecord,
  grantType,
  millisOf,
  spaceType,
  usageType,
  type Usage,
} from '@tallystick/chaincode/model';
import type { RecordType } from '@tallystick/chaincode/model';
import type { Clocks } from './time.js';
import type { World } from './transactions.js';

/** States in which a record stays. */
const isEnd = ({ moves }: Pick<RecordType, 'moves'>, state: string): boolean => moves?.[state]?.length === 0;

/**
 * Whether nothing that comes later can change the state of the subject: it is an end, or the window in which a use may be contested was
 * over when every witness signed, as many as are needed at least, and the height was the newest that its peer had then. A time alone does not show that: who joins late
 * signs old heights by the clock of today, and a token says that a checkpoint was there by then, not that nothing had followed it.
 * @throws Rejection MALFORMED
 */
export function isFinal(world: World, clocks: Clocks, height: number | undefined): boolean {
  const { record } = world.newest;
  switch (record.kind) {
    case 'usage':
      return (
        isEnd(usageType, record.state) ||
        (record.state === 'ALLOWED' && isUncontested(record, world, clocks, height))
      );
    case 'grant':
      return isEnd(grantType, record.state);
    case 'claim':
      return isEnd(claimType, record.state);
    case 'valuation':
      return true;
  }
}

/** By the rulebook that stands at the height, where the file shows it: one of the past may have had a shorter window. */
function isUncontested(
  { answer }: Usage,
  world: World,
  { counted, needed, clockSkew }: Clocks,
  height: number | undefined,
): boolean {
  const text = world.current('space');
  const isShown = text !== undefined && answer !== undefined && height !== undefined;
  if (!isShown || counted.length === 0 || counted.length < needed) return false;
  const { rulebook } = decodeRecord(spaceType, text);
  const end = millisOf(addSeconds(answer.at, rulebook.contestWithin)) + clockSkew * 1000;
  return counted.every(({ signedAt, newest }) => newest === height && millisOf(signedAt) > end);
}
