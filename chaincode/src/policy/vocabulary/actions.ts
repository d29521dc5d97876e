import type { Right } from '../../model/index.js';
import { actionIn } from './spelling.js';

/**
 * Actions with the action each is included in: ODRL 2.2 vocabulary, sections 3.11, 3.12 and 4.4 (`odrl:includedIn`);
 * IDS information model, codes/Action.ttl (`odrl:includedIn`, else `skos:broader`, else `use`). Deprecated terms are
 * included in what they match exactly, `lend` and `lease` in `use`: every action must end in `use` or `transfer` (ODRL 2.2
 * information model, section 2.4). What is not here is in no policy that the ledger accepts.
 */
const INCLUDED_IN: ReadonlyMap<string, string | undefined> = new Map([
  ['use', undefined],
  ['transfer', undefined],
  ...[
    'Attribution',
    // Spelled as Creative Commons and the ontology (ODRL22.ttl) do; the text of the recommendation has it misspelled.
    'CommercialUse',
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
    'idsc:ENCRYPT',
    'idsc:HASH',
    'idsc:INCREMENT_COUNTER',
    'idsc:LOG',
    'idsc:MPC',
    'idsc:REPLACE',
    'idsc:SHUFFLE',
  ].map((each): [string, string] => [each, 'use']),
  ['display', 'play'],
  ['extract', 'reproduce'],
  ['give', 'transfer'],
  ['sell', 'transfer'],
  ['lend', 'use'],
  ['lease', 'use'],
  ['license', 'grantUse'],
  ['write', 'modify'],
  ['idsc:AGGREGATE_BY_CONSUMER', 'aggregate'],
  ['idsc:TRACK_PROVENANCE', 'idsc:LOG'],
]);

/**
 * Actions that must not be prohibited to whoever does the action (`odrl:implies`, information model, section 2.4). The
 * ODRL vocabulary states no pair, the IDS information model this one.
 */
const IMPLIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['idsc:TRACK_PROVENANCE', ['acceptTracking']],
]);

export const ACTIONS: ReadonlySet<string> = new Set(INCLUDED_IN.keys());

/** True when a rule on the general action is a rule on the other one, too. An action that is not known includes itself. */
export function includes(general: string, action: string): boolean {
  for (let at: string | undefined = action; at !== undefined; at = INCLUDED_IN.get(at)) {
    if (at === general) return true;
  }
  return false;
}

/** The action, and all that it implies or that something included in it implies: asking for it asks for that, too. */
export const impliedBy = (action: string): readonly string[] => [
  action,
  ...[...IMPLIES].flatMap(([each, implied]) => (includes(action, each) ? implied : [])),
];

/** Looking at data is part of holding it; everything else processes it. */
const LOOKING: ReadonlySet<string> = new Set(['read', 'display', 'print', 'present', 'play']);

/** True when the rights granted suffice for an action. */
export function isCovered(action: string, rights: readonly Right[]): boolean {
  return rights.includes('USE') || (rights.includes('HOLD') && LOOKING.has(actionIn(action)));
}
