import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { examine, type Finding, type FindingCode } from '@tallystick/network/doctor';
import { findBinaries, startFabricNetwork, type FabricNetwork } from '@tallystick/network/fabric';
import { ensureTls } from '@tallystick/network/identity';
import { freePorts } from '@tallystick/network/processes';
import { createIdentities, organisationDirectory, type Topology } from '@tallystick/network/topology';
import { Administrator } from '../../src/fabric/administrator.js';
import {
  ordererNodes,
  peerNodes,
  tlsFiles,
  type OrdererNode,
  type PeerNode,
} from '../../src/fabric/layout.js';
import { Lifecycle } from '../../src/fabric/lifecycle.js';
import { requireFabric, topologyOf } from '../fabric/fixture.js';
import { inDirectory } from '../identity-fixture.js';
import { expectExactly } from './expectations.js';

const YEAR = 365 * 24 * 60 * 60 * 1000;

const codesOf = (findings: readonly Finding[], subject: string): FindingCode[] =>
  findings.filter((each) => each.subject === subject).map(({ code }) => code);

/** Looks until nothing is found, since a network needs a while to come to itself. */
async function untilWell(topology: Topology): Promise<Finding[]> {
  let findings = await examine({ topology });
  for (let attempt = 0; attempt < 10 && findings.length > 0; attempt += 1) {
    await delay(2_000);
    findings = await examine({ topology });
  }
  return findings;
}

/** A follower of the orderers, which can be missed. */
async function follower(topology: Topology): Promise<OrdererNode> {
  for (const node of ordererNodes(topology)) {
    const metrics = await fetch(`http://127.0.0.1:${node.operationsPort}/metrics`).then(
      (response) => response.text(),
      () => '',
    );
    if (/consensus_BFT_is_leader\{[^}]*\} 0/.test(metrics)) return node;
  }
  throw new Error('of four orderers at least one follows');
}

async function approvedPackage(
  topology: Topology,
  peer: PeerNode,
): Promise<{ lifecycle: Lifecycle; id: string }> {
  const lifecycle = new Lifecycle(topology, new Administrator(topology, await findBinaries()));
  const [id = ''] = await lifecycle.installed(peer);
  return { lifecycle, id };
}

/** A copy of keys and configuration, without the ledgers. */
async function copyOf(topology: Topology): Promise<Topology> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tallystick-copy-'));
  await cp(topology.dataDir, dataDir, { recursive: true, filter: (path) => !/\/data(\/|$)/.test(path) });
  return { ...topology, dataDir };
}

