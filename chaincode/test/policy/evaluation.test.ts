import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  policyWorld,
  type AtomicConstraint,
  type Attempt,
  type Policy,
  type PolicyWorld,
  type Value,
} from '../../src/model/odrl/index.js';
import { decisionOf, deonticOf, evaluate, reportDigest } from '../../src/policy/evaluation/index.js';
import type { PolicyReport } from '../../src/policy/report.js';

const read = (name: string): unknown =>
  JSON.parse(
    readFileSync(new URL(`../../../test/vectors/policy/evaluation/${name}.json`, import.meta.url), 'utf8'),
  );

interface Comparison extends AtomicConstraint {
  readonly name: string;
  readonly known: readonly Value[];
  readonly holds: boolean | null;
  readonly at?: string;
  readonly members?: PolicyWorld['members'];
}

describe('comparison of what is known with what is asked', () => {
  const { at, cases } = read('comparison') as { at: string; cases: readonly Comparison[] };

  for (const { name, known, holds, at: own = at, members = [], ...constraint } of cases) {
    it(name, () => {
      const policy: Policy = {
        '@type': 'Set',
        conflict: 'invalid',
        permission: [{ constraint: [constraint] }],
      };
      const facts = known.map((value) => ({ operand: constraint.leftOperand, value }));
      const world = policyWorld.parse({ at: own, facts, members, duties: [] });
      const found = (['closed', 'open'] as const).map(
        (behaviour) =>
          evaluate(policy, { action: 'read' }, world, behaviour).rules[0]?.activation === 'Active',
      );
      expect(found).to.deep.equal([holds === true, holds !== false]);
    });
  }
});

interface Decision {
  readonly name: string;
  readonly policy: Policy;
  readonly attempt: Attempt;
  readonly world: PolicyWorld;
  readonly deferrable: readonly string[];
  readonly denial: string | null;
  readonly permissions: readonly string[];
}

describe('decision on a policy', () => {
  for (const { name, policy, attempt, world, deferrable, denial, permissions } of read(
    'decisions',
  ) as readonly Decision[]) {
    it(name, () => {
      const report = evaluate(policy, attempt, world);
      const isDeferrable = (duty: string): boolean => deferrable.includes(duty);
      expect(decisionOf(policy, report, isDeferrable, attempt, world)).to.deep.equal({
        denial: denial ?? undefined,
        permissions,
      });
    });
  }
});

interface Report {
  readonly name: string;
  readonly policy: Policy;
  readonly attempt: Attempt;
  readonly world: PolicyWorld;
  readonly report: PolicyReport;
  readonly digest: string;
}

describe('compliance report', () => {
  for (const { name, policy, attempt, world, report, digest } of read('reports') as readonly Report[]) {
    it(name, () => {
      const found = evaluate(policy, attempt, world);
      expect(found).to.deep.equal(report);
      expect(reportDigest(found)).to.equal(digest);
    });
  }
});

describe('deontic states', () => {
  interface Row {
    readonly kind: PolicyReport['rules'][number]['kind'];
    readonly activation: PolicyReport['rules'][number]['activation'];
    readonly performance: PolicyReport['rules'][number]['performance'];
    readonly deontic: string;
  }
  const rows = read('deontic') as readonly Row[];

  it('are given for every combination', () => {
    expect(rows).to.have.length(3 * 2 * 3);
    const names = rows.map(({ kind, activation, performance }) => `${kind} ${activation} ${performance}`);
    expect(new Set(names)).to.have.length(rows.length);
  });

  for (const { kind, activation, performance, deontic } of rows) {
    it(`${kind}, ${activation}, ${performance}: ${deontic}`, () => {
      expect(deonticOf(kind, activation, performance)).to.equal(deontic);
    });
  }
});
