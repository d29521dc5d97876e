import type { Right } from '../../../model/index.js';

/**
 * Actions with the action each is included in (ODRL 2.2 vocabulary, sections 3.6, 4.2 and 4.3: `odrl:includedIn`), those
 * of the IDS information model among them. What is not here is in no policy that the ledger accepts.
 */
const INCLUDED_IN: ReadonlyMap<string, string | undefined> = new Map([
  ['use', undefined],
  ['transfer', undefined],
  ...[
    'Attribution',
    'CommericalUse',
    'DerivativeWorks',
    'Distribution',
    'Notice',
    'Reproduction',
    'ShareAlike',
    'Sharing',
    'SourceCode',
  ].map((each): [string, string] => [`cc:${each}`, 'use']),
  ...[
    'acceptTracking',
    'aggregate',
    'annotate',
    'anonymize',
    'archive',
    'attribute',
    'compensate',
    'concurrentUse',
    'delete',
    'derive',
    'digitize',
    'display',
    'distribute',
    'ensureExclusivity',
    'execute',
    'grantUse',
    'include',
    'index',
    'inform',
    'install',
    'modify',
    'move',
    'nextPolicy',
    'obtainConsent',
    'play',
    'present',
    'print',
    'read',
    'reproduce',
    'reviewPolicy',
    'stream',
    'synchronize',
    'textToSpeech',
    'transform',
    'translate',
    'uninstall',
    'watermark',
    'write',
    'idsc:AGGREGATE_BY_CONSUMER',
    'idsc:ENCRYPT',
    'idsc:HASH',
    'idsc:INCREMENT_COUNTER',
    'idsc:LOG',
    'idsc:MPC',
    'idsc:REPLACE',
    'idsc:SHUFFLE',
    'idsc:TRACK_PROVENANCE',
  ].map((each): [string, string] => [each, 'use']),
  ['extract', 'reproduce'],
  ['give', 'transfer'],
  ['sell', 'transfer'],
  ['lend', 'use'],
  ['lease', 'use'],
  ['license', 'use'],
]);

/** Actions that an action entails: whoever does it does these, too (`odrl:implies`). */
const IMPLIES: ReadonlyMap<string, readonly string[]> = new Map([['distribute', ['reproduce']]]);

export const ACTIONS: ReadonlySet<string> = new Set(INCLUDED_IN.keys());

/** True when a rule on the general action is a rule on the other one, too. An action that is not known includes itself. */
export function includes(general: string, action: string): boolean {
  for (let at: string | undefined = action; at !== undefined; at = INCLUDED_IN.get(at)) {
    if (at === general) return true;
  }
  return false;
}

/** The action and all that it implies. */
export const impliedBy = (action: string): readonly string[] => [action, ...(IMPLIES.get(action) ?? [])];

/** Looking at data is part of holding it; everything else processes it. */
const LOOKING: ReadonlySet<string> = new Set(['read', 'display', 'print', 'present', 'play']);

/** True when the rights granted suffice for an action. */
export function isCovered(action: string, rights: readonly Right[]): boolean {
  return rights.includes('USE') || (rights.includes('HOLD') && LOOKING.has(action));
}
