/**
 * Fields of which changes may go unnoticed, each with the reason why nothing rests on it. Everything else in a file is signed, hashed or
 * compared; `npm run test:mutation` proves it bit by bit.
 */
export const UNBOUND: readonly { readonly field: RegExp; readonly because: string }[] = [
  {
    field: /^payloadSalt$/,
    because: 'it opens a commitment, and nothing is opened where no plaintext is given',
  },
  {
    field: /^transactions\[\d+\]\.writes\[\d+\]\.opening\.count$/,
    because:
      'a path fits several counts; key and text are bound whatever it is, and nothing rests on how many were written',
  },
];

export const isUnbound = (field: string): boolean => UNBOUND.some((each) => each.field.test(field));
