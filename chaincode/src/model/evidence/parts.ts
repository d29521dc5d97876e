/** Parts of an endorsed answer, whatever form their bytes have: pieces in a file, or bytes. */
export interface EndorsedParts<T> {
  readonly channelHeader: T;
  readonly signatureHeader: T;
  readonly proposal: T;
  readonly response: T;
  readonly endorsements: readonly { readonly endorser: T; readonly signature: T }[];
}

/** The byte strings of a block header and of what orderers signed for it. */
export interface SignedHeaderParts<T> {
  readonly previousHash: T;
  readonly dataHash: T;
  readonly signatures: T;
}

type Mapped<T> = EndorsedParts<T> & { endorsements: { endorser: T; signature: T }[] };

/** The same answer with every byte string in another form. */
export const mapAnswer = <A, B>(answer: EndorsedParts<A>, to: (bytes: A) => B): Mapped<B> => ({
  channelHeader: to(answer.channelHeader),
  signatureHeader: to(answer.signatureHeader),
  proposal: to(answer.proposal),
  response: to(answer.response),
  endorsements: answer.endorsements.map(({ endorser, signature }) => ({
    endorser: to(endorser),
    signature: to(signature),
  })),
});

/** The same for a header; its number is the caller's. */
export const mapHeader = <A, B>(header: SignedHeaderParts<A>, to: (bytes: A) => B): SignedHeaderParts<B> => ({
  previousHash: to(header.previousHash),
  dataHash: to(header.dataHash),
  signatures: to(header.signatures),
});
