import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureTls } from '@tallystick/network/identity';
import { tls } from '../../src/doctor/checks/tls.js';
import { tlsFiles } from '../../src/fabric/layout.js';
import { loadAuthority } from '../../src/identity/authority.js';
import { distinguishedName, issue, MEMBER_VALIDITY } from '../../src/identity/certificates.js';
import { newKeyPair, privateKeyPem } from '../../src/identity/signing.js';
import { SubjectAlternativeNameExtension } from '../../src/identity/x509.js';
import { expectExactly } from './expectations.js';
import { credentialsIn, FakeNetwork, found } from './fake-network.js';
import { httpServer, tlsServer, type Credentials } from './fake-servers.js';

const YEAR = 365 * 24 * 60 * 60 * 1000;

/** A TLS certificate of an organisation for a host elsewhere. */
async function forHost(organisation: string, host: string): Promise<Pick<Credentials, 'cert' | 'key'>> {
  const { issuer } = await loadAuthority(join(organisation, 'tlsca'));
  const { publicKey, privateKey } = await newKeyPair();
  const extensions = [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])];
  const name = distinguishedName({ CN: host });
  const cert = await issue(issuer, {
    name,
    publicKey,
    validity: MEMBER_VALIDITY,
    now: new Date(),
    extensions,
  });
  return { cert, key: privateKeyPem(privateKey) };
}

describe('doctor: TLS of the nodes', () => {
  let network: FakeNetwork;
  before(async () => {
    network = await FakeNetwork.start('fabric-raft');
  });
  after(() => network.stop());

  const showing = (credentials: Pick<Credentials, 'cert' | 'key'>) => {
    const { port } = network.orderer(0);
    return network.with(
      port,
      () => tlsServer(credentials, port),
      () => found(network.original, tls),
    );
  };

  it('tells a certificate of another authority', async () => {
    const { name } = network.orderer(0);
    const findings = await showing(await credentialsIn(join(network.peer(0).identity, 'tls')));
    expectExactly(
      findings,
      ['TLS_UNTRUSTED', name, /is refused: another authority issued it/],
      ['TLS_CERTIFICATE_NOT_LOADED', name],
    );
  });

  it('tells a certificate that has expired, as the others see it', async () => {
    const { name, organisation } = network.orderer(0);
    const old = await ensureTls(organisation, 'expired', { now: new Date(Date.now() - 2 * YEAR) });
    const findings = await showing(await credentialsIn(old));
    expectExactly(
      findings,
      ['CERTIFICATE_EXPIRED', name, /the certificate shown at .* has expired/],
      ['TLS_CERTIFICATE_NOT_LOADED', name],
    );
  });

  it('tells a certificate that is not valid yet', async () => {
    const { name, organisation } = network.orderer(0);
    const early = await ensureTls(organisation, 'early', { now: new Date(Date.now() + YEAR) });
    const findings = await showing(await credentialsIn(early));
    expectExactly(
      findings,
      ['CERTIFICATE_NOT_YET_VALID', name, /not valid yet/],
      ['TLS_CERTIFICATE_NOT_LOADED', name],
    );
  });

  it('tells a certificate for another host', async () => {
    const { name, organisation } = network.orderer(0);
    const findings = await showing(await forHost(organisation, 'orderer.example'));
    expectExactly(
      findings,
      ['TLS_HOST_NOT_NAMED', name, /names DNS:orderer.example, not the host of 127.0.0.1/],
      ['TLS_CERTIFICATE_NOT_LOADED', name],
    );
  });

  it('tells a port without TLS', async () => {
    const { port, name } = network.orderer(0);
    const findings = await network.with(
      port,
      () => httpServer((_, response) => response.end(), port),
      () => found(network.original, tls),
    );
    expectExactly(findings, ['TLS_UNTRUSTED', name, /no TLS at/]);
  });

  it('tells a new certificate that the node has not taken', () =>
    network.inCopy(async (copy) => {
      const { name, organisation, identity } = network.orderer(0);
      const there = (path: string): string => path.replace(network.topology.dataDir, copy.dataDir);
      const renewed = await ensureTls(there(organisation), 'renewed');
      await rm(there(tlsFiles(identity).certificate));
      await cp(join(renewed, 'server.crt'), there(tlsFiles(identity).certificate));
      expectExactly(await found(copy, tls), [
        'TLS_CERTIFICATE_NOT_LOADED',
        name,
        /another certificate than the one in/,
      ]);
    }));
});
