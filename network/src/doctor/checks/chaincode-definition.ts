import type { PeerNode } from '../../fabric/layout.js';
import { bundleDigest, chaincodePackage } from '../../fabric/package.js';
import type { Topology } from '../../topology/index.js';
import type { ChaincodeView } from '../chaincode-view.js';
import type { Check } from '../check.js';
import { notMade, type Finding } from '../finding.js';
import { reasonOf } from '../one-line.js';
import type { ExaminedNetwork } from '../examined-network.js';

/** A peer and what it knows. */
interface Told {
  readonly peer: Pick<PeerNode, 'name' | 'mspId'>;
  readonly view: ChaincodeView;
  /** The package that the bundle on disk gives; `undefined` when that cannot be told. */
  readonly built: string | undefined;
}

const error = (code: Finding['code'], subject: string, text: string, remedy: string): Finding => ({
  code,
  severity: 'error',
  subject,
  text,
  remedy,
});

const approveAs = (name: string, sequence: number): string =>
  `peer lifecycle chaincode approveformyorg -n ${name} --sequence ${sequence}, as its administrator, with the package that its peers have`;

const notApproved = (mspId: string, name: string, sequence: number): Finding =>
  error(
    'CHAINCODE_NOT_APPROVED',
    mspId,
    `has not approved ${name} in sequence ${sequence}: its peers do not run it`,
    approveAs(name, sequence),
  );

/** What an organisation approved, held against what is in force. */
function approvalFindings(name: string, { peer: { mspId }, view }: Told): Finding[] {
  const { approved, committed } = view;
  const sequence = committed?.sequence ?? 1;
  const isCounted = committed === undefined || committed.approvals[mspId] !== false;
  if (approved === undefined || (!isCounted && approved.sequence === sequence)) {
    return [notApproved(mspId, name, sequence)];
  }
  if (committed === undefined || approved.sequence === sequence) return [];
  const text = `approved sequence ${approved.sequence} of ${name}, and ${sequence} is in force`;
  if (approved.sequence < sequence) {
    return [
      error('CHAINCODE_SEQUENCE', mspId, `${text}: its peers do not run it`, approveAs(name, sequence)),
    ];
  }
  const remedy = 'have the other organisations approve it and one of them commit it, or leave it as it is';
  const finding = error('CHAINCODE_SEQUENCE', mspId, `${text}: an upgrade is under way`, remedy);
  return [{ ...finding, severity: 'warning' }];
}

/** Whether a peer has the package that its organisation approved, and which one that is. */
function packageFindings(name: string, { peer, view, built }: Told): Finding[] {
  const { approved, installed } = view;
  if (approved === undefined) return [];
  const { packageId, sequence } = approved;
  if (packageId === undefined) {
    const text = `approved sequence ${sequence} of ${name} without a package: its peers cannot endorse`;
    return [error('CHAINCODE_NO_PACKAGE', peer.mspId, text, approveAs(name, sequence))];
  }
  if (!installed.includes(packageId)) {
    const text = `does not have the package ${packageId} that ${peer.mspId} approved, but ${installed.join(', ') || 'none'}`;
    const remedy = `peer lifecycle chaincode install that package there, or ${approveAs(name, sequence)}`;
    return [error('CHAINCODE_NOT_INSTALLED', peer.name, text, remedy)];
  }
  if (built === undefined || built === packageId) return [];
  const text = `${peer.mspId} approved ${packageId}, and the bundle on disk gives ${built}`;
  const remedy = 'deploy the bundle as a new version, or bring back the one that was approved';
  const finding = error('CHAINCODE_OTHER_BUILD', peer.name, text, remedy);
  return [{ ...finding, severity: 'warning' }];
}

function notCommitted(topology: Topology): Finding {
  const { channel, chaincode } = topology;
  const text = `no definition of ${chaincode.name} is in force`;
  const remedy = 'have a majority of the organisations approve one, then peer lifecycle chaincode commit';
  return error('CHAINCODE_NOT_COMMITTED', channel, text, remedy);
}

/** What the peers know of the chaincode, held against each other. */
function definitionFindings(topology: Topology, told: readonly Told[]): Finding[] {
  const { name } = topology.chaincode;
  const isNowhere = told.length > 0 && told.every(({ view }) => view.committed === undefined);
  return [
    ...(isNowhere ? [notCommitted(topology)] : []),
    ...told.flatMap((each) => [...approvalFindings(name, each), ...packageFindings(name, each)]),
  ];
}

/** The package that the bundle on disk gives, when its version is the one in force. */
async function builtFor({ chaincode }: Topology, version: string | undefined): Promise<string | undefined> {
  if (version !== chaincode.version) return undefined;
  const digest = await bundleDigest(chaincode.bundle).catch(() => undefined);
  const label = `${chaincode.name}_${version}`;
  return digest === undefined ? undefined : (await chaincodePackage(label, digest)).id;
}

async function tellOf(examined: ExaminedNetwork, peer: PeerNode): Promise<Told | Finding> {
  try {
    const view = await examined.chaincode(peer);
    return { peer, view, built: await builtFor(examined.topology, view.committed?.version) };
  } catch (failed) {
    return notMade(`chaincode of ${peer.name}`, reasonOf(failed));
  }
}

/** Installed, approved and committed, per organisation. */
export const chaincodeDefinition: Check = {
  name: 'definition of the chaincode',
  of: 'fabric',
  within: 25_000,
  async run(examined) {
    const running = await examined.running(examined.peers);
    const told = await Promise.all(running.map((peer) => tellOf(examined, peer)));
    const missed = told.filter((each): each is Finding => 'code' in each);
    const known = told.filter((each): each is Told => !('code' in each));
    return [...missed, ...definitionFindings(examined.topology, known)];
  },
};
