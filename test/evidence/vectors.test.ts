import { expect } from 'chai';
import { some } from '../sampling.js';
import { FORGERIES } from './forgeries/index.js';
import { expectedOf, judge } from './judging.js';
import { OUTCOMES, STORIES } from './stories.js';
import { expectedIn, namesIn, vector } from './vectors.js';

describe('evidence vectors', () => {
  describe('valid', () => {
    for (const name of some(namesIn('valid'), 3))
      it(name, async () => {
        const verdict = await judge(vector('valid', name));
        expect(expectedOf(verdict)).to.deep.equal(expectedIn('valid', name));
        expect(verdict.outcome).to.equal(OUTCOMES[name] ?? 'VERIFIED');
      });
  });

  describe('invalid', () => {
    for (const name of some(namesIn('invalid'), 4))
      it(name, async () => {
        const verdict = await judge(vector('invalid', name));
        const { code, reason, ...expected } = expectedIn('invalid', name);
        expect(expectedOf(verdict)).to.deep.equal(expected);
        expect(verdict.outcome).not.to.equal('VERIFIED');
        expect(verdict.steps.some((step) => step.code === code && step.reason === reason)).to.equal(true);
      });
  });

  it('are those that the stories and forgeries make', () => {
    expect(namesIn('valid')).to.have.members(Object.keys(STORIES));
    expect(namesIn('invalid')).to.have.members(Object.keys(FORGERIES));
  });
});

/** The vectors above are what these made; here they are made anew, with other keys. */
const anew = <T>(cases: Readonly<Record<string, T>>): readonly (readonly [string, T])[] =>
  some(Object.entries(cases), 40);

describe('honest evidence, made anew', () => {
  for (const [name, make] of anew(STORIES))
    it(`ends as it should: ${name}`, async () => {
      const { outcome, steps } = await judge(await make());
      const isVerified = OUTCOMES[name] === undefined;
      if (isVerified) expect(steps.filter(({ result }) => result === 'fail')).to.deep.equal([]);
      expect(outcome).to.equal(OUTCOMES[name] ?? 'VERIFIED');
    });
});

describe('forged evidence, made anew', () => {
  for (const [name, { make, code, reason, outcome }] of anew(FORGERIES))
    it(`is found out: ${name}`, async () => {
      const verdict = await judge(await make());
      const found = verdict.steps.filter((step) => step.code === code).map((step) => step.reason);
      expect(found).to.include(reason);
      expect(verdict.outcome).to.equal(outcome);
    });
});
