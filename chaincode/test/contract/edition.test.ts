import { EDITIONS } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import { editionOfPackage } from '../../src/contract/edition.js';

const HASH = 'a'.repeat(64);

describe('the edition of a package', () => {
  it('is that of the definition version in its label', () => {
    const [first, second] = EDITIONS;
    expect(editionOfPackage(`tallystick_0.1.0:${HASH}`, 'tallystick')).to.equal(first);
    expect(editionOfPackage(`tallystick_1.4:${HASH}`, 'tallystick')).to.equal(first);
    expect(editionOfPackage(`tallystick_2.0.0:${HASH}`, 'tallystick')).to.equal(second);
    expect(editionOfPackage(`other_name_2.0.0:${HASH}`, 'other_name')).to.equal(second);
  });

  it('is none where the version names none, and where the label is another', () => {
    const known = (id: string): void => void editionOfPackage(id, 'tallystick');
    for (const id of [`tallystick_9.0.0:${HASH}`, `tallystick_2:${HASH}`, `tallystick_:${HASH}`])
      expect(() => known(id), id).to.throw(TypeError, 'no edition of the rules is known');
    for (const id of [`other_2.0.0:${HASH}`, `tallystick:${HASH}`, 'tallystick_2.0.0', ''])
      expect(() => known(id), id).to.throw(TypeError, 'its label must be');
  });
});
