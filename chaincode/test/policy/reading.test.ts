import type { Json, Policy } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { PolicyProblem } from '../../src/policy/problem.js';
import { inheritanceOf, readPolicy, writePolicy } from '../../src/policy/reading/index.js';

interface Vector {
  name: string;
  document: Json;
  inherited?: Record<string, Policy>;
}

const vectors = (name: string): unknown =>
  JSON.parse(
    readFileSync(new URL(`../../../test/vectors/policy/reading/${name}.json`, import.meta.url), 'utf8'),
  );
const documents = vectors('documents') as (Vector & { policy: Policy })[];
const refusals = vectors('refusals') as (Vector & { problems: PolicyProblem[] })[];
const values = vectors('values') as {
  valid: { leftOperand: string; written: Json; value: Json }[];
  invalid: { name: string; leftOperand: string; written: Json; reason: string }[];
};

const parentsOf = ({ inherited = {} }: Vector): ReadonlyMap<string, Policy> =>
  new Map(Object.entries(inherited));

function problemsOf(document: Json, inherited?: ReadonlyMap<string, Policy>): readonly PolicyProblem[] {
  const reading = readPolicy(document, inherited);
  return 'problems' in reading ? reading.problems : [];
}

const comparing = (leftOperand: string, rightOperand: Json): Json => ({
  permission: { constraint: { leftOperand, operator: 'eq', rightOperand } },
});

describe('reading policies', () => {
  for (const vector of documents) {
    it(`reads ${vector.name}`, () => {
      expect(readPolicy(vector.document, parentsOf(vector))).to.deep.equal({ policy: vector.policy });
      expect(readPolicy(writePolicy(vector.policy)), 'written and read again').to.deep.equal({
        policy: vector.policy,
      });
    });
  }

  for (const vector of refusals) {
    it(`refuses ${vector.name}`, () => {
      expect(problemsOf(vector.document, parentsOf(vector))).to.deep.equal(vector.problems);
    });
  }

  it('names the policies inherited from, in any spelling', () => {
    expect(inheritanceOf({ 'odrl:inheritFrom': [{ '@id': 'odrl:a' }, 'b', 'b', 5] })).to.deep.equal([
      'a',
      'b',
    ]);
    expect(inheritanceOf({ permission: 'c', inheritFrom: 'b', 'odrl:inheritFrom': 'a' })).to.deep.equal([
      'b',
      'a',
    ]);
    expect(inheritanceOf({ 'odrl:inheritFrom': 'a', inheritFrom: 'b' })).to.deep.equal(['b', 'a']);
    for (const document of [null, 'x', [], {}]) expect(inheritanceOf(document)).to.deep.equal([]);
  });
});

describe('right operands', () => {
  for (const { leftOperand, written, value } of values.valid) {
    it(`keeps ${leftOperand} ${JSON.stringify(written)} as ${JSON.stringify(value)}`, () => {
      const reading = readPolicy(comparing(leftOperand, written)) as { policy: Policy };
      expect(reading.policy.permission?.[0]?.constraint?.[0]).to.have.deep.property('rightOperand', value);
    });
  }

  for (const { name, leftOperand, written, reason } of values.invalid) {
    it(`refuses ${name} (${leftOperand})`, () => {
      const at = Array.isArray(written) && written.length === 1 ? '/0' : '';
      expect(problemsOf(comparing(leftOperand, written))).to.deep.equal([
        { pointer: `/permission/constraint/rightOperand${at}`, reason },
      ]);
    });
  }
});

