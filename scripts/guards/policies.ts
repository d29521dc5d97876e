import type { Guard } from './guard.js';

/** What must be so before a policy permits a use, beside the policy itself. */

const RULES = 'chaincode/src/rules';
const POLICY = 'chaincode/src/policy';
const testsOf = (...suites: readonly string[]): readonly string[] =>
  suites.map((suite) => `chaincode/test/${suite}.test.ts`);

/** A condition that always holds. */
const condition = (name: string, file: string, source: string, tests: readonly string[]): Guard => ({
  name: `policy: ${name}`,
  file: `${RULES}/${file}`,
  source,
  without: 'true',
  tests,
});

/** A refusal that is never made. */
const refusal = (name: string, file: string, source: string, tests: readonly string[]): Guard => ({
  name: `policy: ${name}`,
  file: `${RULES}/${file}`,
  source,
  without: `refuseUnless(true, ${source.slice(source.indexOf("'"))}`,
  tests,
});

const attested = testsOf('attestations');
const obligations = testsOf('obligations', 'impositions');

const policyTests = (...suites: readonly string[]): readonly string[] =>
  suites.map((suite) => `chaincode/test/policy/${suite}.test.ts`);

/** Code of the policy engine in another form, under which a rule could be walked around. */
const engine = (
  name: string,
  file: string,
  source: string,
  without: string,
  tests: readonly string[],
): Guard => ({
  name: `policy engine: ${name}`,
  file: `${POLICY}/${file}`,
  source,
  without,
  tests,
});

/** Names, places, days and costs. */
const names: readonly Guard[] = [
  engine(
    'what is known is spelled as what is asked',
    'evaluation/occasion.ts',
    'world.facts.map(knownIn)',
    'world.facts',
    policyTests('spelling'),
  ),
  engine(
    'what is attempted is spelled as what is asked',
    'evaluation/occasion.ts',
    'attempt: attemptIn(attempt)',
    'attempt',
    policyTests('spelling'),
  ),
  engine(
    'texts are composed',
    'vocabulary/names.ts',
    'ASCII.test(text) || !odrl.isWritten(text) ? text',
    'text ? text',
    policyTests('spelling'),
  ),
  engine(
    'a rule has an action',
    'analysis/rule-faults.ts',
    "if (action === undefined) return problemAt('', 'must have an action');",
    'if (action === undefined) return [];',
    policyTests('admission'),
  ),
  engine(
    'a literal is the text that it is compared as',
    'evaluation/occasion.ts',
    "typeof value !== 'string' && !isSpelled(operand)",
    "typeof value !== 'string'",
    policyTests('spelling'),
  ),
  engine(
    'dots join nothing in names of single things',
    'evaluation/comparison/index.ts',
    'containedBy(members, aroundDesignation)',
    'containedBy(members, aroundName)',
    policyTests('spelling'),
  ),
  engine(
    'dots join plain words only',
    'vocabulary/containment.ts',
    'PLAIN.test(name)',
    'PLAIN.test(name) || true',
    policyTests('subsumption'),
  ),
  engine(
    'a list of nothing but null is not there',
    'reading/place.ts',
    'items.length > 0 && items.every((each) => isNothing(each, depth + 1))',
    'false',
    policyTests('reading'),
  ),
  engine(
    'a list written empty is there',
    'reading/place.ts',
    'items.length > 0 && items.every(',
    'items.every(',
    policyTests('reading'),
  ),
  engine(
    'until a day is until it ends',
    'reading/days.ts',
    "['lteq', (at, { until }) => at('lt', until)]",
    "['lteq', (at, { from }) => at('lteq', from)]",
    policyTests('reading'),
  ),
  engine(
    'after a day is when it has ended',
    'reading/days.ts',
    "['gt', (at, { until }) => at('gteq', until)]",
    "['gt', (at, { from }) => at('gt', from)]",
    policyTests('reading'),
  ),
  engine(
    'what is inherited is counted before it is written out',
    'reading/inheritance.ts',
    'if (areFew(parents)) return parents;',
    'if (parents.length >= 0) return parents;',
    policyTests('steps'),
  ),
  {
    name: 'policy engine: places that somebody can be in',
    file: 'chaincode/src/model/territories.ts',
    source: 'country !== undefined && COUNTRIES.has(country)',
    without: 'country !== undefined',
    tests: policyTests('admission'),
  },
  {
    name: 'policy engine: an answer takes no more steps than it may',
    file: `${RULES}/usage/judgement.ts`,
    source: 'steps.reduce((total, each) => total + each, 0) <= ANSWER_STEPS',
    without: 'steps.length > 0',
    tests: testsOf('usage-decision'),
    only: 'denies EFFORT',
  },
  {
    name: 'policy engine: all answers together take no more steps than a transaction may',
    file: `${RULES}/usage/judgement.ts`,
    source: 'for (const each of steps) spend(each);',
    without: 'void spend;',
    tests: testsOf('usage-decision'),
    only: 'all answers of a list',
  },
  {
    name: 'policy engine: no more policies are inherited from than are read',
    file: `${RULES}/grants/terms.ts`,
    source: 'names.length <= PARENTS',
    without: 'true',
    tests: testsOf('grants-policy'),
    only: 'inherits from more',
  },
  {
    name: 'policy engine: a member that is there twice is refused by commands, too',
    file: 'gateway/src/cli/policy.ts',
    source: 'parseStrictJson(bytes)',
    without: 'JSON.parse(Buffer.from(bytes).toString())',
    tests: ['gateway/test/policies/cli.test.ts'],
  },
];

