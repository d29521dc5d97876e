/** Signature algorithms a trust file may accept. */
export const ALGORITHMS = ['ecdsa-p256-sha256', 'ecdsa-p384-sha256', 'ed25519'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

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
  /** Chaincode package ids that organisations may have approved; empty: not looked at. The audit sees approvals, an evidence file holds none. */
  readonly packages: readonly string[];
  /** Organisations that must have said that a transaction is valid. */
  readonly minValidityOrganisations: number;
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
