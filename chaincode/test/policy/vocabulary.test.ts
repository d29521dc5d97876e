import { expect } from 'chai';
import type { Right } from '../../src/model/index.js';
import {
  ACTION_EQUIVALENTS,
  ACTIONS,
  actionIn,
  impliedBy,
  includes,
  isCovered,
  isKnownAction,
} from '../../src/policy/vocabulary/index.js';
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

  it('all end in use or transfer, and in one of them only', () => {
    for (const action of ACTIONS)
      expect(
        ['use', 'transfer'].filter((general) => includes(general, action)),
        action,
      ).to.have.length(1);
  });

  it('are called by terms of the IDS that are no actions besides, each of one action', () => {
    for (const [term, action] of ACTION_EQUIVALENTS) {
      expect(isKnownAction(term), term).to.equal(false);
      expect(actionIn(term)).to.equal(action);
    }
  });

  it('covered by the right to hold are those that show the data, and no others', () => {
    const shown = ACTIONS.filter((action) => isCovered(action, ['HOLD']));
    expect(shown).to.have.members(['read', 'display', 'play', 'present', 'print']);
  });
});
