import { createHash } from 'node:crypto';
import { p256 } from '@noble/curves/nist.js';
import { expect } from 'chai';
import { distinct } from '../src/fabric/identity.js';
import type { Signatures } from '../src/crypto/signature.js';
import { parseCertificate } from '../src/x509/certificate.js';
import { uniqueChain } from '../src/x509/go-chains.js';
import { profileOf } from '../src/x509/profile.js';
import { Extension, issue, newKeys, NOW, revocationList, utf8, type Holder } from './certificates-fixture.js';
import { identify, mspConfig, signatures, type Organisation } from './organisation-fixture.js';
import { readMsp } from '../src/fabric/msp.js';
import { NotEvaluated } from '../src/rejection.js';
import { refuses } from './rejections.js';

const ALL_ROLES = ['client', 'peer', 'admin', 'orderer'] as const;

const pemOf = (der: Uint8Array): Uint8Array =>
  utf8(`-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`);

/** Low-S or high-S: the two spellings of a certificate, which differ in its signature alone. */
function spelled({ der }: Holder, wanted: 'low' | 'high'): { der: Uint8Array; pem: Uint8Array } {
  const { signature, signed } = parseCertificate(der);
  const pair = p256.Signature.fromBytes(signature, 'der');
  const isWanted = pair.hasHighS() === (wanted === 'high');
  const s = isWanted ? pair.s : p256.Point.Fn.ORDER - pair.s;
  const other = new p256.Signature(pair.r, s).toBytes('der');
  const algorithm = Buffer.from('300a06082a8648ce3d040302', 'hex');
  const bits = Buffer.concat([Buffer.of(3, other.length + 1, 0), other]);
  const content = Buffer.concat([signed, algorithm, bits]);
  const whole = Buffer.concat([Buffer.of(0x30, 0x82, content.length >> 8, content.length & 0xff), content]);
  return { der: new Uint8Array(whole), pem: pemOf(whole) };
}

/** SHA-256 over authorities as Fabric keeps them, with low-S signatures. */
function certifiersOf(...authorities: readonly Holder[]): string {
  const hash = createHash('sha256');
  for (const authority of authorities) hash.update(spelled(authority, 'low').der);
  return hash.digest('hex');
}

