import {
  keys,
  type Component,
  type Event,
  type Grant,
  type Instant,
  type odrl,
  type PolicyWorld,
} from '../../model/index.js';
import { operandIn, POLICY_USAGE } from '../../policy/index.js';
import { constraintsIn } from './attempt.js';
import { attestedIn } from './attested.js';
import type { Circumstances } from './circumstances.js';
import type { Standing } from './standing.js';

type Known = odrl.Known;

/**
 * The state of the world that a policy is judged in: what the ledger and the request say of the operands it names, and
 * how its duties stand. Recorded in the answer, so that anyone can make the report again.
 */
export function worldOf(circumstances: Circumstances, slot: number | undefined): PolicyWorld {
  const { at, version, lineage, standings } = circumstances;
  const named = new Set(constraintsIn(lineage[0]?.terms.enforced).map(({ leftOperand }) => leftOperand));
  const facts = [
    ...ofRequest(circumstances),
    ...ofComponent(circumstances.consumerComponent),
    ...ofData(circumstances),
    ...spansOf(lineage.at(-1)),
    ...(slot === undefined ? [] : [{ operand: 'count', value: integer(slot + 1) }]),
    ...circumstances.events.flatMap(ofEvent),
    AT_USE,
    ...attestedIn(circumstances),
  ];
  return {
    at,
    facts: facts.filter(({ operand }) => named.has(operandIn(operand))),
    members: [{ member: version.id, collection: version.dataset }],
    duties: performancesIn(standings[0]),
  };
}

const typed = (type: string, value: string): odrl.Literal => ({ '@value': value, '@type': `xsd:${type}` });
const instant = (at: Instant): odrl.Literal => typed('dateTime', at);
const integer = (value: number): odrl.Literal => typed('integer', String(value));

function ofRequest({ at, usage, consumer }: Circumstances): readonly Known[] {
  return [
    { operand: 'dateTime', value: instant(at) },
    { operand: 'purpose', value: usage.purpose },
    { operand: 'spatial', value: usage.territory },
    { operand: 'recipient', value: consumer.id },
    { operand: 'vcard:hasGeo', value: consumer.domicile, source: keys.participant(consumer.id).text },
  ];
}

function ofComponent({ id, profile, assurance }: Component): readonly Known[] {
  const source = keys.component(id).text;
  return [
    { operand: 'idsc:CONNECTOR', value: id, source },
    { operand: 'idsc:SECURITY_LEVEL', value: profile, source },
    { operand: 'tallystick:assurance', value: integer(assurance), source },
  ];
}

function ofData(circumstances: Circumstances): readonly Known[] {
  const { dataset, version, transformation } = circumstances;
  const { level, grade, personalData } = dataset.classification;
  const concepts = [level, grade, ...(personalData ? ['personal-data'] : [])];
  const source = keys.version(version.id).text;
  const isAnonymized = transformation?.record.action === 'anonymize' && transformation.isTrusted;
  return [
    { operand: 'version', value: integer(version.number), source },
    { operand: 'absoluteSize', value: typed('decimal', version.commitment.bytes), source },
    ...concepts.map((value) => ({
      operand: 'skos:concept',
      value,
      source: keys.dataset(dataset.id).text,
    })),
    ...(version.delivery.mode === 'SEALED' ? [stateOf('encrypted', source)] : []),
    ...(isAnonymized ? [stateOf('anonymized', keys.transformation(version.id).text)] : []),
  ];
}

const stateOf = (value: string, source: string): Known => ({ operand: 'ids:artifactState', value, source });

/**
 * Spans run from the activation of the grant; those of a sub-grant from that of the grant it descends from in the end, or a
 * span that has run out could be begun anew by sub-licence.
 */
function spansOf(grant: Grant | undefined): readonly Known[] {
  if (grant?.activatedAt === undefined) return [];
  const [value, source] = [instant(grant.activatedAt), keys.grant(grant.id).text];
  return ['elapsedTime', 'delayPeriod'].map((operand) => ({ operand, value, source }));
}

const RELATION = { AHEAD: 'before', OPEN: 'during', CLOSED: 'after' } as const;

/** A use lies before, within or after an event: `lt`, `eq`, `gt`. */
const ofEvent = ({ id, state }: Event): readonly Known[] => [
  {
    operand: 'event',
    value: { '@value': id, '@type': `tallystick:${RELATION[state]}` },
    source: keys.event(id).text,
  },
];

/** What has to be done before `policyUsage` is wanted now (ODRL 2.2 vocabulary, section 3.13.10). */
const AT_USE: Known = {
  operand: 'event',
  value: { '@value': POLICY_USAGE, '@type': 'tallystick:before' },
};

const performancesIn = (standing: Standing | undefined): PolicyWorld['duties'] =>
  (standing?.duties ?? []).map(({ plan, performance, source }) => ({
    duty: plan.pointer,
    performance,
    ...(source !== undefined && { source }),
  }));
