/**
 * How the ledger sees to a duty.
 * RECEIPT: the receipt of the use is its performance (`idsc:LOG`, `idsc:TRACK_PROVENANCE`, `idsc:INCREMENT_COUNTER`).
 * TRANSFORMATION: the version used must have been made that way (`anonymize`, `idsc:REPLACE`, `idsc:MPC`, ...).
 * CONSENT: enough of the parties named must have consented (`obtainConsent`).
 * BEFORE: an obligation that must be FULFILLED before a use is allowed (`compensate`, and whatever says `event lt policyUsage`).
 * AFTER: an obligation that an allowed use, or the acceptance of the grant, creates with a deadline (`delete`, `inform`, ...).
 * ONWARD: binds sub-grants (`nextPolicy`).
 */
export type DutyKind = 'RECEIPT' | 'TRANSFORMATION' | 'CONSENT' | 'BEFORE' | 'AFTER' | 'ONWARD';

interface ActionEntry {
  /** The action it is included in; `use` and `transfer` are in none. */
  readonly in?: string;
  /** What the ledger sees to it as, where it is a duty. One without is no duty that it accepts. */
  readonly duty?: DutyKind;
  /** Actions that must not be prohibited to whoever does this one. */
  readonly implies?: readonly string[];
  /** It shows the data to somebody, which is part of holding it; every other one processes it. */
  readonly isLooking?: true;
  /** Terms of the IDS of the same meaning, and how the examples of IDS-G spell them. */
  readonly ids?: readonly string[];
}

/**
 * Every action there is, and all that the ledger knows of it: rules, duties, words and pages take it from here. What is not here is in
 * no policy that the ledger accepts.
 *
 * `in`: ODRL 2.2 vocabulary, sections 3.11, 3.12 and 4.4 (`odrl:includedIn`); IDS information model, codes/Action.ttl
 * (`odrl:includedIn`, else `skos:broader`, else `use`). Deprecated terms are included in what they match exactly, `lend` and `lease`
 * in `use`: every action must end in `use` or `transfer` (ODRL 2.2 information model, section 2.4).
 * `implies`: `odrl:implies` (section 2.4), of which the ODRL vocabulary states no pair, and the IDS information model the one here.
 * `ids`: nothing that is only similar; such a term stays what it is, and admission judges it.
 */
