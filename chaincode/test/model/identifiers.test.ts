import { isLei, isUscc } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { vectors } from './vectors.js';

interface Vectors {
  valid: string[];
  invalid: { name: string; text: string }[];
  substitute: string;
}
const { uscc, lei } = vectors('identifiers') as { uscc: Vectors; lei: Vectors };

const USCC_ALPHABETS = [Array.from('0123456789ABCDEFGHJKLMNPQRTUWXY')];
// MOD 97-10 writes letters as two digits, so it promises nothing for a letter in the place of a digit.
const LEI_ALPHABETS = [Array.from('0123456789'), Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ')];

/** The text with each place in turn replaced by each other character of the alphabet that holds it. */
function substitutions(text: string, alphabets: readonly (readonly string[])[]): string[] {
  return Array.from(text).flatMap((present, at) => {
    const alphabet = alphabets.find((characters) => characters.includes(present)) ?? [];
    const others = alphabet.filter((other) => other !== present);
    return others.map((other) => text.slice(0, at) + other + text.slice(at + 1));
  });
}

/** The text with each two different neighbours swapped. */
function transpositions(text: string): string[] {
  return Array.from(text.slice(1), (right, at) => [at, text.charAt(at), right] as const)
    .filter(([, left, right]) => left !== right)
    .map(([at, left, right]) => text.slice(0, at) + right + left + text.slice(at + 2));
}

for (const [name, isValid, { valid, invalid, substitute }, alphabets, count] of [
  // 510 without the check character, and 30 of it.
  ['unified social credit code', isUscc, uscc, USCC_ALPHABETS, 540],
  ['legal entity identifier', isLei, lei, LEI_ALPHABETS, 340],
] as const) {
  describe(name, () => {
    for (const text of valid) {
      it(`accepts ${text}`, () => {
        expect(isValid(text)).to.equal(true);
      });
    }

    for (const { name: wrong, text } of invalid) {
      it(`refuses: ${wrong}`, () => {
        expect(isValid(text)).to.equal(false);
      });
    }

    it('detects every single substitution', () => {
      const tried = substitutions(substitute, alphabets);
      expect(tried).to.have.lengthOf(count);
      expect(tried.filter(isValid)).to.deep.equal([]);
    });

    it('detects every transposition of neighbours', () => {
      const swapped = transpositions(substitute);
      expect(swapped).to.not.be.empty;
      expect(swapped.filter(isValid)).to.deep.equal([]);
    });
  });
}
