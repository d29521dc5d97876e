import type { odrl } from '@tallystick/chaincode/model';
import { DataFactory, Store, type Quad_Object, type Quad_Subject, type Term } from 'n3';
import { evaluate } from '../../chaincode/src/policy/evaluation/index.js';
import type { PremiseReport, RuleReport } from '../../chaincode/src/policy/report.js';
import type { TestCase } from './folder.js';
import { objectOf } from './graph.js';
import { iriOf, termOf } from './names.js';
import type { Asked, Situation } from './situation.js';
import { dct, odrl as odrlTerm, report, TYPE } from './vocabulary.js';

const blankNode = (): Term => DataFactory.blankNode();

/** Writes our report in the vocabulary of the suite. */
class ReportGraph {
  readonly store = new Store();
  readonly #situation: Situation;
  readonly #source: Store;

  constructor(situation: Situation, source: Store) {
    this.#situation = situation;
    this.#source = source;
  }

  add(subject: Term, property: Term, ...objects: readonly Term[]): void {
    for (const object of objects)
      this.store.add(DataFactory.quad(subject as Quad_Subject, iriOf(property.value), object as Quad_Object));
  }

  addRule(on: RuleReport, asked: Asked): Term {
    const known = this.#situation.dutyReports.get(on.rule);
    if (known) return known;
    const node = blankNode();
    this.add(node, TYPE, report(`${on.kind}Report`));
    this.add(node, report('attemptState'), report(on.attempt));
    this.add(node, report('rule'), this.#nodeAt(on.rule));
    this.add(node, report('ruleRequest'), asked.rule);
    this.add(node, report('premiseReport'), ...on.premises.map((each) => this.#addPremise(each)));
    this.add(node, report('conditionReport'), ...on.conditions.map((each) => this.addRule(each, asked)));
    this.add(node, report('activationState'), report(on.activation));
    if (on.kind === 'Duty') {
      this.add(node, report('performanceState'), report(on.performance));
      this.add(node, report('deonticState'), report(on.deontic));
    }
    return node;
  }

  #addPremise(premise: PremiseReport): Term {
    const node = blankNode();
    const isConstraint = premise.kind === 'Constraint' || premise.kind === 'Logical';
    this.add(node, TYPE, report(isConstraint ? 'ConstraintReport' : `${premise.kind}Report`));
    this.add(node, report('satisfactionState'), report(premise.satisfaction));
    if (isConstraint) this.add(node, report('constraint'), this.#nodeAt(premise.premise));
    if (premise.kind === 'Logical')
      this.add(node, report('constraintLogicalOperand'), odrlTerm(premise.operand));
    if (premise.kind === 'Constraint') this.#addOperands(node, premise);
    else this.add(node, report('premiseReport'), ...premise.premises.map((each) => this.#addPremise(each)));
    return node;
  }

  /** The suite shows of a constraint that does not hold only what was known. */
  #addOperands(node: Term, premise: Extract<PremiseReport, { kind: 'Constraint' }>): void {
    const { leftOperand, known, operator, satisfaction } = premise;
    const isTime = leftOperand === 'dateTime';
    const values = isTime && known.length === 1 ? [this.#situation.now] : known.map(termOf);
    this.add(node, report('constraintLeftOperand'), ...values);
    if (satisfaction === 'Unsatisfied') return;
    this.add(node, report('constraintOperator'), odrlTerm(operator));
    // As the policy spells it: the ledger has one spelling for each instant.
    const constraint = this.#nodeAt(premise.premise);
    const asked = this.#source.getObjects(constraint, odrlTerm('rightOperand'), null);
    this.add(node, report('constraintRightOperand'), ...asked);
  }

  /** Node of a rule or constraint by its JSON pointer in the canonical policy. */
  #nodeAt(pointer: string): Term {
    const steps = pointer.slice(1).split('/');
    const at = steps.reduce<unknown>(
      (of, step) => (of as Record<string, unknown>)[step],
      this.#situation.policy,
    );
    const { uid } = at as { readonly uid?: odrl.Constraint['uid'] };
    return uid === undefined ? blankNode() : iriOf(uid);
  }
}

/** The compliance report of the ledger on a test case, as a graph. */
export function reportOn(testCase: TestCase, situation: Situation): Store {
  const { policy, world, now, asked } = situation;
  const graph = new ReportGraph(situation, testCase.policy.graph);
  const root = blankNode();
  graph.add(root, TYPE, report('PolicyReport'));
  graph.add(root, dct('created'), now);
  graph.add(root, report('policy'), testCase.policy.node);
  graph.add(root, report('policyRequest'), testCase.request.node);
  for (const each of asked) {
    const { rules } = evaluate(policy, each.attempt, { ...world, facts: [...world.facts, ...each.facts] });
    graph.add(root, report('ruleReport'), ...rules.map((rule) => graph.addRule(rule, each)));
  }
  return graph.store;
}

/** Whether a term is described as a report of any kind. */
export const isReport = (graph: Store, term: Term): boolean =>
  objectOf(graph, term, TYPE)?.value.startsWith(report('').value) ?? false;
