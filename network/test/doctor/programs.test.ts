import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { binaries, differences, releaseFinding, versionIn } from '../../src/doctor/checks/binaries.js';
import { expectExactly } from './expectations.js';
import { versionText } from './fake-answers.js';
import { FakeNetwork, found, summary } from './fake-network.js';

describe('doctor: programs of Fabric', () => {
  let network: FakeNetwork;
  before(async () => {
    network = await FakeNetwork.start();
  });
  after(() => network.stop());

  it('names the programs that are missing, and what could not be looked at for it', () =>
    network.inCopy(async (copy) => {
      await rm(join(copy.bin, 'peer'));
      await rm(join(copy.bin, 'osnadmin'));
      const findings = await found(copy);
      expectExactly(
        findings,
        ['BINARIES_MISSING', 'Fabric', /osnadmin, peer/],
        [
          'CHECK_NOT_MADE',
          'anchor peers, membership of the channel, orderer endpoints',
          /Missing in FABRIC_BIN/,
        ],
        ['CHECK_NOT_MADE', /^chaincode of peer0.ComponentMSP, .*SteelMSP$/, /Missing in FABRIC_BIN/],
      );
      expect(findings[0]?.remedy).to.match(/install.*FABRIC_BIN/i);
    }));

  it('tells programs that do not say their release', () =>
    network.inCopy(async (copy) => {
      await writeFile(join(copy.bin, 'orderer'), '#!/bin/sh\nexit 2\n');
      await chmod(join(copy.bin, 'orderer'), 0o755);
      expectExactly(await found(copy, binaries), ['CHECK_NOT_MADE', /^version of .*orderer$/]);
    }));

  it('tells a release that deadlocks, on disk and where it runs', () =>
    network.inCopy(async (copy) => {
      const version = (name: string): Promise<void> =>
        writeFile(join(copy.dataDir, 'answers', `${name}.version`), versionText(name, '3.1.0'));
      await version('orderer');
      const findings = await network.telling(network.orderer(0), { version: '3.1.0' }, () =>
        found(copy, binaries),
      );
      expectExactly(
        findings,
        ['FABRIC_VERSION_BAD', 'orderer', /3.1.0 deadlocks/],
        ['FABRIC_VERSION_BAD', 'orderer0.Orderer1MSP', /3.1.0 deadlocks/],
        ['FABRIC_VERSIONS_DIFFER', 'Fabric', /3.1.0: orderer, orderer0.Orderer1MSP; 3.1.5: configtxgen, /],
      );
    }));

  for (const [kind, version, codes] of [
    ['fabric-bft', '3.1.5', []],
    ['fabric-bft', '3.1.1', []],
    ['fabric-bft', '3.0.0', ['FABRIC_VERSION_BAD']],
    ['fabric-bft', '3.1.0', ['FABRIC_VERSION_BAD']],
    ['fabric-bft', '2.5.16', ['FABRIC_VERSION_BAD']],
    ['fabric-bft', '3.2.0', ['FABRIC_VERSION_UNTRIED']],
    ['fabric-raft', '2.5.16', []],
    ['fabric-raft', '3.1.0', []],
    ['fabric-raft', '2.4.9', ['FABRIC_VERSION_UNTRIED']],
    ['fabric-raft', '3.0.0', ['FABRIC_VERSION_UNTRIED']],
  ] as const) {
    it(`judges ${version} on ${kind}: ${codes.join() || 'nothing'}`, () => {
      const findings = releaseFinding({ subject: 'peer', version }, kind);
      expect(findings.map(({ code }) => code)).to.deep.equal(codes);
    });
  }

  it('reads what the programs print', () => {
    expect(versionIn(versionText('peer'))).to.equal('3.1.5');
    expect(versionIn(' Version: 3.1.2-alpha\n')).to.equal('3.1.2-alpha');
    expect(versionIn('Version: development build')).to.equal(undefined);
    expect(summary(differences([]))).to.deep.equal([]);
  });
});