const ENTRIES = {
  use: { ids: ['idsc:USE'] },
  transfer: {},

  compensate: { in: 'use', duty: 'BEFORE', ids: ['idsc:COMPENSATE'] },
  obtainConsent: { in: 'use', duty: 'CONSENT' },
  inform: { in: 'use', duty: 'AFTER', ids: ['idsc:NOTIFY'] },
  delete: { in: 'use', duty: 'AFTER', ids: ['idsc:DELETE'] },
  uninstall: { in: 'use', duty: 'AFTER' },
  attribute: { in: 'use', duty: 'AFTER' },
  reviewPolicy: { in: 'use', duty: 'AFTER' },
  ensureExclusivity: { in: 'use', duty: 'AFTER' },
  archive: { in: 'use', duty: 'AFTER' },
  annotate: { in: 'use', duty: 'AFTER' },
  'cc:Attribution': { in: 'use', duty: 'AFTER' },
  'cc:Notice': { in: 'use', duty: 'AFTER' },
  'cc:ShareAlike': { in: 'use', duty: 'AFTER' },
  'cc:SourceCode': { in: 'use', duty: 'AFTER' },
  anonymize: { in: 'use', duty: 'TRANSFORMATION', ids: ['idsc:ANONYMIZE'] },
  watermark: { in: 'use', duty: 'TRANSFORMATION' },
  'idsc:REPLACE': { in: 'use', duty: 'TRANSFORMATION' },
  'idsc:MPC': { in: 'use', duty: 'TRANSFORMATION' },
  'idsc:HASH': { in: 'use', duty: 'TRANSFORMATION' },
  'idsc:SHUFFLE': { in: 'use', duty: 'TRANSFORMATION' },
  'idsc:AGGREGATE_BY_CONSUMER': { in: 'aggregate', duty: 'TRANSFORMATION' },
  'idsc:ENCRYPT': { in: 'use', duty: 'TRANSFORMATION' },
  acceptTracking: { in: 'use', duty: 'RECEIPT' },
  'idsc:LOG': { in: 'use', duty: 'RECEIPT', ids: ['idsc:log'] },
  'idsc:TRACK_PROVENANCE': { in: 'idsc:LOG', duty: 'RECEIPT', implies: ['acceptTracking'] },
  'idsc:INCREMENT_COUNTER': { in: 'use', duty: 'RECEIPT' },
  nextPolicy: { in: 'use', duty: 'ONWARD', ids: ['idsc:NEXT_POLICY'] },

  read: { in: 'use', isLooking: true, ids: ['idsc:READ'] },
  display: { in: 'play', isLooking: true },
  play: { in: 'use', isLooking: true },
  present: { in: 'use', isLooking: true },
  print: { in: 'use', isLooking: true },

  aggregate: { in: 'use' },
  // Spelled as Creative Commons and the ontology (ODRL22.ttl) do; the text of the recommendation has it misspelled.
  'cc:CommercialUse': { in: 'use' },
  'cc:DerivativeWorks': { in: 'use' },
  'cc:Distribution': { in: 'use' },
  'cc:Reproduction': { in: 'use' },
  'cc:Sharing': { in: 'use' },
  concurrentUse: { in: 'use' },
  derive: { in: 'use' },
  digitize: { in: 'use' },
  distribute: { in: 'use', ids: ['idsc:DISTRIBUTE'] },
  execute: { in: 'use' },
  extract: { in: 'reproduce' },
  give: { in: 'transfer' },
  grantUse: { in: 'use', ids: ['idsc:GRANT_USE'] },
  include: { in: 'use' },
  index: { in: 'use' },
  install: { in: 'use' },
  lease: { in: 'use' },
  lend: { in: 'use' },
  license: { in: 'grantUse' },
  modify: { in: 'use', ids: ['idsc:MODIFY'] },
  move: { in: 'use' },
  reproduce: { in: 'use' },
  sell: { in: 'transfer' },
  stream: { in: 'use' },
  synchronize: { in: 'use' },
  textToSpeech: { in: 'use' },
  transform: { in: 'use' },
  translate: { in: 'use' },
  write: { in: 'modify', ids: ['idsc:WRITE'] },
} as const satisfies Readonly<Record<string, ActionEntry>>;

/** An action that the ledger knows. */
export type KnownAction = keyof typeof ENTRIES;

/** The table by name. What one action says of others names actions of the table: else it does not compile. */
const TABLE: Readonly<
  Record<KnownAction, ActionEntry & { readonly in?: KnownAction; readonly implies?: readonly KnownAction[] }>
> = ENTRIES;

/** Every action that the ledger knows, those that it sees to as duties first. */
export const ACTIONS = Object.keys(TABLE) as readonly KnownAction[];

const BY_NAME: ReadonlyMap<string, ActionEntry> = new Map(Object.entries(TABLE));

export const isKnownAction = (name: string): name is KnownAction => BY_NAME.has(name);

/** True when a rule on the general action is a rule on the other one, too. An action that is not known includes itself. */
export function includes(general: string, action: string): boolean {
  for (let at: string | undefined = action; at !== undefined; at = BY_NAME.get(at)?.in) {
    if (at === general) return true;
  }
  return false;
}

const IMPLYING = ACTIONS.filter((each) => TABLE[each].implies !== undefined);

/** The action, and all that it implies or that something included in it implies: asking for it asks for that, too. */
export const impliedBy = (action: string): readonly string[] => [
  action,
  ...IMPLYING.flatMap((each) => (includes(action, each) ? (TABLE[each].implies ?? []) : [])),
];

/** What an action is as a duty before its timing is looked at; `undefined` for one that is no duty the ledger accepts. */
export const dutyKindOf = (action: string): DutyKind | undefined => BY_NAME.get(action)?.duty;

/** True for actions that show the data and do nothing else with it. */
export const isLooking = (action: string): boolean => BY_NAME.get(action)?.isLooking === true;

/** Actions by the terms of the IDS that mean the same. */
export const ACTION_EQUIVALENTS: ReadonlyMap<string, KnownAction> = new Map(
  ACTIONS.flatMap((action) => (TABLE[action].ids ?? []).map((term) => [term, action] as const)),
);
