import type { odrl, Policy, PolicyWorld } from '@tallystick/chaincode/model';
import type { Store, Term } from 'n3';
import { readPolicy } from '../../chaincode/src/policy/reading/index.js';
import { documentOf } from './document.js';
import type { Described, TestCase } from './folder.js';
import { objectOf, shown, subjectsOfType, SuiteError } from './graph.js';
import { iriOf } from './names.js';
import { CURRENT_TIME, dct, odrl as odrlTerm, report } from './vocabulary.js';

/** One rule of a request: what somebody wants to do, and what the request says of itself. */
export interface Asked {
  readonly rule: Term;
  readonly attempt: odrl.Attempt;
  readonly facts: PolicyWorld['facts'];
}

/** A test case in the terms of the ledger. */
export interface Situation {
  readonly policy: Policy;
  readonly asked: readonly Asked[];
  readonly world: PolicyWorld;
  /** Present time as the state of the world spells it. */
  readonly now: Term;
  /** Reports on duties that the state of the world holds, by JSON pointer of the duty. */
  readonly dutyReports: ReadonlyMap<string, Term>;
  /** What was taken for granted about the case. */
  readonly notes: readonly string[];
}

/** Read a policy or request as the ledger reads it: through JSON-LD. */
function policyIn({ graph, node, file }: Described): Policy {
  const reading = readPolicy(documentOf(graph, node));
  if ('policy' in reading) return reading.policy;
  const problems = reading.problems.map(({ pointer, reason }) => `${pointer} ${reason}`);
  throw new SuiteError(`${file} cannot be read: ${problems.join('; ')}`);
}

function askedIn(request: Policy, { file, node }: Described): readonly Asked[] {
  const rules = [
    ...(request.permission ?? []),
    ...(request.prohibition ?? []),
    ...(request.obligation ?? []),
  ];
  return rules.map(({ uid, action, assignee, target, constraint }) => {
    if (!action) throw new SuiteError(`a rule of ${shown(node)} in ${file} does not say what is to be done`);
    return {
      rule: iriOf(uid ?? node.value),
      attempt: {
        action: action.name,
        ...(assignee?.uid !== undefined && { party: assignee.uid }),
        ...(target?.uid !== undefined && { target: target.uid }),
      },
      facts: (constraint ?? []).flatMap(factsOf),
    };
  });
}

/** A request that says `purpose eq X` makes that known. */
const factsOf = (constraint: odrl.Constraint): PolicyWorld['facts'] =>
  'leftOperand' in constraint && constraint.operator === 'eq'
    ? [constraint.rightOperand].flat().map((value) => ({ operand: constraint.leftOperand, value }))
    : [];

/** Name of a node as the ledger spells it, which is what reading makes of it where it stands in a policy. */
function nameOf(term: Term): string {
  const reading = readPolicy({ permission: [{ target: { '@id': term.value } }] });
  const name = 'policy' in reading ? reading.policy.permission?.[0]?.target?.uid : undefined;
  if (name === undefined) throw new SuiteError(`${shown(term)} cannot be a name`);
  return name;
}

interface DutyReport {
  readonly node: Term;
  readonly rule: string;
  readonly performance: PolicyWorld['duties'][number]['performance'];
}

const PERFORMANCES = ['Performed', 'Unperformed', 'Unknown'] as const;

function dutyReportsIn(graph: Store): readonly DutyReport[] {
  return subjectsOfType(graph, report('DutyReport')).map((node) => {
    const state = objectOf(graph, node, report('performanceState'));
    return {
      node,
      rule: objectOf(graph, node, report('rule'))?.value ?? '',
      performance: PERFORMANCES.find((each) => state?.equals(report(each))) ?? 'Unknown',
    };
  });
}

/** Every duty of a policy by its JSON pointer, with its IRI. */
function dutiesIn(policy: Policy): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const visit = (duties: readonly odrl.Duty[] | undefined, under: string): void =>
    duties?.forEach((duty, at) => {
      found.set(`${under}/${at}`, duty.uid === undefined ? undefined : iriOf(duty.uid).value);
      visit(duty.consequence, `${under}/${at}/consequence`);
    });
  policy.permission?.forEach(({ duty }, at) => visit(duty, `/permission/${at}/duty`));
  policy.prohibition?.forEach(({ remedy }, at) => visit(remedy, `/prohibition/${at}/remedy`));
  visit(policy.obligation, '/obligation');
  return found;
}

interface Claims {
  readonly reports: ReadonlyMap<string, DutyReport>;
  readonly notes: readonly string[];
}

/**
 * Which report of the state of the world is on which duty: by the rule it names. The suite has states of the world whose
 * one report is on the duty of another policy than that of the case: where one duty has no report and one report has no
 * duty, they are taken to belong together, and the case says so.
 */
function claimedBy(policy: Policy, reports: readonly DutyReport[]): Claims {
  const duties = [...dutiesIn(policy)];
  const claimed = new Map<string, DutyReport>();
  for (const [pointer, iri] of duties) {
    const own = reports.find(({ rule }) => rule === iri);
    if (own) claimed.set(pointer, own);
  }
  const [duty, ...moreDuties] = duties.filter(([pointer]) => !claimed.has(pointer));
  const [other, ...moreReports] = reports.filter(({ rule }) => duties.every(([, iri]) => iri !== rule));
  if (!duty || !other || moreDuties.length + moreReports.length > 0) return { reports: claimed, notes: [] };
  claimed.set(duty[0], other);
  const note = `the report <${other.node.value}> on <${other.rule}> is taken to be on ${duty[0]}`;
  return { reports: claimed, notes: [note] };
}

function membersIn(graph: Store): PolicyWorld['members'] {
  return graph
    .getQuads(null, odrlTerm('partOf'), null, null)
    .map(({ subject, object }) => ({ member: nameOf(subject), collection: nameOf(object) }));
}

export function situationOf({ policy: stated, request, world }: TestCase): Situation {
  const policy = policyIn(stated);
  const now = objectOf(world.graph, CURRENT_TIME, dct('issued'));
  if (!now || Number.isNaN(Date.parse(now.value)))
    throw new SuiteError(`${world.file} has no time: temp:currentTime dct:issued`);
  const at = new Date(now.value).toISOString();
  const { reports, notes } = claimedBy(policy, dutyReportsIn(world.graph));
  return {
    policy,
    asked: askedIn(policyIn(request), request),
    now,
    world: {
      at,
      facts: [{ operand: 'dateTime', value: { '@value': at, '@type': 'xsd:dateTime' } }],
      members: membersIn(world.graph),
      duties: [...reports].map(([duty, { performance }]) => ({ duty, performance })),
    },
    dutyReports: new Map([...reports].map(([duty, { node }]) => [duty, node])),
    notes,
  };
}
