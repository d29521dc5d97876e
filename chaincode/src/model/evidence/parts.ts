/** The byte strings of a block header and of what orderers signed for it, whatever form they have: pieces in a file, or bytes. */
export interface SignedHeaderParts<T> {
  readonly previousHash: T;
  readonly dataHash: T;
  readonly signatures: T;
}

/** The same header with every byte string in another form; its number is the caller's. */
export const mapHeader = <A, B>(header: SignedHeaderParts<A>, to: (bytes: A) => B): SignedHeaderParts<B> => ({
  previousHash: to(header.previousHash),
  dataHash: to(header.dataHash),
  signatures: to(header.signatures),
});
