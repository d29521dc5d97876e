import { rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { chaincodeDefinition } from '../../src/doctor/checks/chaincode-definition.js';
import { chaincodeServers } from '../../src/doctor/checks/chaincode-servers.js';
import { gateway } from '../../src/doctor/checks/gateway.js';
import { freePorts } from '@tallystick/network/processes';
import type { Finding } from '@tallystick/network/doctor';
import {
  approved,
  committed,
  installed,
  NOT_APPROVED,
  NOT_COMMITTED,
  writeAnswer,
  type Answer,
} from './fake-answers.js';
import { expectExactly } from './expectations.js';
import { credentialsIn, FakeNetwork, found, writeConnection } from './fake-network.js';
import { chaincodeServer, httpServer } from './fake-servers.js';

const MEMBERS = ['SteelMSP', 'ComponentMSP', 'RegulatorMSP'];
const OTHER = `tallystick_2.0.0:${'0'.repeat(64)}`;

describe('doctor: the chaincode', () => {
  let network: FakeNetwork;
  let id: string;
  before(async () => {
    network = await FakeNetwork.start();
    id = await writeConnection(network.topology, network.peer(0));
  });
  after(() => network.stop());

  /** What is found when peers of these organisations answer otherwise. */
  const answering = (
    answers: readonly (readonly [mspId: string, name: Answer, value: object | string])[],
  ): Promise<Finding[]> =>
    network.inCopy(async (copy) => {
      for (const [mspId, name, value] of answers) await writeAnswer(copy.dataDir, mspId, name, value);
      return found(copy, chaincodeDefinition);
    });
  const toAll = (name: Answer, value: object | string) =>
    MEMBERS.map((mspId) => [mspId, name, value] as const);
  const approvals = (mspId?: string): Record<string, boolean> =>
    Object.fromEntries(MEMBERS.map((each) => [each, each !== mspId]));

  it('is well', async () => expectExactly(await answering([])));

  it('has no definition in force', async () => {
    expectExactly(await answering(toAll('committed', NOT_COMMITTED)), [
      'CHAINCODE_NOT_COMMITTED',
      'space',
      /no definition of tallystick/,
    ]);
  });

  it('is neither committed nor approved', async () => {
    expectExactly(
      await answering([...toAll('committed', NOT_COMMITTED), ...toAll('approved', NOT_APPROVED)]),
      ['CHAINCODE_NOT_COMMITTED', 'space'],
      ['CHAINCODE_NOT_APPROVED', 'SteelMSP'],
      ['CHAINCODE_NOT_APPROVED', 'ComponentMSP'],
      ['CHAINCODE_NOT_APPROVED', 'RegulatorMSP'],
    );
  });

  it('is not approved by one organisation', async () => {
    const text = /has not approved tallystick in sequence 1/;
    expectExactly(await answering([['SteelMSP', 'approved', NOT_APPROVED]]), [
      'CHAINCODE_NOT_APPROVED',
      'SteelMSP',
      text,
    ]);
    const other = toAll('committed', committed(approvals('SteelMSP')));
    expectExactly(await answering(other), ['CHAINCODE_NOT_APPROVED', 'SteelMSP', text]);
  });

  it('was upgraded without one organisation', async () => {
    const upgraded = [
      ...toAll('committed', committed(approvals('SteelMSP'), 2)),
      ...toAll('approved', approved(id, 2)),
    ];
    const findings = await answering([...upgraded, ['SteelMSP', 'approved', approved(id, 1)]]);
    expectExactly(findings, [
      'CHAINCODE_SEQUENCE',
      'SteelMSP',
      /approved sequence 1 of tallystick, and 2 is in force: its peers do not/,
    ]);
  });

  it('is being upgraded', async () => {
    const findings = await answering([['ComponentMSP', 'approved', approved(id, 2)]]);
    expectExactly(findings, ['CHAINCODE_SEQUENCE', 'ComponentMSP', /an upgrade is under way/]);
  });

  it('is approved without a package', async () => {
    const findings = await answering([['SteelMSP', 'approved', approved(undefined)]]);
    expectExactly(findings, ['CHAINCODE_NO_PACKAGE', 'SteelMSP']);
  });

  it('is not installed as approved', async () => {
    const text = new RegExp(`does not have the package ${id} that SteelMSP approved, but none`);
    expectExactly(await answering([['SteelMSP', 'installed', installed()]]), [
      'CHAINCODE_NOT_INSTALLED',
      'peer0.SteelMSP',
      text,
    ]);
    const other = new RegExp(`but ${OTHER}$`);
    expectExactly(await answering([['SteelMSP', 'installed', installed(OTHER)]]), [
      'CHAINCODE_NOT_INSTALLED',
      'peer0.SteelMSP',
      other,
    ]);
  });

  it('is another build than the one on disk', async () => {
    const findings = await answering([
      ['SteelMSP', 'installed', installed(id, OTHER)],
      ['SteelMSP', 'approved', approved(OTHER)],
    ]);
    expectExactly(findings, [
      'CHAINCODE_OTHER_BUILD',
      'peer0.SteelMSP',
      new RegExp(`bundle on disk gives ${id}`),
    ]);
  });

  it('is unknown when a peer does not say', async () => {
    const findings = await answering([
      ['SteelMSP', 'installed', 'Error: access denied for [QueryInstalledChaincodes]'],
    ]);
    expectExactly(findings, ['CHECK_NOT_MADE', 'chaincode of peer0.SteelMSP', /access denied/]);
  });

  it('is unknown when a peer says what nobody understands', async () => {
    expectExactly(await answering([['SteelMSP', 'committed', { sequence: 'two' }]]), [
      'CHECK_NOT_MADE',
      'chaincode of peer0.SteelMSP',
    ]);
  });

  it('does not run', async () => {
    const { chaincodePort } = network.peer(0);
    await writeFile(
      join(network.topology.dataDir, 'logs/chaincode.peer0.SteelMSP.log'),
      'SyntaxError: Unexpected end of input\n',
    );
    const findings = await network.without([chaincodePort], () => found(network.original, chaincodeServers));
    const text = new RegExp(
      `is not at 127.0.0.1:${chaincodePort}, where peer0.SteelMSP calls it .*ends with: SyntaxError`,
    );
    expectExactly(findings, ['CHAINCODE_UNREACHABLE', 'chaincode.peer0.SteelMSP', text]);
  });

  it('does not run after an upgrade, when its log has another name', () =>
    network.inCopy(async (copy) => {
      const { chaincodePort } = network.peer(1);
      const log = (name: string): string =>
        join(copy.dataDir, 'logs', `chaincode.peer0.ComponentMSP${name}.log`);
      await writeFile(log(''), 'Error: old\n');
      await utimes(log(''), new Date(0), new Date(0));
      await writeFile(log('@2.1.0'), 'Error: new\n');
      const findings = await network.without([chaincodePort], () => found(copy, chaincodeServers));
      expectExactly(findings, [
        'CHAINCODE_UNREACHABLE',
        'chaincode.peer0.ComponentMSP',
        /@2.1.0.log ends with: Error: new$/,
      ]);
    }));

  it('is called at another port than it runs at', () =>
    network.inCopy(async (copy) => {
      const [port = 0] = await freePorts(1);
      const peer = network.peer(0);
      const there = { ...peer, directory: peer.directory.replace(network.topology.dataDir, copy.dataDir) };
      await writeConnection(copy.topology, there, port);
      expectExactly(await found(copy, chaincodeServers), [
        'CHAINCODE_UNREACHABLE',
        'chaincode.peer0.SteelMSP',
        new RegExp(`127.0.0.1:${port}`),
      ]);
    }));

  it('is met at the port of the topology when nobody knows better', () =>
    network.inCopy(async (copy) => {
      await writeAnswer(copy.dataDir, 'SteelMSP', 'approved', NOT_APPROVED);
      expectExactly(await found(copy, chaincodeServers));
    }));

  it('shows a certificate that its peer does not know', async () => {
    const { chaincodePort } = network.peer(0);
    const other = await credentialsIn(join(network.peer(1).organisation, 'servers/chaincode-peer0'));
    const { ca } = await credentialsIn(join(network.peer(0).organisation, 'servers/chaincode-peer0'));
    const findings = await network.with(
      chaincodePort,
      () => chaincodeServer({ ...other, ca }, chaincodePort),
      () => found(network.original, chaincodeServers),
    );
    expectExactly(findings, [
      'CHAINCODE_TLS',
      'chaincode.peer0.SteelMSP',
      /UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED/,
    ]);
  });

  it('does not know the certificate of its peer', async () => {
    const { chaincodePort } = network.peer(0);
    const own = await credentialsIn(join(network.peer(0).organisation, 'servers/chaincode-peer0'));
    const { ca } = await credentialsIn(join(network.peer(1).organisation, 'servers/chaincode-peer0'));
    const findings = await network.with(
      chaincodePort,
      () => chaincodeServer({ ...own, ca }, chaincodePort),
      () => found(network.original, chaincodeServers),
    );
    expectExactly(findings, ['CHAINCODE_TLS', 'chaincode.peer0.SteelMSP', /do not accept each other/]);
  });

  it('has no TLS', async () => {
    const { chaincodePort } = network.peer(0);
    const findings = await network.with(
      chaincodePort,
      () => httpServer((_, response) => response.end(), chaincodePort),
      () => found(network.original, chaincodeServers),
    );
    expectExactly(findings, ['CHAINCODE_TLS', 'chaincode.peer0.SteelMSP']);
  });

  it('cannot be met when the peer’s key is missing', () =>
    network.inCopy(async (copy) => {
      const peer = network.peer(0);
      await writeAnswer(copy.dataDir, 'SteelMSP', 'approved', NOT_APPROVED);
      await rm(
        join(
          peer.organisation.replace(network.topology.dataDir, copy.dataDir),
          'servers/peer0-to-chaincode/server.key',
        ),
      );
      expectExactly(await found(copy, chaincodeServers), [
        'CHAINCODE_TLS',
        'chaincode.peer0.SteelMSP',
        /ENOENT/,
      ]);
    }));

  it('is not reached by a Gateway', async () => {
    const details = 'no combination of peers can be derived which satisfy the endorsement policy';
    network.refusal = { 'peer0.SteelMSP': { code: status.FAILED_PRECONDITION, details } };
    try {
      expectExactly(await found(network.original, gateway), [
        'GATEWAY_CANNOT_ENDORSE',
        'peer0.SteelMSP',
        /no combination of peers/,
      ]);
    } finally {
      network.refusal = {};
    }
  });

  it('cannot be asked for without an administrator’s identity', () =>
    network.inCopy(async (copy) => {
      await rm(join(copy.dataDir, 'organisations/SteelMSP/users/admin/msp/signcerts/cert.pem'));
      expectExactly(await found(copy, gateway), ['CHECK_NOT_MADE', 'Gateway of peer0.SteelMSP']);
    }));
});