describe('doctor: real Fabric', function () {
  let topology: Topology;
  let network: FabricNetwork | undefined;

  before(async function () {
    await requireFabric(this);
    const dataDir = await mkdtemp(join(tmpdir(), 'tallystick-doctor-live-'));
    topology = await topologyOf('fabric-bft', dataDir);
    network = await startFabricNetwork(topology);
  });
  after(async () => {
    await network?.stop();
    if (network !== undefined) await rm(topology.dataDir, { recursive: true, force: true });
  });

  const node = (name: string) => {
    const found = network?.nodes[name];
    if (found === undefined) throw new Error(`${name} is no node`);
    return found;
  };
  const steel = (): PeerNode => {
    const [peer] = peerNodes(topology);
    if (peer === undefined) throw new Error('the topology has peers');
    return peer;
  };

  it('finds nothing in a network that is well', async () => expectExactly(await untilWell(topology)));

  it('sees a topology that names another port', async () => {
    const [port = 0] = await freePorts(1);
    const organisations = topology.organisations.map((each) =>
      each.mspId === 'SteelMSP' ? { ...each, peers: each.peers.map((peer) => ({ ...peer, port })) } : each,
    );
    expectExactly(
      await examine({ topology: { ...topology, organisations } }),
      ['PORT_CLOSED', 'peer0.SteelMSP'],
      ['EXTERNAL_ENDPOINT_WRONG', 'peer0.SteelMSP'],
    );
  });

  it('sees a certificate that has expired, and that the node still shows the old one', async () => {
    const copy = await copyOf(topology);
    try {
      const organisation = organisationDirectory(copy, 'SteelMSP');
      const { certificate, key } = tlsFiles(steel().identity.replace(topology.dataDir, copy.dataDir));
      const expired = await ensureTls(organisation, 'expired', { now: new Date(Date.now() - 2 * YEAR) });
      await cp(join(expired, 'server.crt'), certificate);
      await cp(join(expired, 'server.key'), key);
      await rm(expired, { recursive: true });
      expectExactly(
        await examine({ topology: copy }),
        ['CERTIFICATE_EXPIRED', certificate],
        ['TLS_CERTIFICATE_NOT_LOADED', 'peer0.SteelMSP'],
      );
    } finally {
      await rm(copy.dataDir, { recursive: true });
    }
  });

  it('sees keys that were made anew, which the channel does not know', () =>
    inDirectory(async (dataDir) => {
      const other = await topologyOf('fabric-bft', dataDir);
      const stolen = { ...other, organisations: topology.organisations };
      await createIdentities(stolen);
      const findings = await examine({ topology: stolen });
      expect(codesOf(findings, 'peer0.SteelMSP')).to.include('TLS_UNTRUSTED');
      expect(findings.filter(({ code }) => code === 'CHECK_NOT_MADE')).to.not.have.length(0);
    }));

  it('sees an upgrade that is under way', async () => {
    const { lifecycle, id } = await approvedPackage(topology, steel());
    const { version } = topology.chaincode;
    await lifecycle.approve(steel(), { version, sequence: 2 }, id);
    const findings = await examine({ topology });
    expectExactly(findings, [
      'CHAINCODE_SEQUENCE',
      'SteelMSP',
      /approved sequence 2 of tallystick, and 1 is in force/,
    ]);
  });

  it('sees an upgrade that an organisation has not approved', async () => {
    const { lifecycle, id } = await approvedPackage(topology, steel());
    const { version } = topology.chaincode;
    const [, component, regulator] = peerNodes(topology);
    if (component === undefined || regulator === undefined) throw new Error('there are three peers');
    await lifecycle.approve(component, { version, sequence: 2 }, id);
    await lifecycle.commit(steel(), { version, sequence: 2 }, [steel(), component]);
    const findings = await examine({ topology });
    expect(codesOf(findings, 'RegulatorMSP')).to.deep.equal(['CHAINCODE_NOT_APPROVED']);
    await lifecycle.approve(regulator, { version, sequence: 2 }, id);
    expectExactly(await untilWell(topology));
  });

  it('sees a node that hangs', async () => {
    const { pid } = node('peer0.RegulatorMSP');
    process.kill(pid, 'SIGSTOP');
    try {
      const findings = await examine({ topology });
      expect(codesOf(findings, 'peer0.RegulatorMSP')).to.deep.equal(['NODE_UNHEALTHY']);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expectExactly(await untilWell(topology));
  });

  it('sees chaincode that has ended for good, and the peer that misses it', async () => {
    await node('chaincode.peer0.SteelMSP').stop();
    const findings = await examine({ topology });
    expect(codesOf(findings, 'chaincode.peer0.SteelMSP')).to.deep.equal(['CHAINCODE_UNREACHABLE']);
    expect(codesOf(findings, 'peer0.SteelMSP')).to.deep.equal(['GATEWAY_CANNOT_ENDORSE']);
  });

  it('sees an orderer and a peer that do not run, and the chaincode that is of another process', async () => {
    const { name } = await follower(topology);
    await Promise.all([node(name).stop(), node('peer0.ComponentMSP').stop()]);
    const findings = await examine({ topology });
    expect(codesOf(findings, name)).to.deep.equal(['NODE_DOWN']);
    expect(codesOf(findings, 'peer0.ComponentMSP')).to.deep.equal(['NODE_DOWN']);
    expect(findings.map(({ code }) => code)).to.not.include('CHECK_NOT_MADE');
  });

  it('sees orderers that are too few', async () => {
    const { name } = await follower(topology);
    await node(name).stop();
    const findings = await examine({ topology });
    expect(codesOf(findings, topology.channel)).to.deep.equal(['ORDERERS_TOO_FEW']);
  });

  it('sees that nothing runs, and nothing more when it runs again', async () => {
    await network?.stop();
    expectExactly(await examine({ topology }), ['NETWORK_DOWN', topology.channel]);
    network = await startFabricNetwork(topology);
    expectExactly(await untilWell(topology));
  });
});

describe('doctor: real Fabric with Raft', function () {
  it('finds nothing in a network that is well', async function () {
    await requireFabric(this);
    await inDirectory(async (dataDir) => {
      const topology = await topologyOf('fabric-raft', dataDir);
      const network = await startFabricNetwork(topology);
      try {
        expectExactly(await untilWell(topology));
      } finally {
        await network.stop();
      }
    });
  });
});
