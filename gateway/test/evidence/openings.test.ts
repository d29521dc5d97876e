import { encode } from '@tallystick/chaincode/model';
import { openingDigest } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import { commitmentsIn, openingsOf } from '../../src/features/evidence/openings.js';
import { openStores } from '../state/stores.js';

describe('openings in evidence', () => {
  const opening = { salt: 'ab'.repeat(16), value: { amount: '1200', currency: 'CNY' } };
  const digest = openingDigest(opening);
  const sealed = { digest, cid: 'bafkreib' };
  const text = `bytes\u0001${encode({ terms: { price: { sealed }, title: { sealed } } })}`;

  it('are those of sealed fields in the records, as far as this organisation has them', async () => {
    const state = await openStores(':memory:');
    expect(await openingsOf([text], state.openings)).to.deep.equal([]);
    await state.openings.put([{ digest, salt: opening.salt, value: encode(opening.value) }]);
    expect(await openingsOf([text, text], state.openings)).to.deep.equal([opening]);
    await state.close();
  });

  it('are looked for by commitments only', () => {
    expect(commitmentsIn([text])).to.deep.equal([digest]);
    expect(commitmentsIn([encode({ digest, open: 1 }), ''])).to.deep.equal([]);
  });
});
