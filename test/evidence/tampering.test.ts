import { expect } from 'chai';
import { judge } from './judging.js';
import { tamperedCase, tamperedVectors } from './tampering/edits.js';
import { TAMPERINGS } from './tampering/list.js';
import { namesIn, vector } from './vectors.js';

describe('evidence edited by somebody without a key', () => {
  for (const tampered of tamperedVectors())
    it(`is found out: ${tampered.name}`, async () => {
      const { outcome, steps } = await judge(tamperedCase(tampered));
      expect(outcome).to.equal(tampered.outcome).and.not.equal('VERIFIED');
      const reasons = steps.filter(({ code }) => code === tampered.code).map(({ reason }) => reason);
      expect(reasons).to.include(tampered.reason);
    });

  it('verifies where nothing is edited', async () => {
    for (const base of new Set(tamperedVectors().map((each) => each.base))) {
      expect(namesIn('valid')).to.include(base);
      const plain = await judge(tamperedCase({ base, patch: [] }));
      expect(plain.outcome, base)
        .to.equal((await judge(vector('valid', base))).outcome)
        .and.equal('VERIFIED');
    }
  });

  it('is what the list of tamperings makes', () => {
    expect(tamperedVectors().map(({ name }) => name)).to.have.members(Object.keys(TAMPERINGS));
  });
});
