import { expect } from 'chai';
import type { Right } from '../../src/model/index.js';
import { impliedBy, includes, isCovered } from '../../src/policy/vocabulary/index.js';
import { vectorsOf } from './analysis-vectors.js';

interface Vectors {
  readonly includes: readonly {
    readonly general: string;
    readonly action: string;
    readonly holds: boolean;
  }[];
  readonly implied: readonly { readonly action: string; readonly implied: readonly string[] }[];
  readonly covered: readonly {
    readonly action: string;
    readonly rights: readonly Right[];
    readonly holds: boolean;
  }[];
}

describe('actions', () => {
  const vectors = vectorsOf('vocabulary/actions') as Vectors;

  for (const { general, action, holds } of vectors.includes) {
    it(`${general} ${holds ? 'includes' : 'does not include'} ${action}`, () => {
      expect(includes(general, action)).to.equal(holds);
    });
  }

  for (const { action, implied } of vectors.implied) {
    it(`${action} asks for ${implied.join(', ')}`, () => {
      expect(impliedBy(action)).to.deep.equal(implied);
    });
  }

  for (const { action, rights, holds } of vectors.covered) {
    it(`${action} ${holds ? 'is' : 'is not'} covered by ${rights.join(', ') || 'no right'}`, () => {
      expect(isCovered(action, rights)).to.equal(holds);
    });
  }
});
