import { existsSync, readFileSync } from 'node:fs';
import { instantOf, type DenialCode, type Json, type Policy } from '@tallystick/chaincode/model';
import {
  admit,
  decisionOf,
  evaluate,
  excessOf,
  lint,
  policyComparison,
  readPolicy,
} from '@tallystick/chaincode/policy';
import { expect } from 'chai';
import { usageAsk } from '../../chaincode/src/model/records/index.js';
import { parseStrictJson } from '../../gateway/src/http/strict-json.js';

/** Cases that were found to be judged wrongly once, each with its right value. They lie beside the project and are not part of it. */
const CASES = '../shared/cases/2026-11/policies.json';

interface Case {
  readonly name: string;
  readonly policy?: Json;
  readonly use?: {
    readonly action: string;
    readonly purpose?: string;
    readonly territory?: string;
    readonly attested?: Readonly<Record<string, string>>;
  };
  readonly text?: string;
  readonly before?: string;
  readonly after?: string;
  readonly right: string;
}

const now = instantOf(Date.now());

/** Canonical form, or the pointers of what is refused, when it is read or when it is offered. */
function offered(document: Json): Policy | readonly string[] {
  const reading = readPolicy(document);
  const problems = 'problems' in reading ? reading.problems : admit(reading.policy);
  return 'policy' in reading && problems.length === 0
    ? reading.policy
    : problems.map(({ pointer }) => pointer);
}

function denialOf(policy: Policy, { action, purpose, territory, attested = {} }: NonNullable<Case['use']>) {
  if (purpose !== undefined) expect(usageAsk.shape.purpose.parse(purpose)).to.equal(purpose);
  if (territory !== undefined) expect(usageAsk.shape.territory.parse(territory)).to.equal(territory);
  const facts = [
    { operand: 'dateTime', value: { '@value': now, '@type': 'xsd:dateTime' } },
    ...(purpose === undefined ? [] : [{ operand: 'purpose', value: purpose }]),
    ...(territory === undefined ? [] : [{ operand: 'spatial', value: territory }]),
    ...Object.entries(attested).map(([operand, value]) => ({ operand, value })),
  ];
  const [attempt, world] = [{ action }, { at: now, facts, members: [], duties: [] }];
  return decisionOf(policy, evaluate(policy, attempt, world), () => true, attempt, world).denial;
}

/** `elapsedTime lteq P1M` as a policy. */
function saying(text: string): Policy {
  const [leftOperand = '', operator = '', rightOperand = ''] = text.split(' ');
  const policy = offered({
    permission: [{ action: 'use', constraint: [{ leftOperand, operator, rightOperand }] }],
  });
  if (!('conflict' in policy)) throw new Error(`${text} is refused`);
  return policy;
}

const answered = (right: string, policy: Policy, use: NonNullable<Case['use']>): void => {
  const denial: DenialCode | undefined = denialOf(policy, use);
  if (right.startsWith('ALLOWED')) expect(denial).to.equal(undefined);
  else if (right.startsWith('PROHIBITED')) expect(denial).to.equal('PROHIBITED');
  else expect(denial).to.not.equal(undefined);
};

function check({ policy: document, use, text, before, after, right }: Case): void {
  if (text !== undefined) {
    expect(() => parseStrictJson(Buffer.from(text)))
      .to.throw()
      .with.nested.property('options.errors[0].pointer', '/permission/0/constraint');
    return;
  }
  if (before !== undefined && after !== undefined) {
    expect(policyComparison(saying(before), saying(after), 'en', excessOf).direction).to.equal(right);
    return;
  }
  const policy = offered(
    JSON.parse(JSON.stringify(document).replaceAll('TODAYZ', `${now.slice(0, 10)}Z`)) as Json,
  );
  if (right.startsWith('refused')) expect(policy).to.deep.equal(['/permission/0']);
  else if (!('conflict' in policy)) expect.fail(`refused: ${policy.join()}`);
  else if (use !== undefined) answered(right, policy, use);
  else if (right.startsWith('finding'))
    expect(lint(policy, now).map(({ code }) => code)).to.include('EXPIRED');
}

describe('Policies that were judged wrongly', () => {
  if (!existsSync(CASES)) {
    it('are judged rightly', function () {
      process.stdout.write(`    skipped: no ${CASES}\n`);
      this.skip();
    });
    return;
  }
  for (const each of JSON.parse(readFileSync(CASES, 'utf8')) as readonly Case[])
    it(each.name, () => check(each));
});
