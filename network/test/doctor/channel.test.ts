import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { common } from '@hyperledger/fabric-protos';
import { createIdentities, organisationDirectory } from '@tallystick/network/topology';
import { freePorts } from '@tallystick/network/processes';
import type { Check, Finding } from '@tallystick/network/doctor';
import { anchorPeers } from '../../src/doctor/checks/anchor-peers.js';
import { externalEndpoints } from '../../src/doctor/checks/external-endpoints.js';
import { membership } from '../../src/doctor/checks/membership.js';
import { ordererEndpoints } from '../../src/doctor/checks/orderer-endpoints.js';
import { tlsFiles } from '../../src/fabric/layout.js';
import { some } from '../../../test/sampling.js';
import { expectExactly } from './expectations.js';
import { writeAnswer } from './fake-answers.js';
import { addresses, anchors, configBlock, groupOf, setValue } from './fake-channel.js';
import { credentialsIn, FakeNetwork, found, type Copy } from './fake-network.js';
import { tlsServer } from './fake-servers.js';

for (const ledger of some(['fabric-bft', 'fabric-raft'] as const, 2)) {
  describe(`doctor: the configuration of the channel (${ledger})`, () => {
    let network: FakeNetwork;
    before(async () => {
      network = await FakeNetwork.start(ledger);
    });
    after(() => network.stop());

    /** What a check finds when the channel is configured otherwise. */
    const configured = (
      check: Check,
      change: (group: common.ConfigGroup) => void,
      also: (copy: Copy) => Promise<unknown> = () => Promise.resolve(),
    ): Promise<Finding[]> =>
      network.inCopy(async (copy) => {
        const block = await configBlock(network.topology, change);
        for (const { mspId } of network.topology.organisations) {
          await writeAnswer(copy.dataDir, mspId, 'config.block', block);
        }
        await also(copy);
        return found(copy, check);
      });

    const steelAnchor =
      (...ports: readonly number[]) =>
      (group: common.ConfigGroup) =>
        setValue(groupOf(group, 'Application', 'SteelMSP'), 'AnchorPeers', anchors(...ports));

    const ordererAt =
      (...ports: readonly number[]) =>
      (group: common.ConfigGroup) =>
        setValue(groupOf(group, 'Orderer', 'Orderer1MSP'), 'Endpoints', addresses(...ports));

    it('names no anchor peer', async () => {
      const findings = await configured(anchorPeers, (group) =>
        groupOf(group, 'Application', 'SteelMSP').getValuesMap().del('AnchorPeers'),
      );
      expectExactly(findings, ['ANCHOR_PEER_MISSING', 'SteelMSP']);
      expectExactly(await configured(anchorPeers, steelAnchor()), ['ANCHOR_PEER_MISSING', 'SteelMSP']);
    });

    it('names an anchor peer where nobody is', async () => {
      const [port = 0] = await freePorts(1);
      const findings = await configured(anchorPeers, steelAnchor(network.peer(0).port, port));
      expectExactly(findings, [
        'ANCHOR_PEER_UNREACHABLE',
        'SteelMSP',
        new RegExp(`127.0.0.1:${port} .*is not reached: .*ECONNREFUSED`),
      ]);
    });

    it('names somebody else’s peer as an anchor', async () => {
      const findings = await configured(anchorPeers, steelAnchor(network.peer(1).port));
      expectExactly(findings, ['ANCHOR_PEER_UNREACHABLE', 'SteelMSP', /leads to peer0.ComponentMSP/]);
    });

    it('names an anchor peer that shows a certificate of others', async () => {
      const [port = 0] = await freePorts(1);
      const server = await tlsServer(await credentialsIn(join(network.peer(1).identity, 'tls')), port);
      try {
        const findings = await configured(anchorPeers, steelAnchor(port));
        expectExactly(findings, [
          'TLS_UNTRUSTED',
          `SteelMSP 127.0.0.1:${port}`,
          /another authority issued it/,
        ]);
      } finally {
        await server.close();
      }
    });

    it('leaves a peer that does not run to another check', async () => {
      const { port, operationsPort } = network.peer(1);
      expectExactly(
        await network.without([port, operationsPort], () => found(network.original, anchorPeers)),
      );
    });

    it('names no orderer of an organisation that orders', async () => {
      const findings = await configured(ordererEndpoints, (group) =>
        groupOf(group, 'Orderer', 'Orderer1MSP').getValuesMap().del('Endpoints'),
      );
      expectExactly(findings, ['ORDERER_ENDPOINT_MISSING', 'Orderer1MSP']);
    });

    it('names orderers for the whole channel, as older networks do', async () => {
      const findings = await configured(ordererEndpoints, (group) => {
        groupOf(group, 'Orderer', 'Orderer1MSP').getValuesMap().del('Endpoints');
        setValue(group, 'OrdererAddresses', addresses(network.orderer(0).port));
      });
      expectExactly(findings);
    });

    it('names an orderer where nobody is, or somebody else', async () => {
      const [port = 0] = await freePorts(1);
      const findings = await configured(ordererEndpoints, ordererAt(port, network.peer(0).port));
      expectExactly(
        findings,
        ['ORDERER_ENDPOINT_UNREACHABLE', 'Orderer1MSP', new RegExp(`127.0.0.1:${port} .*is not reached`)],
        ['ORDERER_ENDPOINT_UNREACHABLE', 'Orderer1MSP', /leads to peer0.SteelMSP/],
      );
    });

    it('does not have an organisation', async () => {
      const findings = await configured(membership, (group) => {
        groupOf(group, 'Application').getGroupsMap().del('SteelMSP');
        groupOf(group, 'Orderer').getGroupsMap().del('Orderer1MSP');
      });
      expectExactly(
        findings,
        ['ORGANISATION_NOT_IN_CHANNEL', 'SteelMSP', /has peers/],
        ['ORGANISATION_NOT_IN_CHANNEL', 'Orderer1MSP', /has orderers/],
      );
    });

    it('knows an organisation by authorities that are no more', () =>
      network.inCopy(async (copy) => {
        await rm(organisationDirectory(copy.topology, 'SteelMSP'), { recursive: true });
        await createIdentities(copy.topology);
        expectExactly(
          await found(copy, membership),
          ['AUTHORITY_NOT_IN_CHANNEL', 'SteelMSP', /cacerts\/ca.pem/],
          ['AUTHORITY_NOT_IN_CHANNEL', 'SteelMSP', /tlscacerts\/tlsca.pem/],
        );
      }));

    it('knows an orderer by a key that is no more', () =>
      network.inCopy(async (copy) => {
        const { name, identity } = network.orderer(0);
        const there = identity.replace(network.topology.dataDir, copy.dataDir);
        await rm(tlsFiles(there).certificate);
        await cp(join(network.peer(0).identity, 'tls/server.crt'), tlsFiles(there).certificate);
        expectExactly(await found(copy, membership), ['CONSENTER_KEY_DIFFERS', name, /tls\/server.crt/]);
      }));

    it('is not there when the peers cannot give it', () =>
      network.inCopy(async (copy) => {
        for (const { mspId } of network.topology.organisations) {
          await writeAnswer(copy.dataDir, mspId, 'config.block', "Error: can't read the block: &{FORBIDDEN}");
        }
        const findings = await found(copy, membership);
        expectExactly(findings, [
          'CHECK_NOT_MADE',
          'membership of the channel',
          /peer0.SteelMSP: .*FORBIDDEN.*peer0.RegulatorMSP/,
        ]);
      }));

    it('is not there when it is no configuration', () =>
      network.inCopy(async (copy) => {
        for (const { mspId } of network.topology.organisations) {
          await writeAnswer(copy.dataDir, mspId, 'config.block', Buffer.from('nonsense'));
        }
        expectExactly(await found(copy, anchorPeers), ['CHECK_NOT_MADE', 'anchor peers']);
      }));
  });
}

