import { expect } from 'chai';
import { Mutant } from './mutation/mutant.js';
import { membersOf, mutationsOf, othersOf, piecesOf } from './mutation/places.js';
import { numbersFrom, sampled } from './mutation/sample.js';
import { isUnbound, UNBOUND } from './mutation/unbound.js';
import { vectorText } from './mutation/vectors.js';
import { isThorough, seed, some, times } from '../sampling.js';

const SAMPLES: Readonly<Record<string, number>> = {
  'claim-registered': times(60, 2000),
  'claim-registered-full': times(24, 800),
  'use-answered-in-a-batch': times(20, 600),
  'valuation-opened': times(30, 1000),
};

describe('changes of single bits', () => {
  for (const [name, count] of Object.entries(SAMPLES))
    it(`are noticed in ${name}, a sample of ${count} with seed ${seed}`, async () => {
      const mutant = await Mutant.prepared(vectorText(name));
      const bits = [...mutationsOf(mutant.draft)].filter(({ kind }) => kind === 'bit');
      const survivors = [];
      for (const mutation of sampled(bits, count, numbersFrom(seed))) {
        const survivor = await mutant.try(mutation);
        if (survivor && !isUnbound(survivor.field)) survivors.push(survivor);
      }
      expect(survivors).to.deep.equal([]);
    });

  it('are noticed in every byte string at its first and last bit', async () => {
    const mutant = await Mutant.prepared(vectorText('claim-registered'));
    for (const [piece, { bytes, field }] of piecesOf(mutant.draft).entries())
      for (const bit of bytes.length === 0 ? [] : [0, bytes.length * 8 - 1])
        expect(await mutant.try({ kind: 'bit', piece, bit }), field).to.equal(undefined);
  });
});

describe('changes of members', () => {
  for (const name of [
    'claim-registered',
    'use-acknowledged',
    'use-under-duties',
    'use-contested-upheld-full',
  ])
    it(`are noticed in ${name}, but for what nothing rests on`, async () => {
      const mutant = await Mutant.prepared(vectorText(name));
      const fields = new Set<string>();
      for (const [member, each] of some([...membersOf(mutant.draft).entries()], 6))
        for (const other of spread(othersOf(each))) {
          const survivor = await mutant.try({ kind: 'member', member, other });
          if (survivor) fields.add(survivor.field);
        }
      expect([...fields].filter((field) => !isUnbound(field))).to.deep.equal([]);
    });

  it('are unnoticed where the list says so', async () => {
    const mutant = await Mutant.prepared(vectorText('use-acknowledged'));
    const members = membersOf(mutant.draft);
    for (const { field } of UNBOUND) {
      const survivors = [];
      for (const [member, each] of members.entries())
        if (field.test(each.field))
          for (const other of othersOf(each).keys())
            survivors.push(await mutant.try({ kind: 'member', member, other }));
      expect(
        survivors.filter((each) => each !== undefined),
        `${field}`,
      ).not.to.deep.equal([]);
    }
  });
});

/** Places of the first, a middle and the last of them, or on a landing of a middle one: a text changes at any character alike. */
function spread({ length }: readonly unknown[]): number[] {
  const middle = length >> 1;
  return isThorough ? [...new Set([0, middle, length - 1])] : [middle];
}
