/** What became of one transaction, free of everything that differs from run to run (ids, times, block numbers). */
export interface StepOutcome {
  /**
   * Not ordered: where it was refused, with which gRPC code and which texts. An orderer's refusal has no code: a Gateway
   * reports the very same refusal as ABORTED with Raft and as UNAVAILABLE with BFT, where it asks several orderers.
   */
  readonly refused?: {
    readonly at: 'endorse' | 'submit' | 'order';
    readonly code?: number;
    readonly texts: readonly string[];
  };
  /** Accepted, but ordered no second time: BFT orderers drop what is waiting already. */
  readonly dropped?: true;
  /** Fabric's TxValidationCode, by name. */
  readonly code?: string;
  readonly response?: ResponseOutcome;
  /** How many organisations endorsed. */
  readonly endorsers?: number;
  readonly event?: readonly [name: string, payload: string];
  /** `definition`: the chaincode's definition was read, as it was before the first program. */
  readonly sets?: readonly (NamespaceOutcome | 'definition')[];
  /** Transient data was found in the envelope. */
  readonly leaked?: true;
}

export interface ResponseOutcome {
  readonly status: number;
  readonly message?: string;
  readonly payload?: string;
}

/** `''`: the key did not exist; `g.s`: written by step s of group g of the program; otherwise the name of what wrote it. */
type ReadOutcome = readonly [key: string, writtenBy: string];
/** `null`: a delete. */
type WriteOutcome = readonly [key: string, value: string | null];

export interface NamespaceOutcome {
  readonly ns: string;
  readonly r?: readonly ReadOutcome[];
  readonly w?: readonly WriteOutcome[];
  /** Range queries, metadata writes or private data, which none of the compared programs has. */
  readonly other?: true;
}

export interface ProgramOutcome {
  readonly name: string;
  /** Of the program that was played. */
  readonly digest: string;
  readonly groups: readonly (readonly StepOutcome[])[];
  /** Value of every key that the program names, at the end, on the peer of one organisation. */
  readonly state: readonly (readonly [key: string, value: string])[];
}
