import type { Certificate } from '../x509/certificate.js';

/** Roles that Fabric gives by organisational unit (NodeOUs; fabric:msp/mspimpl.go). */
export type NodeRole = 'client' | 'peer' | 'admin' | 'orderer';

/** Who a msp.SerializedIdentity is, under one channel configuration. */
export interface Identity {
  readonly mspId: string;
  readonly certificate: Certificate;
  /** That of its one unit under NodeOUs; `undefined` where an MSP has none. */
  readonly role: NodeRole | undefined;
  /** All of them: an organisation may have configured one unit for several. Left out, `role` is the only one. */
  readonly roles?: readonly NodeRole[];
  /** Whether the MSP lists this very certificate among its administrators. */
  readonly isNamedAdmin?: boolean;
  /** SHA-256 over the authorities of its chain, hex: what Fabric calls the certifiers identifier of an organisational unit. */
  readonly certifiers?: string;
  /** SHA-256 of the root of its chain as the configuration has it, `sha256:...`. */
  readonly root?: string;
}

/** A policy that a set of identities satisfies or not. Identities come without repetition (see `distinct`). */
export interface Policy {
  isSatisfiedBy(identities: readonly Identity[]): boolean;
}

/** An orderer of a BFT channel, by its number in block signatures (common.Consenter). */
export interface Consenter {
  readonly id: number;
  /** msp.SerializedIdentity as the configuration has it: MSP id and PEM. */
  readonly mspId: string;
  readonly certificate: Uint8Array;
}

export type Ordering =
  | { readonly kind: 'BFT'; readonly consenters: readonly Consenter[] }
  /** With the number of orderers that take part (etcdraft.ConfigMetadata). */
  | { readonly kind: 'RAFT'; readonly consenters: number }
  /** The embedded node: one operator orders, endorses for all and validates. */
  | { readonly kind: 'SINGLE_OPERATOR' }
  | { readonly kind: 'UNKNOWN'; readonly type: string };

/** What a configuration transaction sets in force. */
export interface ChannelConfig {
  /** Of the configuration, one more with each update. */
  readonly sequence: bigint;
  readonly ordering: Ordering;
  /** MSP ids of the application group: those whose peers endorse and answer. */
  readonly organisations: readonly string[];
  /** MSP ids of the orderer group. */
  readonly orderers: readonly string[];
  /**
   * Who serialized identity bytes are: chain to a root of that MSP, no revocation, one NodeOU role. Expiry is not looked at: Fabric does
   * not, and it is judged against proven time elsewhere. Remembers, since a ledger holds few identities.
   * @throws Rejection MALFORMED, UNKNOWN_ORGANISATION, CERTIFICATE_MALFORMED, CHAIN_BROKEN, REVOKED, ROLE_MISSING
   */
  identify(serialized: Uint8Array): Promise<Identity>;
  /** Who a certificate is in an organisation. @throws Rejection as `identify` */
  identifyIn(mspId: string, certificate: Certificate): Promise<Identity>;
  /** SHA-256 of each root authority of an organisation, `sha256:...`; `undefined` for one that is not of the channel. @throws Rejection */
  rootsOf(mspId: string): readonly string[] | undefined;
  /** A policy by its path, such as `/Channel/Application/Endorsement`. @throws Rejection POLICY_UNKNOWN */
  policy(path: string): Policy;
}

/** Identities without repetition, by MSP id and certificate (fabric:common/policies/policy.go, SignatureSetToValidIdentities). */
export function distinct(identities: readonly Identity[]): Identity[] {
  const seen = new Set<string>();
  return identities.filter(({ mspId, certificate }) => {
    const name = `${mspId} ${certificate.fingerprint}`;
    return !seen.has(name) && seen.add(name);
  });
}
