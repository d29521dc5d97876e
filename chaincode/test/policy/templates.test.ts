import { expect } from 'chai';
import { ZodError } from 'zod';
import { policy as canonicalPolicy } from '../../src/model/odrl/policy.js';
import { admit, enforcementOf, lint } from '../../src/policy/analysis/index.js';
import { readPolicy, writePolicy } from '../../src/policy/reading/index.js';
import { TEMPLATES, templateOf, type PolicyTemplate } from '../../src/policy/templates/index.js';
import type { Json, Policy } from '../../src/model/index.js';
import { vectorsOf } from './analysis-vectors.js';

function read(template: PolicyTemplate, parameters: unknown = template.example): Policy {
  const answer = readPolicy(template.make(parameters));
  if ('problems' in answer) throw new Error(JSON.stringify(answer.problems));
  return answer.policy;
}

/** What no condition or duty of the policy says: the caller of class 1, and whose word the state of class 18 is. */
const BESIDE: ReadonlyMap<number, readonly string[]> = new Map([
  [1, ['TECHNICAL']],
  [18, ['ATTESTED']],
]);

interface Vectors {
  readonly valid: readonly {
    readonly name: string;
    readonly template: string;
    readonly parameters: Json;
    readonly document: Json;
  }[];
  readonly invalid: readonly {
    readonly name: string;
    readonly template: string;
    readonly parameters: Json;
  }[];
}
const vectors = vectorsOf('templates/documents') as Vectors;

describe('templates of the IDS usage-policy classes', () => {
  it('are the 25 of IDS-G, the first 21 with their term in the information model', () => {
    expect(TEMPLATES.map(({ number }) => number)).to.deep.equal(Array.from({ length: 25 }, (_, n) => n + 1));
    expect(TEMPLATES.filter(({ code }) => code !== undefined).map(({ number }) => number)).to.deep.equal(
      Array.from({ length: 21 }, (_, n) => n + 1),
    );
  });

  it('are found by name, each under its own', () => {
    for (const each of TEMPLATES) expect(templateOf(each.name)).to.equal(each);
    expect(templateOf('toString')).to.equal(undefined);
  });

  for (const template of TEMPLATES) {
    describe(`${template.number} ${template.name}`, () => {
      it('makes a policy that reads into canonical form and back', () => {
        const policy = read(template);
        expect(canonicalPolicy.parse(policy)).to.deep.equal(policy);
        expect(readPolicy(writePolicy(policy))).to.deep.equal({ policy });
      });

      it('makes a policy that the ledger admits, and lint finds no error in', () => {
        const policy = read(template);
        expect(admit(policy)).to.deep.equal([]);
        expect(lint(policy).filter(({ severity }) => severity === 'error')).to.deep.equal([]);
      });

      it('says of its policy what the analysis says', () => {
        const { number, enforcement } = template;
        const found = enforcementOf(read(template)).flatMap((each) => [
          each.enforcement,
          each.afterRelease ?? [],
        ]);
        expect(enforcement).to.have.members([...new Set([...found.flat(), ...(BESIDE.get(number) ?? [])])]);
      });

      it('refuses parameters that are not its own', () => {
        expect(() => template.make({ ...(template.example as object), further: 1 })).to.throw('further');
      });
    });
  }

  describe('what they make', () => {
    for (const { name, template, parameters, document } of vectors.valid) {
      it(name, () => {
        expect(templateOf(template)?.make(parameters)).to.deep.equal(document);
      });
    }

    it('is kept for each', () => {
      const kept = new Set(vectors.valid.map(({ template }) => template));
      expect([...kept]).to.deep.equal(TEMPLATES.map(({ name }) => name));
    });

    for (const { name, template, parameters } of vectors.invalid) {
      it(`is nothing of ${name}`, () => {
        expect(() => templateOf(template)?.make(parameters)).to.throw(ZodError);
      });
    }
  });
});
