import type { Right } from '../../model/index.js';
import { isLooking } from './actions.js';
import { actionIn } from './spelling.js';

/** True when the rights granted suffice for an action: looking at data is part of holding it, everything else processes it. */
export function isCovered(action: string, rights: readonly Right[]): boolean {
  return rights.includes('USE') || (rights.includes('HOLD') && isLooking(actionIn(action)));
}
