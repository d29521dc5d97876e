import type { KuboFinding } from '../kubo/index.js';

/** What can be found, most important first: a cause stands before what follows from it. */
export const FINDING_CODES = [
  /** Programs of Fabric are missing. */
  'BINARIES_MISSING',
  /** Nothing of the network runs. */
  'NETWORK_DOWN',
  /** Something else listens where a node should. */
  'PORT_TAKEN',
  /** A node does not run. */
  'NODE_DOWN',
  /** A node runs and says that it is not well, or says nothing. */
  'NODE_UNHEALTHY',
  /** A node runs, but does not listen where the topology says. */
  'PORT_CLOSED',
  /** A file that a node needs is missing or cannot be understood. */
  'FILE_UNREADABLE',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_NOT_YET_VALID',
  /** A private key is not the one of its certificate. */
  'KEY_DOES_NOT_BELONG',
  /** A certificate is not of the authority that it should be of. */
  'CERTIFICATE_NOT_ISSUED_HERE',
  /** An organisation of the topology is no member of the channel. */
  'ORGANISATION_NOT_IN_CHANNEL',
  /** The channel knows an organisation by another authority than the one on disk. */
  'AUTHORITY_NOT_IN_CHANNEL',
  /** The channel knows an orderer by another key than the one on disk. */
  'CONSENTER_KEY_DIFFERS',
  /** What an endpoint shows in TLS is not of the authority that it should be of. */
  'TLS_UNTRUSTED',
  /** The certificate of an endpoint does not name the host by which it is reached. */
  'TLS_HOST_NOT_NAMED',
  /** A node shows another certificate than the one in its directory. */
  'TLS_CERTIFICATE_NOT_LOADED',
  /** Clocks disagree; Fabric refuses what is more than 15 minutes off. */
  'CLOCK_SKEW',
  /** Fewer orderers run than can order. */
  'ORDERERS_TOO_FEW',
  /** No orderer that runs leads. */
  'ORDERER_LEADER_UNKNOWN',
  'ORDERER_NOT_JOINED',
  /** An orderer is on the channel and does not order. */
  'ORDERER_NOT_ACTIVE',
  'ORDERER_BEHIND',
  /** The channel names no address of an ordering organisation. */
  'ORDERER_ENDPOINT_MISSING',
  'ORDERER_ENDPOINT_UNREACHABLE',
  'PEER_NOT_JOINED',
  'PEER_BEHIND',
  /** The channel names no peer of an organisation, so that peers of others never meet it. */
  'ANCHOR_PEER_MISSING',
  'ANCHOR_PEER_UNREACHABLE',
  /** A peer tells no address to the peers of other organisations, or not its own. */
  'EXTERNAL_ENDPOINT_MISSING',
  'EXTERNAL_ENDPOINT_WRONG',
  'CHAINCODE_NOT_COMMITTED',
  'CHAINCODE_NOT_APPROVED',
  /** An organisation's newest approval is of another sequence than the one in force. */
  'CHAINCODE_SEQUENCE',
  /** An organisation approved a definition without a package. */
  'CHAINCODE_NO_PACKAGE',
  /** A peer does not have the package that its organisation approved. */
  'CHAINCODE_NOT_INSTALLED',
  /** The approved package is not the one that the bundle on disk gives. */
  'CHAINCODE_OTHER_BUILD',
  /** The chaincode of a peer does not run, or not where the topology says. */
  'CHAINCODE_UNREACHABLE',
  /** Peer and chaincode do not accept each other's certificates. */
  'CHAINCODE_TLS',
  /** A peer's Gateway does not find enough organisations that endorse. */
  'GATEWAY_CANNOT_ENDORSE',
  /** A release of Fabric that fails, or that has no such ordering. */
  'FABRIC_VERSION_BAD',
  /** A release of Fabric that this network is not tried with. */
  'FABRIC_VERSION_UNTRIED',
  'FABRIC_VERSIONS_DIFFER',
  /** A private key can be read by others on the machine. */
  'KEY_OPEN',
  'CERTIFICATE_EXPIRES_SOON',
  'KUBO_UNREACHABLE',
  'KUBO_NO_SWARM_KEY',
  'KUBO_SWARM_KEY_OPEN',
  'KUBO_API_EXPOSED',
  'KUBO_SETTING',
  'KUBO_NOT_SYNCED',
  'KUBO_VERSION',
  'KUBO_NO_PEERS',
  /** Something could not be looked at. */
  'CHECK_NOT_MADE',
] as const satisfies readonly (KuboFinding['code'] | Uppercase<string>)[];

export type FindingCode = (typeof FINDING_CODES)[number];

/** One thing that keeps a network from working, or soon will, and what to do about it. */
export interface Finding {
  readonly code: FindingCode;
  /** An error keeps something from working now; a warning is what an operator should know. */
  readonly severity: 'error' | 'warning';
  /** Whom it is about: a node, an organisation, a file, a channel. */
  readonly subject: string;
  readonly text: string;
  readonly remedy: string;
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const weight = ({ severity, code }: Finding): number =>
  (severity === 'error' ? 0 : FINDING_CODES.length) + FINDING_CODES.indexOf(code);

const compare = (a: Finding, b: Finding): number =>
  weight(a) - weight(b) || text(a.subject, b.subject) || text(a.text, b.text);

/** Most important first, each once; the same findings always come in the same order. */
export function inOrder(findings: readonly Finding[]): Finding[] {
  const lines = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
  return [...lines.values()].sort(compare);
}

/** A check that could not be made: that is worth knowing, too. */
export const notMade = (subject: string, reason: string): Finding => ({
  code: 'CHECK_NOT_MADE',
  severity: 'warning',
  subject,
  text: `could not be checked: ${reason}`,
  remedy: 'remove what stands in the way, then look again',
});
