import { access } from 'node:fs/promises';
import { expect } from 'chai';
import { DataFactory, Store, type Quad } from 'n3';
import { named } from './comparison.js';
import { expectedOf } from './expected.js';
import { readSuite, type TestCase } from './folder.js';
import { graphOf, SuiteError } from './graph.js';
import { reportOn } from './report.js';
import { situationOf } from './situation.js';
import { outcomeOf } from './suite.js';
import { odrl, report } from './vocabulary.js';

const ROOT = '../shared/data/odrl-test-suite';

describe('the ODRL test suite of SolidLab', function () {
  let cases: readonly TestCase[] = [];

  before(async function () {
    const isThere = await access(ROOT).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      process.stdout.write(`    skipped: no ${ROOT}\n`);
      this.skip();
    }
    cases = (await readSuite(ROOT)).map((entry) => {
      if ('problem' in entry) throw new SuiteError(`${entry.file}: ${entry.problem}`);
      return entry.testCase;
    });
  });

  const caseIn = (file: string): TestCase => {
    const found = cases.find((each) => each.file.includes(file));
    if (!found) throw new SuiteError(`no case ${file}`);
    return found;
  };

  /** The case with another expectation: each statement kept, changed or dropped. */
  const mutated = (file: string, change: (quad: Quad) => Quad | undefined): TestCase => {
    const found = caseIn(file);
    const quads = found.graph.getQuads(null, null, null, null).flatMap((quad) => change(quad) ?? []);
    return { ...found, graph: new Store(quads) };
  };

  it('expects the report that the ledger makes, in every case', () => {
    const outcomes = cases.map(outcomeOf);
    expect(outcomes.filter(({ isIsomorphic }) => !isIsomorphic)).to.deep.equal([]);
    expect(outcomes).to.have.length(46);
  });

  it('leaves little to search where a policy has 787 constraints', () => {
    for (const file of ['testcase-062', 'testcase-064']) {
      const testCase = caseIn(file);
      const graphs = [expectedOf(testCase).graph, reportOn(testCase, situationOf(testCase))] as const;
      // The library tries blank nodes against each other: what it takes grows with the square of those that are left.
      for (const quads of named(graphs)) {
        const blank = new Set(
          quads.flatMap(({ subject, object }) =>
            [subject, object].filter(({ termType }) => termType === 'BlankNode').map(({ value }) => value),
          ),
        );
        expect(quads).to.have.length.greaterThan(4000);
        expect(blank.size, file).to.be.below(20);
      }
    }
  });

  it('notices another state, and says where', () => {
    const changed = mutated('testcase-001', (quad) =>
      quad.object.equals(report('Active'))
        ? DataFactory.quad(quad.subject, quad.predicate, report('Inactive'))
        : quad,
    );
    const { isIsomorphic, lines } = outcomeOf(changed);
    expect(isIsomorphic).to.be.false;
    expect(lines).to.have.length(2);
    expect(lines[0]).to.match(/^- PolicyReport > PermissionReport .*: activationState Inactive$/);
    expect(lines[1]).to.match(/^\+ PolicyReport > PermissionReport .*: activationState Active$/);
  });

  it('notices one state among 787 constraints', () => {
    let isChanged = false;
    const changed = mutated('testcase-062', (quad) => {
      if (isChanged || !quad.object.equals(odrl('lt'))) return quad;
      isChanged = true;
      return undefined;
    });
    expect(outcomeOf(changed).lines).to.have.length(1);
  });

  it('notices a premise that hangs on another rule or is not expected', () => {
    const dropped = mutated('testcase-029', (quad) =>
      quad.object.equals(report('PartyReport')) ? undefined : quad,
    );
    expect(outcomeOf(dropped).isIsomorphic).to.be.false;
  });

  it('puts dangling premises right only where it is plain which they are', () => {
    const relinked = outcomeOf(caseIn('testcase-065'));
    expect(relinked.isIsomorphic).to.be.true;
    expect(relinked.notes.join()).to.include('5 premises were described nowhere');
    const isOfTarget = (quad: Quad, { graph }: TestCase): boolean =>
      graph.has(DataFactory.quad(quad.subject, quad.predicate, report('TargetReport')));
    const ambiguous = mutated('testcase-065', (quad) =>
      isOfTarget(quad, caseIn('testcase-065')) ? undefined : quad,
    );
    expect(outcomeOf(ambiguous).isIsomorphic).to.be.false;
    expect(outcomeOf(ambiguous).notes.join()).to.include('it is not plain which they are');
  });

  it('names a file that is not Turtle, and a folder that is no suite', async () => {
    expect(() => graphOf('<a> <b> .', 'broken.ttl')).to.throw(SuiteError, 'broken.ttl is not Turtle');
    const error = await readSuite('test').catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SuiteError);
    expect(String(error)).to.include('policies is missing');
  });
});
