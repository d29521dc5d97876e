/**
 * Actions by the action they are included in, copied by hand from the W3C Recommendation "ODRL Vocabulary & Expression
 * 2.2" (2018-02-15), sections 3.11, 3.12 and 4.4, lines "Included In". `cc:CommercialUse` as in the ontology ODRL22.ttl. Then the
 * actions of the IDS information model (codes/Action.ttl) that the ledger knows, and deprecated ODRL terms.
 */
const INCLUDED: Readonly<Record<string, string>> = {
  use: `acceptTracking aggregate annotate anonymize archive attribute cc:Attribution cc:CommercialUse compensate
    concurrentUse delete derive cc:DerivativeWorks digitize distribute cc:Distribution ensureExclusivity execute
    grantUse include index inform install modify move nextPolicy cc:Notice obtainConsent play present print read
    reproduce cc:Reproduction reviewPolicy cc:ShareAlike cc:Sharing cc:SourceCode stream synchronize textToSpeech
    transform translate uninstall watermark
    lend lease
    idsc:ENCRYPT idsc:HASH idsc:INCREMENT_COUNTER idsc:LOG idsc:MPC idsc:REPLACE idsc:SHUFFLE`,
  transfer: 'give sell',
  play: 'display',
  reproduce: 'extract',
  grantUse: 'license',
  modify: 'write',
  aggregate: 'idsc:AGGREGATE_BY_CONSUMER',
  'idsc:LOG': 'idsc:TRACK_PROVENANCE',
};

/** Pairs of an action and the action directly included in it. */
const PAIRS: readonly (readonly [general: string, special: string])[] = Object.entries(INCLUDED).flatMap(
  ([general, names]) => names.split(/\s+/).map((special) => [general, special] as const),
);

export const ALL_ACTIONS: readonly string[] = [
  ...new Set(['use', 'transfer', ...PAIRS.map(([, special]) => special)]),
];

/** The action and everything included in it, found by adding parts until none is new. */
export function allWithin(action: string): ReadonlySet<string> {
  const found = new Set([action]);
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const [general, special] of PAIRS) if (found.has(general)) found.add(special);
  }
  return found;
}

/** `odrl:implies`: who does the first must not be prohibited to do the second. ODRL itself states none. */
const IMPLIED: readonly (readonly [action: string, implied: string])[] = [
  ['idsc:TRACK_PROVENANCE', 'acceptTracking'],
];

/** What is implied by an action or by something included in it. */
export const impliedOf = (action: string): readonly string[] =>
  IMPLIED.flatMap(([one, implied]) => (allWithin(action).has(one) ? [implied] : []));

/** Everything somebody asks for who asks for an action: what is included in it, and what that implies. */
export const askedWith = (action: string): ReadonlySet<string> =>
  new Set([...allWithin(action), ...impliedOf(action)]);