export const policyGuards: readonly Guard[] = [
  condition('no open breach', 'usage/decision.ts', '!standings.some(({ isBreached }) => isBreached)', [
    ...testsOf('usage-decision', 'obligations', 'leases'),
  ]),
  condition(
    'what ancestors ask first',
    'usage/decision.ts',
    'wanting.length === 0',
    testsOf('grants-policy'),
  ),
  condition(
    'consent to these terms, not withdrawn',
    'usage/standing.ts',
    'consent.termsDigest === termsDigest && consent.withdrawn === undefined',
    testsOf('consents'),
  ),
  condition('enough consents', 'usage/standing.ts', 'given >= needed', testsOf('consents')),
  condition(
    'what comes first is done',
    'usage/standing.ts',
    "obligation?.state === 'FULFILLED'",
    obligations,
  ),
  condition(
    'transformed by a component that is believed',
    'usage/standing.ts',
    'made?.isTrusted === true',
    testsOf('transformations'),
  ),
  condition(
    'transformed with these parameters',
    'usage/standing.ts',
    'made.record.parameters === plan.parameters',
    testsOf('transformations'),
  ),
  condition(
    'statements stand',
    'usage/attested.ts',
    "state === 'MADE' && grant === usage.grant && at < validUntil",
    attested,
  ),
  condition('the stating component is certified', 'usage/attested.ts', 'isUsable(component, at)', attested),
  condition(
    'the stating component has the key',
    'usage/attested.ts',
    'component.keys.includes(signedBy)',
    attested,
  ),
  condition(
    'the consumer speaks for itself',
    'usage/attested.ts',
    "source === 'CONSUMER' && by === usage.consumer",
    attested,
  ),
  condition('an application names itself', 'attestations/trust.ts', 'value === manifest', attested),
  refusal(
    'attested by a certified component',
    'attestations/trust.ts',
    "refuseUnless(isCertified, 'COMPONENT_NOT_CERTIFIED'",
    attested,
  ),
  refusal(
    'attested with the component’s key',
    'attestations/trust.ts',
    "refuseUnless(component.keys.includes(keyDigest), 'NOT_COMPONENT_KEY'",
    [...attested, ...obligations, ...testsOf('transformations')],
  ),
  refusal(
    'done by the word of who has to say so',
    'obligations/fulfilment.ts',
    "refuseUnless(undone.attester === caller.participant, 'NOT_ATTESTING_PARTY'",
    obligations,
  ),
  refusal(
    'broken only when overdue',
    'obligations/escalation.ts',
    "refuseUnless(due !== undefined && time > due, 'NOT_OVERDUE'",
    obligations,
  ),
  {
    name: 'policy: imposed by a regulator that is no party',
    file: `${RULES}/obligations/imposition.ts`,
    source: "  needCapacity(capacities, imposers('remedyImposed'), 'NOT_REGULATOR', { grantId });\n",
    without: '  void capacities;\n',
    tests: obligations,
  },
  refusal(
    'consent of the parties named',
    'consents/index.ts',
    "refuseUnless(consentingParties(grant).includes(by), 'NOT_CONSENTING_PARTY'",
    testsOf('consents'),
  ),
  refusal(
    'transformations by the custodian',
    'transformations/index.ts',
    "refuseUnless(custodian === caller.participant, 'NOT_CUSTODIAN'",
    testsOf('transformations'),
  ),
  refusal(
    'no lease after one that was denied',
    'usage/renewal.ts',
    "refuseUnless(before?.outcome !== 'DENIED', 'NO_LEASE'",
    testsOf('leases'),
  ),
  refusal(
    'leases in order',
    'usage/renewal.ts',
    "refuseUnless(isNext, 'LEASE_OUT_OF_ORDER'",
    testsOf('leases'),
  ),
  {
    name: 'policy: sub-licences last no longer',
    file: `${RULES}/grants/licence.ts`,
    source: 'parent.lease !== undefined',
    without: 'false',
    tests: testsOf('grants-policy'),
  },
  refusal(
    'handing on is permitted',
    'grants/handing-on.ts',
    "refuseUnless(denial === undefined, 'SUBLICENCE_NOT_PERMITTED'",
    testsOf('grants-policy'),
  ),
  ...names,
];
