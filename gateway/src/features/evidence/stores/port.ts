/** What evidence is made with and cannot be had again: it must outlive a peer, and a projection that is made anew. */

/** A token of a time-stamping authority over the checkpoint of a height. */
export interface CheckpointToken {
  readonly height: number;
  readonly authority: string;
  /** RFC 3161 TimeStampToken, DER. */
  readonly token: Uint8Array;
}

export interface EvidenceArchive {
  /** Tokens over the checkpoint of a height. */
  tokens(height: number): Promise<readonly CheckpointToken[]>;
  /** The highest height that has a token. */
  newestStamped(): Promise<number | undefined>;
  /** A token of the same authority over the same height stays as it is. */
  keepToken(token: CheckpointToken): Promise<void>;
}
