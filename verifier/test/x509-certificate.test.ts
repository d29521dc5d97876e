import { expect } from 'chai';
import fc from 'fast-check';
import { Rejection } from '../src/rejection.js';
import { parseCertificate, parseCommittedPem, parsePem } from '../src/x509/certificate.js';
import { pemBlock } from '../src/x509/pem.js';
import { profileOf } from '../src/x509/profile.js';
import { readRevocationList } from '../src/x509/revocation.js';
import {
  Extension,
  X509Certificate,
  issue,
  NOW,
  revocationList,
  utf8,
  type Holder,
} from './certificates-fixture.js';
import { refuses } from './rejections.js';
import { times } from '../../test/sampling.js';

describe('certificates', () => {
  let root: Holder;
  let member: Holder;
  before(async () => {
    root = await issue({ name: 'root', authority: true, pathLength: 1 });
    member = await issue({ name: 'mémber', units: ['peer', 'x'], issuer: root, serial: '7f00000001' });
  });

  it('reads what another library reads', () => {
    for (const { der } of [root, member]) {
      const [ours, theirs] = [parseCertificate(der), new X509Certificate(der)];
      expect(Buffer.from(ours.subject).equals(Buffer.from(theirs.subjectName.toArrayBuffer()))).to.equal(
        true,
      );
      expect(Buffer.from(ours.issuer).equals(Buffer.from(theirs.issuerName.toArrayBuffer()))).to.equal(true);
      expect(Buffer.from(ours.key.spki).equals(Buffer.from(theirs.publicKey.rawData))).to.equal(true);
      expect(ours.notBefore).to.equal(theirs.notBefore.getTime());
      expect(ours.notAfter).to.equal(theirs.notAfter.getTime());
      expect(ours.serial).to.equal(theirs.serialNumber);
    }
    const read = parsePem(member.pem);
    expect(read.commonName).to.equal('mémber');
    expect(read.organisationalUnits).to.deep.equal(['peer', 'x']);
    expect(read.isAuthority).to.equal(false);
    expect(read.key.kind).to.equal('ec-p256');
    expect(parsePem(root.pem).isAuthority).to.equal(true);
  });

  it('slices and never copies', () => {
    const read = parseCertificate(member.der);
    for (const part of [read.subject, read.issuer, read.key.spki, read.signed, read.signature]) {
      expect(part.buffer).to.equal(member.der.buffer);
    }
  });

  it('reads dates before 2050 and after', async () => {
    const [early, late] = [Date.UTC(1999, 11, 31, 23, 59, 59), Date.UTC(2060, 1, 29)];
    const read = parsePem((await issue({ name: 'old', notBefore: early, notAfter: late })).pem);
    expect([read.notBefore, read.notAfter]).to.deep.equal([early, late]);
  });

  it('refuses everything around the one PEM block', async () => {
    const text = new TextDecoder().decode(member.pem);
    const bad = [
      `${text}trailing`,
      `${text}${text}`,
      `leading\n${text}`,
      text.replaceAll('CERTIFICATE', 'X509 CRL'),
      text.replace('END CERTIFICATE', 'END CERT'),
      text.replace(/.(?=\n-----END)/u, ''),
      text.replace('\nMII', '\nProc-Type: 4\n\nMII'),
      '',
      `${text}\u0000`,
    ];
    for (const pem of bad) await refuses(() => parsePem(utf8(pem)), 'CERTIFICATE_MALFORMED');
    expect(parsePem(utf8(`\n${text.replaceAll('\n', '\r\n')} \n`)).serial).to.equal('7f00000001');
  });

  it('reads a certificate that Fabric took from the PEM that Go reads', async () => {
    const text = new TextDecoder().decode(member.pem);
    const END = '\n-----END';
    const good = [
      text,
      text.trimEnd(),
      `${text}trailing`,
      `leading\n${text}`,
      `leading\n-----BEGIN CERTIFICATE-----\n${text}`,
      `-----BEGIN X-----\nQQ==\n-----END Y-----\n${text}`,
      text.replaceAll('CERTIFICATE', 'X509 CRL'),
      text.replace('CERTIFICATE-----\n', 'CERTIFICATE----- \t\n'),
      text.replace('\nMII', '\nProc-Type: 4\n\nMII'),
      text.replace('\nMII', '\n\n M\tI\rI'),
      text.replace(END, ` \n\t${END}`),
      text.replaceAll('\n', '\r\n'),
    ];
    for (const pem of good) expect(parseCommittedPem(utf8(pem)).serial, pem).to.equal('7f00000001');
    const bad = [
      '',
      ` ${text}`,
      text.replace(END, '-----END'),
      text.replace('END CERTIFICATE', 'END CERT'),
      text.replace('CERTIFICATE-----\n', 'CERTIFICATE----- x\n'),
      `${text.trimEnd()} x`,
      text.replace('\nMII', '\n\u00a0MII'),
      text.replace('\nMII', '\n\vMII'),
      text.replace(END, `=${END}`),
    ];
    for (const pem of bad) await refuses(() => parseCommittedPem(utf8(pem)), 'CERTIFICATE_MALFORMED');
  });

  it('reads lines of any length at once: whoever may submit chooses them', () => {
    const blanks = ' '.repeat(400_000);
    const text = new TextDecoder().decode(member.pem);
    const pems = [
      text.replaceAll('CERTIFICATE', `A${blanks}B`),
      text.replace('\nMII', `\nX:${blanks}y\n\nMII`),
    ];
    const before = process.cpuUsage();
    for (const pem of pems) expect(parseCommittedPem(utf8(pem)).serial).to.equal('7f00000001');
    const { user, system } = process.cpuUsage(before);
    expect(user + system, 'microseconds').to.be.below(10_000_000);
  });

  it('refuses a second spelling of base64', async () => {
    const block = (base64: string): Uint8Array => utf8(`-----BEGIN X-----\n${base64}\n-----END X-----`);
    expect([...pemBlock(block('QQ=='), 'X')]).to.deep.equal([0x41]);
    for (const base64 of ['QQ', 'QR==', 'QQ=', 'Q', '====', 'Q=Q=']) {
      await refuses(() => pemBlock(block(base64), 'X'), 'CERTIFICATE_MALFORMED');
    }
  });

  it('refuses what follows the DER, and every cut', async () => {
    await refuses(() => parseCertificate(Uint8Array.of(...member.der, 0)), 'TRAILING_BYTES');
    for (let length = 0; length < member.der.length; length++) {
      await refuses(() => parseCertificate(member.der.subarray(0, length)), 'CERTIFICATE_MALFORMED');
    }
  });

  it('refuses an outer algorithm that was not signed', async () => {
    const der = Uint8Array.from(member.der);
    const at = Buffer.from(der).lastIndexOf(Buffer.from('2a8648ce3d040302', 'hex'));
    der[at + 7] = 3;
    await refuses(() => parseCertificate(der), 'CERTIFICATE_MALFORMED');
  });

  it('refuses an extension that comes twice', async () => {
    const extension = new Extension('1.2.3', false, Uint8Array.of(5, 0));
    const twice = await issue({ name: 'twice', extensions: [extension, extension] });
    await refuses(() => parseCertificate(twice.der), 'CERTIFICATE_MALFORMED');
  });

  it('answers every change of a byte with a certificate or a rejection', () => {
    fc.assert(
      fc.property(fc.nat(member.der.length - 1), fc.nat(255), (at, byte) => {
        const der = Uint8Array.from(member.der);
        der[at] = byte;
        try {
          profileOf(parseCertificate(der));
        } catch (error) {
          expect(error).to.be.instanceOf(Rejection);
        }
      }),
      { numRuns: times(1000) },
    );
  });
});

describe('revocation lists', () => {
  it('reads the serials of DER and PEM', async () => {
    const root = await issue({ name: 'root', authority: true, notBefore: NOW });
    const der = await revocationList(root, ['00ab', '7f01']);
    const base64 = Buffer.from(der).toString('base64');
    const pem = utf8(`-----BEGIN X509 CRL-----\n${base64}\n-----END X509 CRL-----\n`);
    for (const bytes of [der, pem]) {
      expect([...readRevocationList(bytes).serials]).to.deep.equal(['ab', '7f01']);
    }
    expect(readRevocationList(await revocationList(root, [])).serials.size).to.equal(0);
    await refuses(() => readRevocationList(Uint8Array.of(...der, 0)), 'TRAILING_BYTES');
    await refuses(() => readRevocationList(der.subarray(0, 40)), 'CERTIFICATE_MALFORMED');
  });
});
