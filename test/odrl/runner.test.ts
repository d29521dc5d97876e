import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { runSuite } from './suite.js';

const PREFIXES = `
@prefix odrl: <http://www.w3.org/ns/odrl/2/>.
@prefix ex: <http://example.org/>.
@prefix temp: <http://example.com/request/>.
@prefix dct: <http://purl.org/dc/terms/>.
@prefix xsd: <http://www.w3.org/2001/XMLSchema#>.
@prefix report: <https://w3id.org/force/compliance-report#>.
`;

/** Rules and constraints without a type, a list, an instant in another zone, a collection of collections. */
const POLICY = `
<urn:p> a odrl:Offer; odrl:prohibition <urn:p:no>; odrl:permission <urn:p:yes>.
<urn:p:yes> odrl:action odrl:read; odrl:assignee ex:group; odrl:constraint <urn:c:all>.
<urn:c:all> odrl:andSequence ( <urn:c:purpose> <urn:c:before> ).
<urn:c:purpose> odrl:leftOperand odrl:purpose; odrl:operator odrl:eq; odrl:rightOperand ex:research.
<urn:c:before> odrl:leftOperand odrl:dateTime; odrl:operator odrl:lt;
  odrl:rightOperand "2025-01-01T01:00:00+01:00"^^xsd:dateTime.
<urn:p:no> odrl:action odrl:sell.
`;
const REQUEST = `
<urn:r> a odrl:Request; odrl:permission <urn:r:1>, <urn:r:2>.
<urn:r:1> a odrl:Permission; odrl:action odrl:read; odrl:assignee ex:alice; odrl:constraint
  [ odrl:leftOperand odrl:purpose; odrl:operator odrl:eq; odrl:rightOperand ex:research ].
<urn:r:2> a odrl:Permission; odrl:action odrl:sell; odrl:assignee ex:bob.
`;
const WORLD = `
temp:currentTime dct:issued "2024-06-01T00:00:00Z"^^xsd:dateTime.
ex:team odrl:partOf ex:group. ex:alice odrl:partOf ex:team.
<urn:w> a ex:Sotw; ex:includes temp:currentTime, ex:alice, ex:team.
`;
const testCase = (more: string): string => `
<urn:t> a ex:TestCase; ex:policy <urn:p>; ex:request <urn:r>; ex:sotw <urn:w>; ex:expectedReport <urn:e>.
<urn:e> a report:PolicyReport; dct:created "2024-06-01T00:00:00Z"^^xsd:dateTime;
  report:policy <urn:p>; report:policyRequest <urn:r>; report:ruleReport <urn:e:1>, <urn:e:2>, <urn:e:3>, <urn:e:4>.
${more}`;
const permission = (
  id: string,
  asked: string,
  [party, action, purpose, all, activation]: readonly string[],
): string => `
<urn:e:${id}> a report:PermissionReport; report:attemptState report:Attempted; report:rule <urn:p:yes>;
  report:ruleRequest <${asked}>; report:activationState report:${activation}; report:premiseReport
  [ a report:PartyReport; report:satisfactionState report:${party} ],
  [ a report:ActionReport; report:satisfactionState report:${action} ],
  [ a report:ConstraintReport; report:constraint <urn:c:all>; report:satisfactionState report:${all};
    report:constraintLogicalOperand odrl:andSequence; report:premiseReport
      [ a report:ConstraintReport; report:constraint <urn:c:purpose>; ${purpose} ],
      [ a report:ConstraintReport; report:constraint <urn:c:before>; report:satisfactionState report:Satisfied;
        report:constraintLeftOperand "2024-06-01T00:00:00Z"^^xsd:dateTime; report:constraintOperator odrl:lt;
        report:constraintRightOperand "2025-01-01T01:00:00+01:00"^^xsd:dateTime ] ].
`;
const prohibition = (id: string, asked: string, satisfaction: string, activation: string): string => `
<urn:e:${id}> a report:ProhibitionReport; report:attemptState report:Attempted; report:rule <urn:p:no>;
  report:ruleRequest <${asked}>; report:activationState report:${activation};
  report:premiseReport [ a report:ActionReport; report:satisfactionState report:${satisfaction} ].
`;
const KNOWN = `report:satisfactionState report:Satisfied; report:constraintLeftOperand ex:research;
  report:constraintOperator odrl:eq; report:constraintRightOperand ex:research`;
const UNKNOWN = 'report:satisfactionState report:Unsatisfied';

describe('the runner for suites laid out as the ODRL Test Suite', () => {
  let root: string;

  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, turtle] of Object.entries(files)) {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await writeFile(join(root, name), PREFIXES + turtle);
    }
  };

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'odrl-'));
    await write({ 'policies/p.ttl': POLICY, 'requests/r.ttl': REQUEST, 'sotw/w.ttl': WORLD });
  });

  afterEach(() => rm(root, { recursive: true }));

  it('judges every rule of a request by every rule of the policy', async () => {
    const reports = [
      permission('1', 'urn:r:1', ['Satisfied', 'Satisfied', KNOWN, 'Satisfied', 'Active']),
      permission('2', 'urn:r:2', ['Unsatisfied', 'Unsatisfied', UNKNOWN, 'Unsatisfied', 'Inactive']),
      prohibition('3', 'urn:r:1', 'Unsatisfied', 'Inactive'),
      prohibition('4', 'urn:r:2', 'Satisfied', 'Active'),
    ];
    await write({ 'test_cases/t.ttl': testCase(reports.reverse().join('')) });
    const [outcome, ...others] = await runSuite(root);
    expect(others).to.deep.equal([]);
    expect(outcome?.lines).to.deep.equal([]);
    expect(outcome?.isIsomorphic).to.be.true;
  });

  it('says which file lacks what, and runs the other cases', async () => {
    await write({
      'test_cases/a.ttl': testCase('').replace('<urn:w>', '<urn:elsewhere>'),
      'test_cases/b.ttl': testCase('').replace('ex:request <urn:r>;', ''),
      'test_cases/c.ttl': '<urn:t> a ex:Other.',
      'test_cases/d.ttl': testCase(''),
    });
    const outcomes = await runSuite(root);
    expect(outcomes.map(({ file, lines }) => [file, lines[0]]).slice(0, 3)).to.deep.equal([
      ['a.ttl', 'no file describes the ex:sotw <urn:elsewhere>'],
      ['b.ttl', 'the test case has no ex:request'],
      ['c.ttl', 'holds no ex:TestCase'],
    ]);
    expect(outcomes[3]?.lines).to.not.be.empty;
    expect(outcomes.every(({ isIsomorphic }) => !isIsomorphic)).to.be.true;
  });

  it('shows a policy that the ledger cannot read as such', async () => {
    await write({
      'policies/p.ttl': '<urn:p> a odrl:Set; odrl:permission <urn:p:1>. <urn:p:1> ex:unless ex:asked.',
      'test_cases/t.ttl': testCase(''),
    });
    const [outcome] = await runSuite(root);
    expect(outcome?.lines[0]).to.match(/^p\.ttl cannot be read: .*unless is not understood in a permission/);
  });
});
