import { join } from 'node:path';
import { expect } from 'chai';
import { configtx, PROFILE } from '../../src/fabric/configtx.js';
import { ordererNodes, peerNodes } from '../../src/fabric/layout.js';
import { ordererConfig } from '../../src/fabric/orderer-config.js';
import { peerConfig } from '../../src/fabric/peer-config.js';
import { policyText } from '../../src/fabric/lifecycle.js';
import { topologyOf } from './fixture.js';

/** The part of a nested value at a path. */
const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((part, key) => (part as Record<string | number, unknown>)[key], value);

/** Every text anywhere in a value. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

const BASE = 7050;
const DATA = '/data';

describe('fabric: channel configuration', () => {
  it('of BFT maps each consenter to its organisation and its own certificates', async () => {
    const topology = await topologyOf('fabric-bft', DATA, undefined, BASE);
    const orderer = at(configtx(topology), 'Profiles', PROFILE, 'Orderer');
    const consenters = at(orderer, 'ConsenterMapping') as Record<string, unknown>[];
    expect(at(orderer, 'OrdererType')).to.equal('BFT');
    expect(consenters.map(({ ID, MSPID, Port }) => [ID, MSPID, Port])).to.deep.equal([
      [1, 'Orderer1MSP', 7059],
      [2, 'Orderer2MSP', 7062],
      [3, 'Orderer3MSP', 7065],
      [4, 'Orderer4MSP', 7068],
    ]);
    for (const each of consenters) {
      const directory = `/data/organisations/${String(each['MSPID'])}/orderers/orderer0`;
      expect(each['Identity']).to.equal(`${directory}/msp/signcerts/cert.pem`);
      expect(each['ServerTLSCert']).to.equal(`${directory}/tls/server.crt`);
    }
  });

  it('of BFT has the batch time where BFT reads it, and the capability without which there is none', async () => {
    const topology = await topologyOf('fabric-bft', DATA, (t) => ({
      ...t,
      batch: { timeoutMs: 80, maxMessages: 7 },
    }));
    const profile = at(configtx(topology), 'Profiles', PROFILE);
    expect(at(profile, 'Orderer', 'SmartBFT', 'RequestBatchMaxInterval')).to.equal('80ms');
    expect(at(profile, 'Orderer', 'BatchSize', 'MaxMessageCount')).to.equal(7);
    expect(at(profile, 'Capabilities')).to.deep.equal({ V3_0: true });
  });

  it('of Raft has consenters of TLS certificates only, and runs on 2.5 too', async () => {
    const topology = await topologyOf('fabric-raft', DATA, undefined, BASE);
    const profile = at(configtx(topology), 'Profiles', PROFILE);
    const certificate = '/data/organisations/Orderer1MSP/orderers/orderer0/tls/server.crt';
    expect(at(profile, 'Orderer', 'OrdererType')).to.equal('etcdraft');
    expect(at(profile, 'Orderer', 'BatchTimeout')).to.equal('50ms');
    expect(at(profile, 'Orderer', 'EtcdRaft', 'Consenters')).to.deep.equal([
      { Host: '127.0.0.1', Port: 7059, ClientTLSCert: certificate, ServerTLSCert: certificate },
    ]);
    expect(at(profile, 'Capabilities')).to.deep.equal({ V2_0: true });
  });

  it('gives organisations with peers an anchor and peers alone the right to endorse', async () => {
    const topology = await topologyOf('fabric-bft', DATA, undefined, BASE);
    const members = at(configtx(topology), 'Profiles', PROFILE, 'Application', 'Organizations') as object[];
    expect(members.map((each) => at(each, 'Name'))).to.deep.equal([
      'SteelMSP',
      'ComponentMSP',
      'RegulatorMSP',
    ]);
    expect(at(members[0], 'AnchorPeers')).to.deep.equal([{ Host: '127.0.0.1', Port: 7050 }]);
    expect(at(members[0], 'Policies', 'Endorsement', 'Rule')).to.equal("OR('SteelMSP.peer')");
    expect(at(members[0], 'Policies', 'Admins', 'Rule')).to.equal("OR('SteelMSP.admin')");
  });

  it('reads no private key', async () => {
    const paths = texts(configtx(await topologyOf('fabric-bft', DATA))).filter((each) =>
      each.startsWith(DATA),
    );
    expect(paths.filter((path) => /key|\/ca\/|\/tlsca\//.test(path))).to.deep.equal([]);
  });

  it('writes a signature policy as Fabric reads it', () => {
    const signedBy = (mspId: string) => ({ signedBy: { mspId, role: 'peer' as const } });
    const policy = { n: 1, of: [signedBy('A'), { n: 2, of: [signedBy('B'), signedBy('C')] }] };
    expect(policyText(policy)).to.equal("OutOf(1, 'A.peer', OutOf(2, 'B.peer', 'C.peer'))");
  });
});

describe('fabric: configuration of nodes', () => {
  it('of a peer has no Docker, TLS, its own keys, and an endpoint that others see', async () => {
    const topology = await topologyOf('fabric-bft', DATA, undefined, BASE);
    const [peer] = peerNodes(topology);
    const config = peerConfig(topology, peer!, '/builder');
    expect(at(config, 'vm', 'endpoint')).to.equal('');
    expect(at(config, 'peer', 'tls', 'enabled')).to.equal(true);
    expect(at(config, 'peer', 'gossip', 'externalEndpoint')).to.equal('127.0.0.1:7050');
    expect(at(config, 'chaincode', 'externalBuilders', 0, 'path')).to.equal('/builder');
    expect(at(config, 'operations', 'listenAddress')).to.equal('127.0.0.1:7052');
    expect(at(config, 'ledger', 'state', 'stateDatabase')).to.equal('goleveldb');
  });

  it('of an orderer asks its administrator for a certificate', async () => {
    const [orderer] = ordererNodes(await topologyOf('fabric-bft', DATA, undefined, BASE));
    const config = ordererConfig(orderer!);
    expect(at(config, 'General', 'BootstrapMethod')).to.equal('none');
    expect(at(config, 'General', 'TLS', 'Enabled')).to.equal(true);
    expect(at(config, 'Admin', 'TLS', 'ClientAuthRequired')).to.equal(true);
    expect(at(config, 'Admin', 'ListenAddress')).to.equal('127.0.0.1:7060');
    expect(at(config, 'Operations', 'ListenAddress')).to.equal('127.0.0.1:7061');
  });

  it('never names a file of another organisation', async () => {
    const topology = await topologyOf('fabric-bft', DATA);
    const nodes = [
      ...peerNodes(topology).map((peer) => ({ ...peer, config: peerConfig(topology, peer, '/builder') })),
      ...ordererNodes(topology).map((each) => ({ ...each, config: ordererConfig(each) })),
    ];
    expect(nodes).to.have.length(7);
    for (const { mspId, config } of nodes) {
      const own = [join(DATA, 'organisations', mspId), join(DATA, 'fabric', mspId)];
      const paths = texts(config).filter((each) => each.startsWith(DATA));
      expect(paths).not.to.deep.equal([]);
      expect(
        paths.filter((path) => !own.some((directory) => path.startsWith(`${directory}/`))),
      ).to.deep.equal([]);
    }
  });
});
