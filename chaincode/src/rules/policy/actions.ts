import type { Right } from '../../model/index.js';

/**
 * Actions a use can be asked for, each with the action it is included in (ODRL 2.2 `includedIn`). The list is
 * closed: what the ledger never allows, such as handing the data on, is asked for by no use and needs no entry.
 */
const INCLUDED_IN: ReadonlyMap<string, string | undefined> = new Map([
  ['use', undefined],
  ['read', 'use'],
  ['display', 'use'],
  ['print', 'use'],
  ['derive', 'use'],
  ['aggregate', 'use'],
  ['anonymize', 'use'],
  ['index', 'use'],
  ['execute', 'use'],
]);

/** Looking at data is part of holding it; everything else processes it. */
const LOOKING: ReadonlySet<string> = new Set(['read', 'display', 'print']);

export const ACTIONS: readonly string[] = [...INCLUDED_IN.keys()];

/** True when a rule on the general action is a rule on the other one, too. */
export function includes(general: string, action: string): boolean {
  for (let at: string | undefined = action; at !== undefined; at = INCLUDED_IN.get(at)) {
    if (at === general) return INCLUDED_IN.has(general);
  }
  return false;
}

/** True when the rights granted suffice for an action. */
export function isCovered(action: string, rights: readonly Right[]): boolean {
  return rights.includes('USE') || (rights.includes('HOLD') && LOOKING.has(action));
}