describe('membership', () => {
  let root: Holder;
  let middle: Holder;
  let lower: Holder;
  let peer: Holder;
  let organisation: Organisation;
  before(async () => {
    root = await issue({ name: 'root', authority: true });
    middle = await issue({ name: 'middle', authority: true, issuer: root });
    lower = await issue({ name: 'lower', authority: true, issuer: middle });
    peer = await issue({ name: 'peer0', units: ['peer'], issuer: root });
    organisation = { roots: [root], roles: ALL_ROLES };
  });

  describe('chains', () => {
    it('accepts a member of a root', async () => {
      const identity = await identify(organisation, peer);
      expect(identity.mspId).to.equal('OrgMSP');
      expect(identity.role).to.equal('peer');
      expect(identity.certifiers).to.equal(certifiersOf(root));
    });

    it('accepts a member of an intermediate of an intermediate', async () => {
      const member = await issue({ name: 'm', units: ['client'], issuer: lower });
      const identity = await identify({ ...organisation, intermediates: [lower, middle] }, member);
      expect(identity.role).to.equal('client');
      expect(identity.certifiers).to.equal(certifiersOf(lower, middle, root));
    });

    it('refuses a chain with a gap', async () => {
      const member = await issue({ name: 'm', units: ['client'], issuer: lower });
      await refuses(() => identify({ ...organisation, intermediates: [lower] }, member), 'CHAIN_BROKEN');
      await refuses(() => identify({ ...organisation, intermediates: [middle] }, member), 'CHAIN_BROKEN');
    });

    it('refuses an authority of the same name with another key', async () => {
      const impostor = await issue({ name: 'root', authority: true });
      const member = await issue({ name: 'm', units: ['peer'], issuer: impostor });
      await refuses(() => identify(organisation, member), 'CHAIN_BROKEN');
    });

    it('refuses an issuer of another name with the right key', async () => {
      const member = await issue({ name: 'm', units: ['peer'], issuer: root, statedIssuer: 'roof' });
      await refuses(() => identify(organisation, member), 'CHAIN_BROKEN');
    });

    it('refuses a self-signed member', async () => {
      const member = await issue({ name: 'm', units: ['peer'] });
      await refuses(() => identify(organisation, member), 'CHAIN_BROKEN');
    });

    it('refuses an authority as an identity', async () => {
      for (const authority of [
        root,
        await issue({ name: 'a', units: ['peer'], authority: true, issuer: root }),
      ]) {
        await refuses(() => identify(organisation, authority), 'CHAIN_BROKEN');
      }
    });

    it('refuses members of members', async () => {
      const member = await issue({ name: 'm', units: ['peer'], issuer: peer });
      await refuses(() => identify({ ...organisation, intermediates: [peer] }, member), 'CHAIN_BROKEN');
    });

    it('refuses an authority that may not sign certificates', async () => {
      const mute = await issue({ name: 'mute', authority: true, maySignCertificates: false });
      const member = await issue({ name: 'm', units: ['peer'], issuer: mute });
      await refuses(() => identify({ ...organisation, roots: [mute] }, member), 'CHAIN_BROKEN');
    });

    it('counts the authorities that a root allows below it', async () => {
      const short = await issue({ name: 'short', authority: true, pathLength: 0 });
      const below = await issue({ name: 'below', authority: true, issuer: short });
      const direct = await issue({ name: 'd', units: ['peer'], issuer: short });
      const member = await issue({ name: 'm', units: ['peer'], issuer: below });
      expect((await identify({ ...organisation, roots: [short] }, direct)).role).to.equal('peer');
      const both = { ...organisation, roots: [short], intermediates: [below] };
      await refuses(() => identify(both, member), 'CHAIN_BROKEN');
    });

    it('refuses members of an authority above others', async () => {
      await refuses(() => identify({ ...organisation, intermediates: [middle] }, peer), 'CHAIN_BROKEN');
    });

    it('refuses a member under two roots: it is unclear whose it is', async () => {
      const second = await issue({ name: 'second', authority: true });
      const crossed = await issue({ name: 'middle', keys: middle.keys, authority: true, issuer: second });
      const member = await issue({ name: 'm', units: ['peer'], issuer: middle });
      const roots = [root, second];
      expect((await identify({ ...organisation, roots, intermediates: [crossed] }, member)).role).to.equal(
        'peer',
      );
      const both = { ...organisation, roots, intermediates: [middle, crossed] };
      await refuses(() => identify(both, member), 'CHAIN_BROKEN');
    });

    it('takes an authority that has ended since, not one that had ended before', async () => {
      const old = await issue({ name: 'old', authority: true, notBefore: NOW - 9e8, notAfter: NOW - 5e8 });
      const during = await issue({ name: 'd', units: ['peer'], issuer: old, notBefore: NOW - 6e8 });
      const after = await issue({ name: 'a', units: ['peer'], issuer: old, notBefore: NOW - 4e8 });
      const before = await issue({ name: 'b', units: ['peer'], issuer: old, notBefore: NOW - 1e9 });
      expect((await identify({ ...organisation, roots: [old] }, during)).role).to.equal('peer');
      await refuses(() => identify({ ...organisation, roots: [old] }, after), 'CHAIN_BROKEN');
      await refuses(() => identify({ ...organisation, roots: [old] }, before), 'CHAIN_BROKEN');
    });

    it('refuses what is critical and not understood', async () => {
      const extensions = [new Extension('1.2.3.4', true, Uint8Array.of(5, 0))];
      const member = await issue({ name: 'm', units: ['peer'], issuer: root, extensions });
      await refuses(() => identify(organisation, member), 'CHAIN_BROKEN');
    });

    it('knows authorities with RSA keys, but no members', async () => {
      const rsa = await issue({ name: 'rsa', kind: 'RSA', authority: true });
      const member = await issue({ name: 'm', units: ['peer'], issuer: rsa });
      const other = await issue({ name: 'o', units: ['peer'], issuer: rsa, kind: 'RSA' });
      expect((await identify({ ...organisation, roots: [rsa] }, member)).role).to.equal('peer');
      await refuses(() => identify({ ...organisation, roots: [rsa] }, other), 'ALGORITHM_NOT_ACCEPTED');
    });
  });

  it('takes both spellings of a certificate for one', async () => {
    const spellings = [spelled(peer, 'low'), spelled(peer, 'high')];
    expect(Buffer.from(spellings[0]?.der ?? []).equals(Buffer.from(spellings[1]?.der ?? []))).to.equal(false);
    const identities = await Promise.all(spellings.map((spelling) => identify(organisation, spelling)));
    expect(distinct(identities)).to.have.length(1);
    const { certificate } = identities[0] ?? expect.fail('nobody');
    expect(p256.Signature.fromBytes(certificate.signature, 'der').hasHighS()).to.equal(false);
    await signatures.verifyIssued(parseCertificate(root.der), certificate);
  });

  it('takes both spellings of an authority for one', async () => {
    for (const spelling of ['low', 'high'] as const) {
      const respelled = { ...root, ...spelled(root, spelling) };
      const identity = await identify({ ...organisation, roots: [respelled] }, peer);
      expect(identity.certifiers).to.equal(certifiersOf(root));
    }
  });

  describe('revocation', () => {
    const serial = '7700000000000001';
    let revoked: Holder;
    before(async () => {
      revoked = await issue({ name: 'r', units: ['peer'], issuer: root, serial });
    });

    it('refuses a serial on the list of its authority, whatever the dates', async () => {
      const revocationLists = [await revocationList(root, ['01', serial])];
      await refuses(() => identify({ ...organisation, revocationLists }, revoked), 'REVOKED');
      expect((await identify({ ...organisation, revocationLists }, peer)).role).to.equal('peer');
    });

    it('passes over a list that its authority did not sign', async () => {
      const impostor = await issue({ name: 'root', authority: true });
      const revocationLists = [await revocationList(impostor, [serial])];
      expect((await identify({ ...organisation, revocationLists }, revoked)).role).to.equal('peer');
    });

    it('refuses members of a revoked intermediate', async () => {
      const gone = await issue({ name: 'gone', authority: true, issuer: root, serial });
      const member = await issue({ name: 'm', units: ['peer'], issuer: gone });
      const revocationLists = [await revocationList(root, [serial])];
      const wanted = { ...organisation, intermediates: [gone], revocationLists };
      await refuses(() => identify(wanted, member), 'REVOKED');
    });

    it('refuses an organisation whose list cannot be read', () =>
      refuses(
        () => identify({ ...organisation, revocationLists: [Uint8Array.of(0x30, 0)] }, peer),
        'CERTIFICATE_MALFORMED',
      ));
  });

  describe('roles', () => {
    const withUnits = (...units: string[]): Promise<Holder> => issue({ name: 'm', units, issuer: root });

    it('gives the one role of a certificate', async () => {
      for (const role of ALL_ROLES) {
        expect((await identify(organisation, await withUnits('department', role))).role).to.equal(role);
      }
    });

    it('refuses two, the same one twice, and none', async () => {
      for (const units of [['peer', 'admin'], ['peer', 'peer'], [], ['Peer'], ['department']]) {
        const member = await withUnits(...units);
        await refuses(() => identify(organisation, member), 'ROLE_MISSING');
      }
    });

    it('takes a role that is not configured for none', async () => {
      const member = await withUnits('orderer');
      const roles = ['client', 'peer', 'admin'] as const;
      await refuses(() => identify({ ...organisation, roles }, member), 'ROLE_MISSING');
    });

    it('gives none where they are off, but knows named administrators', async () => {
      const off: Organisation = { roots: [root], admins: [peer] };
      for (const wanted of [off, { ...off, roles: [] }]) {
        const [named, other] = [
          await identify(wanted, peer),
          await identify(wanted, await withUnits('admin')),
        ];
        expect([named.role, named.isNamedAdmin]).to.deep.equal([undefined, true]);
        expect([other.role, other.isNamedAdmin]).to.deep.equal([undefined, false]);
      }
    });

    it('gives a role to members of the one authority that it is bound to', async () => {
      const second = await issue({ name: 'second', authority: true });
      const both = { ...organisation, roots: [root, second], bound: { peer: second } };
      const member = await issue({ name: 'm', units: ['peer'], issuer: second });
      expect((await identify(both, member)).role).to.equal('peer');
      await refuses(() => identify(both, peer), 'ROLE_MISSING');
    });

    it('asks for one of the units that an organisation lists', async () => {
      const seller = await withUnits('sales');
      const wanted: Organisation = { roots: [root], units: [['sales', root]], admins: [seller] };
      expect((await identify(wanted, seller)).role).to.equal(undefined);
      await refuses(() => identify(wanted, peer), 'ROLE_MISSING');
    });
  });

  it('says that SHA-3 cannot be checked, and refuses what is no hash', async () => {
    const open = await identify({ ...organisation, hashFamily: 'SHA3' }, peer).catch(
      (error: unknown) => error,
    );
    expect(open).to.be.instanceOf(NotEvaluated).with.property('code', 'ALGORITHM_NOT_ACCEPTED');
    await refuses(() => identify({ ...organisation, hashFamily: 'MD5' }, peer), 'ALGORITHM_NOT_ACCEPTED');
  });

  it('is not evaluated where there are more authorities than anybody has', async () => {
    const crowd = { ...organisation, intermediates: Array<Holder>(65).fill(middle) };
    const open = await identify(crowd, peer).catch((error: unknown) => error);
    expect(open).to.be.instanceOf(NotEvaluated).with.property('code', 'TOO_LARGE');
  });

  it('checks no more than a hundred signatures for one certificate', async () => {
    const keys = await newKeys('P-256');
    const ring = (at: number, notAfter: number): Promise<Holder> =>
      issue({
        name: `ring ${at % 2}`,
        authority: true,
        keys,
        issuer: { ...root, name: `ring ${(at + 1) % 2}`, keys },
        notAfter,
      });
    const intermediates = await Promise.all(
      Array.from({ length: 60 }, (_, at) => ring(at, NOW + 1e8 + at * 1000)),
    );
    const [first = root] = intermediates;
    let asked = 0;
    const counting: Signatures = {
      assertKey: (certificate) => signatures.assertKey(certificate),
      verify: () => expect.fail(),
      verifyCommitted: () => expect.fail(),
      verifyIssued: (authority, document) => {
        asked += 1;
        return signatures.verifyIssued(authority, document);
      },
    };
    const profiles = [...intermediates].map(({ der }) => profileOf(parseCertificate(der)));
    const member = await issue({ name: 'm', units: ['peer'], issuer: first });
    const authorities = { roots: [profileOf(parseCertificate(root.der))], intermediates: profiles };
    const chain = (): Promise<unknown> =>
      uniqueChain(profileOf(parseCertificate(member.der)), authorities, counting);
    await refuses(chain, 'CHAIN_BROKEN');
    expect(asked).to.be.within(2, 100);
  });

  it('refuses an MSP of another type and one without a name', async () => {
    const idemix = Uint8Array.of(8, 1, ...mspConfig(organisation));
    await refuses(() => readMsp(idemix, signatures, '3.0'), 'ALGORITHM_NOT_ACCEPTED');
    await refuses(() => readMsp(new Uint8Array(), signatures, '3.0'), 'MALFORMED');
  });
});