describe('limits of policies', () => {
  const rules = (count: number, action = 'use'): Json => Array.from({ length: count }, () => ({ action }));
  const atomic: Json = { leftOperand: 'count', operator: 'lteq', rightOperand: 1 };
  const nested = (depth: number): Json => (depth === 0 ? atomic : { and: [nested(depth - 1)] });
  const constrained = (constraint: Json): Json => ({ permission: { action: 'use', constraint } });

  it('reads 50 rules and no more', () => {
    expect(problemsOf({ permission: rules(50) })).to.deep.equal([]);
    const refused = (reason: string): PolicyProblem[] => [{ pointer: '/permission', reason }];
    expect(problemsOf({ permission: rules(51) })).to.deep.equal(refused('must not be more than 50'));
    const permission = [{ action: ['read', 'print'] }, ...(rules(49) as Json[])];
    expect(problemsOf({ permission })).to.deep.equal(
      refused('must not be more than 50 when written out one by one'),
    );
    expect(problemsOf({ permission: [...permission, ...permission] })).to.deep.equal(
      refused('must not be more than 50'),
    );
  });

  it('reads constraints nested 8 deep, and says where it is one too many', () => {
    expect(problemsOf(constrained(nested(8)))).to.deep.equal([]);
    expect(problemsOf(constrained(nested(9)))).to.deep.equal([
      {
        pointer: `/permission/constraint${'/and/0'.repeat(9)}`,
        reason: 'constraints may be nested 8 deep',
      },
    ]);
  });

  it('reads a document nested as deep as one likes without following it', () => {
    let deep: Json = 1;
    for (let level = 0; level < 100_000; level += 1) deep = level % 2 === 0 ? [deep] : { and: deep };
    expect(problemsOf(constrained(deep))).to.not.deep.equal([]);
    expect(problemsOf({ deep, permission: deep, '@context': deep, '@id': deep })).to.not.deep.equal([]);
  });

  it('counts constraints with all rules written out', () => {
    const many = Array.from({ length: 100 }, () => atomic);
    const targets = Array.from({ length: 20 }, (_, n) => `urn:example:${n}`);
    const permission = { action: ['read', 'print'], target: targets };
    expect(problemsOf({ permission: { ...permission, constraint: many } })).to.deep.equal([]);
    const tooMany = [{ pointer: '', reason: 'has more than 4000 constraints' }];
    expect(problemsOf({ permission: { ...permission, constraint: [...many, atomic] } })).to.deep.equal(
      tooMany,
    );
    expect(problemsOf({ permission: { ...permission, constraint: [{ or: many }] } })).to.deep.equal(tooMany);
    expect(
      problemsOf({
        permission: {
          ...permission,
          constraint: many,
          assignee: { uid: 'urn:example:b', refinement: atomic },
        },
      }),
    ).to.deep.equal(tooMany);
    const duty = { action: 'delete', constraint: atomic };
    expect(problemsOf({ permission: { ...permission, constraint: many, duty } })).to.deep.equal(tooMany);
  });

  it('tells at most 100 problems', () => {
    const members = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`x${n}`, n]));
    expect(problemsOf({ permission: members })).to.have.lengthOf(100);
  });
});

describe('writing policies', () => {
  it('declares the prefixes that the context of the W3C lacks', () => {
    const reading = readPolicy(documents.find(({ name }) => name.includes('IDS-G'))!.document);
    expect(writePolicy((reading as { policy: Policy }).policy)).to.have.deep.property('@context', [
      'http://www.w3.org/ns/odrl.jsonld',
      { idsc: 'https://w3id.org/idsa/code/' },
    ]);
  });

  it('names the context alone where that has all prefixes', () => {
    const policy: Policy = { '@type': 'Set', conflict: 'invalid', permission: [{}] };
    expect(writePolicy(policy)).to.deep.equal({ '@context': 'http://www.w3.org/ns/odrl.jsonld', ...policy });
  });

  it('writes what others take for references as references', () => {
    const policy: Policy = {
      '@type': 'Set',
      conflict: 'invalid',
      permission: [
        {
          target: { uid: 'urn:example:a' },
          assignee: { uid: 'urn:example:us', source: 'urn:example:group' },
          assigner: {
            uid: 'urn:example:all',
            refinement: [{ leftOperand: 'urn:x:a', operator: 'eq', rightOperand: 'urn:x:b' }],
          },
          action: {
            name: 'print',
            refinement: [{ leftOperand: 'event', operator: 'lt', rightOperand: 'policyUsage' }],
          },
          constraint: [
            {
              uid: 'urn:x:all',
              andSequence: [
                {
                  uid: 'urn:x:one',
                  leftOperand: 'purpose',
                  operator: 'isAnyOf',
                  rightOperand: ['audit', 'urn:x:y'],
                },
              ],
            },
            { or: [{ leftOperand: 'idsc:SECURITY_LEVEL', operator: 'gteq', rightOperand: 'TRUST' }] },
          ],
        },
      ],
    };
    expect(writePolicy(policy)).to.have.deep.property('permission', [
      {
        target: 'urn:example:a',
        assignee: { '@type': 'PartyCollection', uid: 'urn:example:us', source: 'urn:example:group' },
        assigner: {
          '@type': 'PartyCollection',
          uid: 'urn:example:all',
          refinement: [{ leftOperand: 'urn:x:a', operator: 'eq', rightOperand: 'urn:x:b' }],
        },
        action: {
          'rdf:value': { '@id': 'odrl:print' },
          refinement: [{ leftOperand: 'event', operator: 'lt', rightOperand: { '@id': 'odrl:policyUsage' } }],
        },
        constraint: [
          {
            uid: 'urn:x:all',
            andSequence: {
              '@list': [
                {
                  uid: 'urn:x:one',
                  leftOperand: 'purpose',
                  operator: 'isAnyOf',
                  rightOperand: ['audit', { '@id': 'urn:x:y' }],
                },
              ],
            },
          },
          {
            or: [
              {
                leftOperand: 'idsc:SECURITY_LEVEL',
                operator: 'gteq',
                rightOperand: { '@id': 'idsc:TRUST_SECURITY_PROFILE' },
              },
            ],
          },
        ],
      },
    ]);
  });
});
