import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { createOrganisation, readIdentity } from '@tallystick/network/identity';
import { lowS } from '../src/identity/signing.js';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate as Parsed,
} from '../src/identity/x509.js';
import { inDirectory, steel } from './identity-fixture.js';

const ORDER = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const DAY = 24 * 3600 * 1000;
const now = new Date('2026-03-01T12:00:00.900Z');

const ENROLLED = {
  'peers/peer0': 'peer',
  'orderers/orderer0': 'orderer',
  'users/officer': 'client',
  'users/connector': 'client',
  'users/administrator': 'admin',
} as const;

/** s of a DER ECDSA signature at the end of a certificate. */
function sOf(certificate: X509Certificate): bigint {
  const raw = certificate.raw;
  const length = new Parsed(raw).signature.byteLength;
  const der = raw.subarray(raw.length - length);
  const r = der[3] ?? 0;
  return BigInt(`0x${der.subarray(4 + r + 2).toString('hex')}`);
}

describe('identity: certificates', () => {
  let files: Map<string, X509Certificate>;
  let pem: Map<string, string>;

  before(() =>
    inDirectory(async (directory) => {
      const organisation = join(directory, 'steel');
      await createOrganisation(organisation, steel, { now });
      const members = Object.keys(ENROLLED).map((path) => `${path}/msp/signcerts/cert.pem`);
      const nodes = ['peers/peer0/tls/server.crt', 'orderers/orderer0/tls/server.crt'];
      const paths = ['ca/cert.pem', 'tlsca/cert.pem', ...members, ...nodes];
      pem = new Map(
        await Promise.all(
          paths.map(async (p) => [p, await readFile(join(organisation, p), 'utf8')] as const),
        ),
      );
      files = new Map([...pem].map(([path, text]) => [path, new X509Certificate(text)]));
    }),
  );

  const at = (path: string): X509Certificate => files.get(path)!;
  const parsed = (path: string): Parsed => new Parsed(pem.get(path)!);

  it('chain to their own authority and to no other', () => {
    for (const [path, certificate] of files) {
      const [own, other] = /tls/.test(path) ? (['tlsca', 'ca'] as const) : (['ca', 'tlsca'] as const);
      expect(certificate.checkIssued(at(`${own}/cert.pem`)), path).to.equal(true);
      expect(certificate.verify(at(`${own}/cert.pem`).publicKey), path).to.equal(true);
      expect(certificate.checkIssued(at(`${other}/cert.pem`)), path).to.equal(false);
      expect(certificate.verify(at(`${other}/cert.pem`).publicKey), path).to.equal(false);
    }
  });

  it('name exactly one role and nobody', () => {
    for (const [path, ou] of Object.entries(ENROLLED)) {
      const name = parsed(`${path}/msp/signcerts/cert.pem`).subjectName;
      expect(name.getField('OU')).to.deep.equal([ou]);
      expect(name.getField('CN')).to.have.length(1);
      expect(name.getField('CN')[0]).to.match(new RegExp(`^${ou}-[0-9a-f]{16}$`));
      expect(name.toJSON()).to.have.length(2);
    }
  });

  it('carry the key identifiers that Fabric looks for', () => {
    for (const [path, certificate] of files) {
      const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
      const point = createHash('sha256').update(spki.subarray(-65)).digest('hex');
      expect(parsed(path).getExtension(SubjectKeyIdentifierExtension)?.keyId, path).to.equal(point);
      const issuer = parsed(/tls/.test(path) ? 'tlsca/cert.pem' : 'ca/cert.pem');
      const expected = issuer.getExtension(SubjectKeyIdentifierExtension)?.keyId;
      expect(parsed(path).getExtension(AuthorityKeyIdentifierExtension)?.keyId, path).to.equal(expected);
    }
  });

  it('may be used for what they are for, and critically so', () => {
    for (const path of files.keys()) {
      const isAuthority = path === 'ca/cert.pem' || path === 'tlsca/cert.pem';
      const constraints = parsed(path).getExtension(BasicConstraintsExtension);
      const usage = parsed(path).getExtension(KeyUsagesExtension);
      expect(constraints?.ca, path).to.equal(isAuthority);
      expect(constraints?.pathLength, path).to.equal(isAuthority ? 0 : undefined);
      const flags = isAuthority
        ? KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign
        : KeyUsageFlags.digitalSignature;
      expect(usage?.usages, path).to.equal(flags);
      expect([constraints?.critical, usage?.critical], path).to.deep.equal([true, true]);
    }
  });

  it('of TLS are good for localhost and 127.0.0.1, at both ends', () => {
    for (const node of ['peers/peer0', 'orderers/orderer0']) {
      const certificate = at(`${node}/tls/server.crt`);
      expect(certificate.checkHost('localhost')).to.equal('localhost');
      expect(certificate.checkHost(`${node.split('/')[1]!}.steel.example`)).to.be.a('string');
      expect(certificate.checkHost('steel.example')).to.equal(undefined);
      expect(certificate.checkIP('127.0.0.1')).to.equal('127.0.0.1');
      expect(certificate.keyUsage).to.have.members(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    }
  });

  it('begin five minutes early; authorities last ten years, members one', () => {
    for (const [path, certificate] of files) {
      const isAuthority = path === 'ca/cert.pem' || path === 'tlsca/cert.pem';
      expect(Date.parse(certificate.validFrom), path).to.equal(Date.parse('2026-03-01T11:55:00Z'));
      const days = (Date.parse(certificate.validTo) - Date.parse('2026-03-01T12:00:00Z')) / DAY;
      expect(days, path).to.equal(isAuthority ? 3650 : 365);
    }
  });

  it('do not outlive their authority', () =>
    inDirectory(async (directory) => {
      const organisation = join(directory, 'old');
      await createOrganisation(organisation, { ...steel, peers: [], orderers: [], users: [] }, { now });
      const late = new Date(now.getTime() + 3600 * DAY);
      await createOrganisation(organisation, { ...steel, peers: [], orderers: [] }, { now: late });
      const { notAfter } = await readIdentity(join(organisation, 'users/officer/msp'), 'SteelMSP');
      const authority = new X509Certificate(await readFile(join(organisation, 'ca/cert.pem')));
      expect(notAfter.getTime()).to.equal(Date.parse(authority.validTo));
    }));

  it('have positive serial numbers of one length, all different', () => {
    const serials = [...files.values()].map(({ serialNumber }) => serialNumber);
    for (const serial of serials) expect(serial).to.match(/^[4-7][0-9A-F]{31}$/);
    expect(new Set(serials).size).to.equal(serials.length);
  });

  it('are signed low-S, so that Fabric keeps their bytes', () => {
    // Twelve certificates: signed as they come, all of them would be low-S once in 2,048 runs.
    for (const [path, certificate] of files) expect(sOf(certificate) <= ORDER / 2n, path).to.equal(true);
  });

  it('lowS keeps r and a low s, and turns a high s into n - s', () => {
    const word = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
    fc.assert(
      fc.property(fc.bigInt(1n, ORDER - 1n), fc.bigInt(1n, ORDER - 1n), (r, s) => {
        const result = Buffer.from(lowS(Buffer.concat([word(r), word(s)])));
        const expected = s <= ORDER / 2n ? s : ORDER - s;
        expect(result.toString('hex')).to.equal(Buffer.concat([word(r), word(expected)]).toString('hex'));
      }),
    );
  });
});
