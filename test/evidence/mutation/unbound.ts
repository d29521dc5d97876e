/**
 * Fields of which changes may go unnoticed, each with the reason why nothing rests on it. Everything else in a file is signed, hashed or
 * compared; `npm run test:mutation` proves it bit by bit.
 */
export const UNBOUND: readonly { readonly field: RegExp; readonly because: string }[] = [
  {
    field: /^payloadSalt$/,
    because: 'it opens a commitment, and nothing is opened where no plaintext is given',
  },
];

export const isUnbound = (field: string): boolean => UNBOUND.some((each) => each.field.test(field));