describe('doctor: external endpoints', () => {
  let network: FakeNetwork;
  before(async () => {
    network = await FakeNetwork.start('fabric-raft');
  });
  after(() => network.stop());

  /** What is found when a peer's configuration tells another address. */
  const telling = (change: (yaml: string) => string): Promise<Finding[]> =>
    network.inCopy(async (copy) => {
      const file = join(
        network.peer(0).directory.replace(network.topology.dataDir, copy.dataDir),
        'core.yaml',
      );
      await writeFile(file, change(await readFile(file, 'utf8')));
      return found(copy, externalEndpoints);
    });

  it('are there', async () => expectExactly(await telling((yaml) => yaml)));

  it('are missing', async () => {
    const findings = await telling((yaml) => yaml.replace(/ +externalEndpoint: .*\n/, ''));
    expectExactly(findings, ['EXTERNAL_ENDPOINT_MISSING', 'peer0.SteelMSP']);
  });

  it('are another peer’s', async () => {
    const other = `externalEndpoint: 127.0.0.1:${network.peer(1).port}`;
    const findings = await telling((yaml) => yaml.replace(/externalEndpoint: .*/, other));
    const text = new RegExp(
      `at 127.0.0.1:${network.peer(1).port}, and is at 127.0.0.1:${network.peer(0).port}`,
    );
    expectExactly(findings, ['EXTERNAL_ENDPOINT_WRONG', 'peer0.SteelMSP', text]);
  });

  it('lead nowhere', async () => {
    const findings = await telling((yaml) =>
      yaml.replace(/externalEndpoint: .*/, 'externalEndpoint: peer0.invalid:7051'),
    );
    expectExactly(findings, ['EXTERNAL_ENDPOINT_WRONG', 'peer0.SteelMSP', /where SteelMSP is not met/]);
  });

  it('cannot be read', async () => {
    expectExactly(await telling(() => 'peer: []\n'), ['FILE_UNREADABLE', /core.yaml$/]);
  });
});
