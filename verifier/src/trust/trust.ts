import type { EditionTable } from '@tallystick/chaincode/rules';

/** Signature algorithms a trust file may accept. */
export const ALGORITHMS = ['ecdsa-p256-sha256', 'ecdsa-p384-sha256', 'ecdsa-p521-sha256', 'ed25519'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** An organisation whose checkpoints are believed, pinned by what was learnt of it outside the evidence. */
export interface NamedWitness {
  readonly mspId: string;
  /**
   * SHA-256 of the DER certificates of its root authorities. Left out together with `keys`, whoever the newest configuration calls by that
   * name is believed: only for readers who count witnesses.
   */
  readonly roots?: readonly string[] | undefined;
  /** SHA-256 of the DER SubjectPublicKeyInfo of its keys: believed whatever became of the organisation on the ledger. */
  readonly keys?: readonly string[] | undefined;
}

/** Whose signatures under a checkpoint are believed, and how many it takes. */
export interface TrustedWitnesses {
  /** Nobody: compact files prove nothing to this reader. */
  readonly named: readonly NamedWitness[];
  /** Organisations among them that must have signed. */
  readonly needed: number;
  /** Largest `replayedFrom` that counts; 0: only who folded every block. */
  readonly replayedFrom: number;
}

/** What the verifier believes; typed by the person who verifies, from sources outside the evidence. */
export interface Trust {
  /** SHA-256 of the DER header of block 0, `sha256:...`. */
  readonly genesis: string;
  readonly channel: string;
  readonly chaincode: string;
  /** Transaction id of `space:Constitute`. */
  readonly constitution: string;
  /** Rules versions whose decisions are accepted. */
  readonly rules: readonly string[];
  /** Which versions of the chaincode definition name which rules, in the order of the editions: the fold goes by it. */
  readonly editions: EditionTable;
  /** Chaincode package ids that organisations may have approved; empty: not looked at. The audit sees approvals, an evidence file holds none. */
  readonly packages: readonly string[];
  readonly witnesses: TrustedWitnesses;
  /** Orderer signatures that a block needs beyond what its consensus asks for. */
  readonly minOrdererSignatures: number;
  readonly algorithms: readonly Algorithm[];
  /** Whether a ledger that one operator runs is acceptable. */
  readonly singleOperator: boolean;
  /** DER certificates of time-stamp authorities' roots, by the name the trust file gives them. */
  readonly timestampAuthorities: readonly { readonly name: string; readonly certificate: Uint8Array }[];
  /** Seconds by which peers' clocks may differ from the true time. */
  readonly clockSkew: number;
}
