import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createOrganisation, publicMsp, readIdentity, revoke } from '@tallystick/network/identity';
import { crlNumber } from '../src/identity/revocation.js';
import {
  AuthorityKeyIdentifierExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate as Parsed,
  X509Crl,
} from '../src/identity/x509.js';
import { filesBelow, inDirectory, refused, steel } from './identity-fixture.js';

const only = { ...steel, peers: [], orderers: [] };

describe('identity: revocation', () => {
  it('publishes a list signed by the authority, found by its key identifier', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, only);
      expect((await publicMsp(directory)).revocationLists).to.deep.equal([]);
      const { serialNumber } = await readIdentity(join(directory, 'users/officer/msp'), 'SteelMSP');
      const now = new Date('2026-05-01T00:00:00Z');
      await revoke(directory, serialNumber.toUpperCase(), { now });
      const [pem] = (await publicMsp(directory)).revocationLists;
      expect(pem).to.match(/^-----BEGIN X509 CRL-----\n/);
      const list = new X509Crl(pem!);
      const authority = new Parsed(await readFile(join(directory, 'ca/cert.pem'), 'utf8'));
      expect(await list.verify({ publicKey: authority })).to.equal(true);
      const ski = authority.getExtension(SubjectKeyIdentifierExtension)?.keyId;
      expect(list.getExtension(AuthorityKeyIdentifierExtension)?.keyId).to.equal(ski);
      expect(list.entries.map((entry) => entry.serialNumber)).to.deep.equal([serialNumber]);
      expect(list.thisUpdate.toISOString()).to.equal(now.toISOString());
      const root = new X509Certificate(await readFile(join(directory, 'ca/cert.pem')));
      expect(list.nextUpdate?.getTime()).to.equal(Date.parse(root.validTo));
    }));

  it('adds to the list, keeps what was on it, and repeats nothing', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, only);
      for (const serial of ['40aa', '40bb', '40aa', '40cc']) await revoke(directory, serial);
      const [pem] = (await publicMsp(directory)).revocationLists;
      const list = new X509Crl(pem!);
      expect(list.entries.map((entry) => entry.serialNumber)).to.deep.equal(['40aa', '40bb', '40cc']);
      expect([...list.entries].map((entry) => entry.reason)).to.deep.equal([9, 9, 9]);
      expect(Buffer.from(list.getExtension('2.5.29.20')!.value).toString('hex')).to.equal('020103');
      expect([...(await filesBelow(join(directory, 'msp/crls'))).keys()]).to.deep.equal(['crl.pem']);
    }));

  it('refuses what is no serial number', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, { ...only, users: [] });
      for (const serial of ['', 'abc', 'xy', '0x10', '12 34', 'a'.repeat(42), '../key']) {
        await refused('SERIAL_NOT_ALLOWED', () => revoke(directory, serial));
      }
      await refused('HALF_MADE', () => revoke(join(directory, 'nowhere'), '40aa'));
    }));

  it('refuses a list it cannot read rather than start a new one', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, { ...only, users: [] });
      await revoke(directory, '40aa');
      await writeFile(join(directory, 'msp/crls/crl.pem'), 'gone');
      await refused('NOT_READABLE', () => revoke(directory, '40bb'));
    }));

  it('numbers lists with a DER integer: minimal and never negative', () => {
    const expected = {
      1: '020101',
      127: '02017f',
      128: '02020080',
      255: '020200ff',
      256: '02020100',
      32768: '0203008000',
    };
    for (const [length, der] of Object.entries(expected)) {
      expect(Buffer.from(crlNumber(Number(length)).value).toString('hex')).to.equal(der);
    }
  });
});
