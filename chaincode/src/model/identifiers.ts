/** Check digits of legal-entity identifiers. They prove typing, not existence. */

const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const USCC_FORM = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;
const USCC_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** Unified social credit code with a correct check character (GB 32100-2015). */
export function isUscc(text: string): boolean {
  if (!USCC_FORM.test(text)) return false;
  const sum = USCC_WEIGHTS.reduce(
    (total, weight, i) => total + weight * USCC_ALPHABET.indexOf(text.charAt(i)),
    0,
  );
  return USCC_ALPHABET.charAt((31 - (sum % 31)) % 31) === text.charAt(17);
}

const LEI_FORM = /^[0-9A-Z]{18}\d{2}$/;

/** Legal entity identifier with correct check digits (ISO 17442, ISO/IEC 7064 MOD 97-10). */
export function isLei(text: string): boolean {
  if (!LEI_FORM.test(text)) return false;
  let remainder = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    remainder = (value > 9 ? remainder * 100 + value : remainder * 10 + value) % 97;
  }
  return remainder === 1;
}
