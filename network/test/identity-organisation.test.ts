import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  createOrganisation,
  enroll,
  openOrganisation,
  publicMsp,
  readIdentity,
  type OrganisationSpec,
} from '@tallystick/network/identity';
import { loadAuthority } from '../src/identity/authority.js';
import { issue } from '../src/identity/certificates.js';
import { newKeyPair, privateKeyPem } from '../src/identity/signing.js';
import { Name } from '../src/identity/x509.js';
import { filesBelow, inDirectory, refused, steel } from './identity-fixture.js';

const LOCAL = [
  'cacerts/ca.pem',
  'tlscacerts/tlsca.pem',
  'config.yaml',
  'signcerts/cert.pem',
  'keystore/key.pem',
];
const TLS = ['ca.crt', 'server.crt', 'server.key'];

async function contents(root: string): Promise<Map<string, string>> {
  const paths = [...(await filesBelow(root)).keys()];
  return new Map(
    await Promise.all(paths.map(async (p) => [p, await readFile(join(root, p), 'utf8')] as const)),
  );
}

describe('identity: an organisation', () => {
  it('is laid out as Fabric reads it', () =>
    inDirectory(async (directory) => {
      const root = join(directory, 'steel');
      await createOrganisation(root, steel);
      const nodes = ['peers/peer0', 'orderers/orderer0'];
      const users = ['officer', 'connector', 'administrator'].map((name) => `users/${name}`);
      expect([...(await filesBelow(root)).keys()]).to.have.members([
        'organisation.json',
        'msp/cacerts/ca.pem',
        'msp/tlscacerts/tlsca.pem',
        'msp/config.yaml',
        ...['ca', 'tlsca'].flatMap((ca) => [`${ca}/cert.pem`, `${ca}/key.pem`]),
        ...[...nodes, ...users].flatMap((member) => LOCAL.map((file) => `${member}/msp/${file}`)),
        ...nodes.flatMap((node) => TLS.map((file) => `${node}/tls/${file}`)),
      ]);
    }));

  it('keeps private keys to itself: mode 0600, and none in the public MSP', () =>
    inDirectory(async (directory) => {
      const root = join(directory, 'steel');
      await createOrganisation(root, steel);
      const modes = await filesBelow(root);
      for (const [path, text] of await contents(root)) {
        const isKey = text.includes('PRIVATE KEY');
        expect(isKey, path).to.equal(/(key\.pem|server\.key)$/.test(path));
        expect(modes.get(path), path).to.equal(isKey || /^(tls)?ca\//.test(path) ? 0o600 : 0o644);
        if (path.startsWith('msp/')) expect(isKey, path).to.equal(false);
      }
    }));

  it('classifies by OU under its own root only', () =>
    inDirectory(async (directory) => {
      const root = join(directory, 'steel');
      await createOrganisation(root, steel);
      const { config } = await publicMsp(root);
      expect(config).to.match(/^NodeOUs:\n {2}Enable: true\n/);
      for (const [key, ou] of Object.entries({
        Client: 'client',
        Peer: 'peer',
        Admin: 'admin',
        Orderer: 'orderer',
      })) {
        expect(config).to.include(
          `  ${key}OUIdentifier:\n    Certificate: cacerts/ca.pem\n    OrganizationalUnitIdentifier: ${ou}\n`,
        );
      }
    }));

  it('gives back every member it was asked for', () =>
    inDirectory(async (directory) => {
      const root = join(directory, 'steel');
      const organisation = await createOrganisation(root, steel);
      expect(organisation).to.deep.equal({
        directory: root,
        mspId: 'SteelMSP',
        name: 'Stahlwerk Süd',
        domain: 'steel.example',
      });
      const officer = await readIdentity(join(root, 'users/officer/msp'), 'SteelMSP');
      expect(officer.attributes).to.deep.equal({ 'tallystick.role': 'officer' });
      expect(officer.ou).to.equal('client');
      const connector = await readIdentity(join(root, 'users/connector/msp'), 'SteelMSP');
      expect(connector.attributes).to.deep.equal({});
      expect((await readIdentity(join(root, 'peers/peer0/msp'), 'SteelMSP')).ou).to.equal('peer');
      expect(JSON.stringify(officer)).to.not.include('PRIVATE');
    }));

  it('made twice is the same organisation, byte for byte', () =>
    inDirectory(async (directory) => {
      const root = join(directory, 'steel');
      await createOrganisation(root, steel);
      const first = await contents(root);
      await createOrganisation(root, steel);
      expect(await contents(root)).to.deep.equal(first);
    }));

  it('made twice at once is one organisation', () =>
    inDirectory(async (directory) => {
      const root = join(directory, 'steel');
      await Promise.all([1, 2, 3].map(() => createOrganisation(root, steel)));
      for (const name of ['officer', 'connector'])
        await readIdentity(join(root, 'users', name, 'msp'), 'SteelMSP');
      expect(await readdir(directory)).to.deep.equal(['steel']);
      expect((await readdir(root)).filter((name) => name.startsWith('.'))).to.deep.equal([]);
    }));

  it('enrols later members and keeps the earlier ones', () =>
    inDirectory(async (directory) => {
      const root = join(directory, 'steel');
      await createOrganisation(root, steel);
      const first = await contents(root);
      const added = await enroll(root, { name: 'connector-b', ou: 'client' });
      expect(added.mspId).to.equal('SteelMSP');
      const again = await enroll(root, { name: 'connector-b', ou: 'client' });
      expect(again.certificate).to.equal(added.certificate);
      const more: OrganisationSpec = { ...steel, peers: [{ name: 'peer0' }, { name: 'peer1' }] };
      await createOrganisation(root, more);
      const last = await contents(root);
      for (const [path, text] of first) expect(last.get(path), path).to.equal(text);
      expect(last.size).to.equal(first.size + LOCAL.length + LOCAL.length + TLS.length);
    }));

  it('keeps two organisations apart: neither accepts the other’s members', () =>
    inDirectory(async (directory) => {
      const [a, b] = [join(directory, 'a'), join(directory, 'b')];
      await Promise.all([
        createOrganisation(a, steel),
        createOrganisation(b, { ...steel, mspId: 'OtherMSP' }),
      ]);
      const root = await readFile(join(b, 'ca/cert.pem'), 'utf8');
      await writeFile(join(a, 'users/officer/msp/cacerts/ca.pem'), root);
      await refused('NOT_ISSUED_HERE', () => readIdentity(join(a, 'users/officer/msp'), 'SteelMSP'));
    }));
});

describe('identity: what is refused', () => {
  const broken: Readonly<Record<string, string>> = {
    'the authority’s key is gone': 'ca/key.pem',
    'the TLS authority’s key is gone': 'tlsca/key.pem',
    'the description is gone': 'organisation.json',
    'the public root is gone': 'msp/cacerts/ca.pem',
    'a user’s key is gone': 'users/officer/msp/keystore/key.pem',
    'a user’s certificate is gone': 'users/officer/msp/signcerts/cert.pem',
    'a peer’s TLS key is gone': 'peers/peer0/tls/server.key',
  };
  for (const [name, path] of Object.entries(broken)) {
    it(`a half-made directory: ${name}`, () =>
      inDirectory(async (directory) => {
        await createOrganisation(directory, steel);
        await rm(join(directory, path));
        const before = await contents(directory);
        const error = await refused('HALF_MADE', () => createOrganisation(directory, steel));
        expect(error.message).to.include(path.replace(/^(users|peers)\/[^/]+\//, ''));
        expect(await contents(directory)).to.deep.equal(before);
      }));
  }

  it('a half-made directory: a key file is empty, as after a power cut', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, steel);
      await writeFile(join(directory, 'ca/key.pem'), '');
      await refused('HALF_MADE', () => enroll(directory, { name: 'late', ou: 'client' }));
    }));

  it('a directory with something else in it', () =>
    inDirectory(async (directory) => {
      await writeFile(join(directory, 'notes.txt'), 'mine');
      await refused('HALF_MADE', () => createOrganisation(directory, steel));
      await refused('HALF_MADE', () => openOrganisation(directory));
      expect(await readdir(directory)).to.deep.equal(['notes.txt']);
    }));

  it('the directory of another organisation', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, steel);
      await refused('OTHER_ORGANISATION', () =>
        createOrganisation(directory, { ...steel, mspId: 'OtherMSP' }),
      );
    }));

  it('a member that is there with another role or other attributes', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, steel);
      const attributes = { 'tallystick.role': 'auditor' };
      await refused('MEMBER_DIFFERS', () => enroll(directory, { name: 'officer', ou: 'client', attributes }));
      await refused('MEMBER_DIFFERS', () => enroll(directory, { name: 'connector', ou: 'admin' }));
    }));

  const names = ['', '.', '..', '../evil', 'a/b', 'Officer', '-x', 'a'.repeat(64), 'a\u0000', 'ünit', 'a b'];
  for (const name of names) {
    it(`a member name that is no plain directory name: ${JSON.stringify(name)}`, () =>
      inDirectory(async (directory) => {
        await createOrganisation(directory, { ...steel, peers: [], orderers: [], users: [] });
        await refused('NAME_NOT_ALLOWED', () => enroll(directory, { name, ou: 'client' }));
      }));
  }

  const specs: Readonly<Record<string, Partial<OrganisationSpec>>> = {
    'empty MSP id': { mspId: '' },
    'MSP id with a slash': { mspId: 'a/b' },
    'MSP id that begins with a dot': { mspId: '.MSP' },
    'empty name': { name: '' },
    'name longer than X.520 allows': { name: 'x'.repeat(65) },
    'name with a line feed': { name: 'a\nb' },
    'domain with an underscore': { domain: 'a_b.example' },
    'domain with an empty label': { domain: 'a..example' },
  };
  for (const [name, part] of Object.entries(specs)) {
    it(`an organisation with ${name}`, () =>
      inDirectory(async (directory) => {
        const root = join(directory, 'org');
        await refused('NAME_NOT_ALLOWED', () => createOrganisation(root, { ...steel, ...part }));
        expect(await readdir(directory)).to.deep.equal([]);
      }));
  }

  it('attributes that Fabric CA would not write the same everywhere, and leaves nothing behind', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, { ...steel, users: [] });
      const before = await filesBelow(directory);
      const member = { name: 'late', ou: 'client', attributes: { unit: 'a\n' } } as const;
      await refused('ATTRIBUTE_NOT_ALLOWED', () => enroll(directory, member));
      expect(await filesBelow(directory)).to.deep.equal(before);
    }));

  it('a key that is not that of the certificate', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, steel);
      const other = await readFile(join(directory, 'users/connector/msp/keystore/key.pem'), 'utf8');
      await writeFile(join(directory, 'users/officer/msp/keystore/key.pem'), other);
      await refused('KEY_MISSING', () => readIdentity(join(directory, 'users/officer/msp'), 'SteelMSP'));
      // Several keys are no ambiguity: the one that fits is taken, whatever its name.
      const msp = join(directory, 'users/connector/msp');
      await writeFile(join(msp, 'keystore/0_sk'), await readFile(join(directory, 'ca/key.pem'), 'utf8'));
      await readIdentity(msp, 'SteelMSP');
    }));

  it('files that are not what they should be', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, steel);
      const msp = join(directory, 'users/officer/msp');
      await writeFile(join(msp, 'keystore/key.pem'), 'not a key');
      await refused('NOT_READABLE', () => readIdentity(msp, 'SteelMSP'));
      await writeFile(join(msp, 'signcerts/cert.pem'), randomBytes(64));
      await refused('NOT_READABLE', () => readIdentity(msp, 'SteelMSP'));
      await writeFile(join(directory, 'organisation.json'), '{"mspId":"SteelMSP"}');
      await refused('NOT_READABLE', () => openOrganisation(directory));
    }));

  it('two certificates in signcerts', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, steel);
      const msp = join(directory, 'users/officer/msp');
      await writeFile(join(msp, 'signcerts/another.pem'), await readFile(join(directory, 'ca/cert.pem')));
      await refused('NOT_READABLE', () => readIdentity(msp, 'SteelMSP'));
    }));

  it('a certificate without a role, such as an authority’s own', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, steel);
      const msp = join(directory, 'users/officer/msp');
      await writeFile(join(msp, 'signcerts/cert.pem'), await readFile(join(directory, 'ca/cert.pem')));
      await writeFile(join(msp, 'keystore/key.pem'), await readFile(join(directory, 'ca/key.pem')));
      await refused('ROLE_NOT_ONE', () => readIdentity(msp, 'SteelMSP'));
    }));

  it('a certificate with two roles; other OUs do not count', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, steel);
      const { issuer } = await loadAuthority(join(directory, 'ca'));
      const msp = join(directory, 'users/officer/msp');
      const certify = async (...ous: string[]): Promise<void> => {
        const { publicKey, privateKey } = await newKeyPair();
        const name = new Name([...ous.map((ou) => ({ OU: [ou] })), { CN: ['x'] }]);
        const request = { name, publicKey, validity: 60_000, now: new Date(), extensions: [] };
        await writeFile(join(msp, 'signcerts/cert.pem'), await issue(issuer, request));
        await writeFile(join(msp, 'keystore/key.pem'), privateKeyPem(privateKey));
      };
      await certify('client', 'peer');
      await refused('ROLE_NOT_ONE', () => readIdentity(msp, 'SteelMSP'));
      await certify('client', 'client');
      await refused('ROLE_NOT_ONE', () => readIdentity(msp, 'SteelMSP'));
      await certify('rolling mill', 'client');
      expect((await readIdentity(msp, 'SteelMSP')).ou).to.equal('client');
    }));

  it('a public MSP with a private key in it', () =>
    inDirectory(async (directory) => {
      await createOrganisation(directory, steel);
      await mkdir(join(directory, 'msp/keystore'));
      await writeFile(join(directory, 'msp/keystore/x_sk'), await readFile(join(directory, 'ca/key.pem')));
      await refused('PRIVATE_KEY_IN_PUBLIC_MSP', () => publicMsp(directory));
    }));
});
