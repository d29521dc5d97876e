import { expect } from 'chai';
import fc from 'fast-check';
import { attempt as attemptSchema, policy as policySchema, policyWorld } from '../../src/model/odrl/index.js';
import { casesOver, soundPolicies, wildPolicies } from './arbitraries.js';
import { times } from '../../../test/sampling.js';

describe('arbitrary policies', () => {
  for (const [name, policies] of Object.entries({ sound: soundPolicies, wild: wildPolicies })) {
    it(`${name} ones are canonical, and so are their attempts and worlds`, () => {
      fc.assert(
        fc.property(casesOver(policies), ({ policy, attempt, world }) => {
          expect(policySchema.parse(policy)).to.deep.equal(policy);
          expect(attemptSchema.parse(attempt)).to.deep.equal(attempt);
          expect(policyWorld.parse(world)).to.deep.equal(world);
        }),
        { numRuns: times(200) },
      );
    });
  }
});
