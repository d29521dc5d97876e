import { digestOf } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { editionsDigest, KNOWN_RULES, RULES_VERSION } from '../src/rules/index.js';
import { Overlay } from '../src/rules/ledger.js';

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

describe('the version of the rules', () => {
  it('is known for the present, and decides by default', () => {
    expect([...KNOWN_RULES]).to.include(RULES_VERSION);
    expect(() => new Overlay(nothing, { openings: new Map() })).to.not.throw();
    expect(() => new Overlay(nothing, { openings: new Map(), version: RULES_VERSION })).to.not.throw();
  });

  it('is never guessed when it is another', () => {
    for (const unknown of ['', 'tallystick-rules/0', `${RULES_VERSION} `])
      expect(() => new Overlay(nothing, { openings: new Map(), version: unknown }), unknown).to.throw(
        TypeError,
        'never guessed',
      );
  });

  it('is the whole table of editions, as checkpoints name it', () => {
    expect(editionsDigest()).to.equal(digestOf(`{"editions":{},"otherwise":"${RULES_VERSION}"}`));
  });
});
