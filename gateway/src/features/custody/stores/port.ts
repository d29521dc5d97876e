/** What custody must not lose. Every method is one durable step. */

/** The owner's half of a sealed payload: without it a version can never be released. */
export interface OwnerHeader {
  readonly versionId: string;
  /** age v1 header wrapped to the owner's own recipient. */
  readonly header: Uint8Array;
  /** SHA-256 of the bare plaintext, lower-case hex; never on the ledger. */
  readonly plainDigest: string;
  /** `sha256:<hex>`. */
  readonly keyCommitment: string;
  readonly createdAt: string;
}

export interface OwnerHeaders {
  /** Idempotent for equal content; CONFLICT for another header under the same version id. */
  put(header: Omit<OwnerHeader, 'createdAt'>): Promise<void>;
  get(versionId: string): Promise<OwnerHeader | undefined>;
}

export interface OneTimeKeys {
  /** `identity` is the age secret identity. Idempotent; CONFLICT for another identity under the same usage id. */
  put(usageId: string, identity: string): Promise<void>;
  get(usageId: string): Promise<string | undefined>;
  /** Usage ids among these whose key is here. */
  among(usageIds: readonly string[]): Promise<readonly string[]>;
  /** For ever: nothing that was allowed to it can be opened here again. Overwrites what the file held. */
  forget(usageId: string): Promise<void>;
}

/**
 * SEEN: a valid request was read from the own peer. PREPARED: the re-wrapped header is durable here.
 * SUBMITTED: the answer's transaction id is written down (before anything is sent). RELEASED: the own peer reported the
 * answer VALID with ALLOW. DENIED: VALID with DENY. WITHHELD: our own decision says no answer may be made.
 * FAILED: gave up after too many attempts; an operator may start it again.
 */
export type CustodyState = 'SEEN' | 'PREPARED' | 'SUBMITTED' | 'RELEASED' | 'DENIED' | 'WITHHELD' | 'FAILED';

export interface CustodyEntry {
  readonly usageId: string;
  readonly state: CustodyState;
  readonly grantId: string;
  /** Re-wrapped header for the requester's one-time recipient. */
  readonly header?: Uint8Array;
  readonly headerCid?: string;
  readonly slot?: number;
  /** Transaction id of the answer. */
  readonly txId?: string;
  /** How often an answer was submitted. */
  readonly attempts: number;
  /** Refusal or error code of the last step, for an operator. */
  readonly reason?: string;
  readonly updatedAt: string;
}

export type CustodyChange = Partial<Pick<CustodyEntry, 'header' | 'headerCid' | 'slot' | 'txId' | 'reason'>>;

export interface CustodyJournal {
  /** Inserts SEEN, or returns what is there. */
  see(usageId: string, grantId: string): Promise<CustodyEntry>;
  get(usageId: string): Promise<CustodyEntry | undefined>;
  /**
   * Compare-and-set along the table in `journal.ts`; members of `change` that are absent keep their value.
   * CONFLICT when the entry is not in `from` any more or the step is not in the table (RELEASED is reachable from
   * SUBMITTED only). Moving to SUBMITTED counts an attempt and needs a txId.
   */
  move(usageId: string, from: CustodyState, to: CustodyState, change?: CustodyChange): Promise<CustodyEntry>;
  /** Entries in one of these states, oldest change first. */
  inState(states: readonly CustodyState[], limit?: number): Promise<readonly CustodyEntry[]>;
  /** Entries of a grant in any state, for handing out slots in order. */
  ofGrant(grantId: string): Promise<readonly CustodyEntry[]>;
}

/** What this organisation itself signed: custody releases nothing under a grant that is not here. */
export interface SignedTerms {
  readonly grantId: string;
  readonly termsDigest: string;
  readonly side: 'OFFERED' | 'ACCEPTED';
  readonly txId: string;
  readonly createdAt: string;
}

export interface Offers {
  /** Before the transaction is sent. Idempotent; the same terms may be signed in several transactions. */
  put(terms: Omit<SignedTerms, 'createdAt'>): Promise<void>;
  /** Forgets what was signed in transactions that can never take effect. */
  withdraw(txIds: readonly string[]): Promise<void>;
  /** The latest of these terms. */
  get(grantId: string, termsDigest: string, side: SignedTerms['side']): Promise<SignedTerms | undefined>;
  /** All that was signed under a grant, oldest first. */
  ofGrant(grantId: string): Promise<readonly SignedTerms[]>;
}

/** What custody keeps in the organisation's state. */
export interface CustodyStores {
  readonly ownerHeaders: OwnerHeaders;
  readonly oneTimeKeys: OneTimeKeys;
  readonly custody: CustodyJournal;
  readonly offers: Offers;
}
