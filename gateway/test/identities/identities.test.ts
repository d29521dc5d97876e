import { createHash, createPublicKey, generateKeyPairSync, verify, X509Certificate } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { p256 } from '@noble/curves/nist.js';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  curveOrder,
  EnrolledIdentityError,
  isLowS,
  newEnrolledIdentity,
  readIdentities,
  signMessage,
} from '../../src/identities/index.js';
import { newPemPair, newTestIdentity, privateKeyPem, rsaKey, type PemPair } from './certificates.js';
import { times } from '../../../test/sampling.js';

async function writeUser(users: string, name: string, pair: PemPair, keyName = 'key.pem'): Promise<void> {
  const msp = join(users, name, 'msp');
  await mkdir(join(msp, 'signcerts'), { recursive: true });
  await mkdir(join(msp, 'keystore'), { recursive: true });
  await writeFile(join(msp, 'signcerts', 'cert.pem'), pair.certificate);
  await writeFile(join(msp, 'keystore', keyName), pair.privateKey);
}

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('enrolled identities', () => {
  let users = '';
  beforeEach(async () => {
    users = await mkdtemp(join(tmpdir(), 'identities-'));
  });
  afterEach(() => rm(users, { recursive: true, force: true }));

  it('reads every user of an MSP layout, whatever the key file is called, and nothing else', async () => {
    const [officer, press] = [await newPemPair('officer'), await newPemPair('press')];
    await writeUser(users, 'officer', officer);
    await writeUser(users, 'press-4', press, 'priv_sk');
    await mkdir(join(users, '.making-00aa'));
    await writeFile(join(users, 'README'), 'not a user');
    const identities = await readIdentities(users, 'Org1MSP');
    expect([...identities.keys()]).to.deep.equal(['officer', 'press-4']);
    const found = identities.get('officer')!;
    const spki = new X509Certificate(officer.certificate).publicKey.export({ type: 'spki', format: 'der' });
    expect(found.keyDigest).to.equal(`sha256:${createHash('sha256').update(spki).digest('hex')}`);
    expect(found.mspId).to.equal('Org1MSP');
    expect(found.certificate).to.equal(officer.certificate);
  });

  it('refuses a key that does not belong to the certificate', async () => {
    const [one, other] = [await newPemPair('one'), await newPemPair('other')];
    await writeUser(users, 'mixed', { certificate: one.certificate, privateKey: other.privateKey });
    const error = await rejection(readIdentities(users, 'Org1MSP'));
    expect(error).to.be.instanceOf(EnrolledIdentityError).with.property('code', 'KEY_MISMATCH');
  });

  it('refuses an unreadable directory, and keys Fabric does not use', async () => {
    const pair = await newPemPair('user');
    await mkdir(join(users, 'empty'));
    expect(await rejection(readIdentities(users, 'M'))).to.have.property('code', 'UNREADABLE');
    const rsa = { certificate: pair.certificate, privateKey: privateKeyPem(rsaKey()) };
    expect(() => newEnrolledIdentity('rsa', 'M', rsa)).to.throw(EnrolledIdentityError, 'not P-256');
  });

  it('shows no key material: not in errors, not when printed or serialised', async () => {
    const pair = await newPemPair('user');
    const secret = pair.privateKey.split('\n')[1]!;
    const broken = { ...pair, privateKey: pair.privateKey.replace('MIG', 'XIG') };
    const error = await rejection(Promise.resolve().then(() => newEnrolledIdentity('user', 'M', broken)));
    expect(inspect(error, { depth: 9 })).not.to.contain(secret.slice(4));
    const identity = newEnrolledIdentity('user', 'M', pair);
    expect(inspect(identity, { depth: 9, showHidden: true })).not.to.contain(secret);
    expect(JSON.stringify(identity)).not.to.contain(secret);
  });
});

describe('signatures', () => {
  it('are DER, low-S, and verify under an independent implementation', async () => {
    const pair = await newPemPair('signer');
    const identity = newEnrolledIdentity('signer', 'M', pair);
    const key = new X509Certificate(pair.certificate).publicKey;
    const jwk = key.export({ format: 'jwk' });
    const point = Buffer.concat([
      Buffer.of(4),
      Buffer.from(jwk.x!, 'base64url'),
      Buffer.from(jwk.y!, 'base64url'),
    ]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (message) => {
        const signature = identity.sign(message);
        expect(isLowS(signature, curveOrder(key)!)).to.equal(true);
        const digest = createHash('sha256').update(message).digest();
        // noble refuses high-S by default and is the library that fabric-gateway itself signs with.
        const options = { prehash: false, lowS: true, format: 'der' } as const;
        expect(p256.verify(signature, digest, point, options)).to.equal(true);
      }),
      { numRuns: times(100) },
    );
  });

  it('a high-S twin verifies as ECDSA, but is not low-S', async () => {
    const identity = await newTestIdentity('signer');
    const key = createPublicKey(identity.certificate);
    const message = Buffer.from('a claim');
    const low = p256.Signature.fromBytes(identity.sign(message), 'der');
    const high = new p256.Signature(low.r, p256.Point.Fn.ORDER - low.s).toBytes('der');
    expect(verify('sha256', message, { key, dsaEncoding: 'der' }, high)).to.equal(true);
    expect(isLowS(high, curveOrder(key)!)).to.equal(false);
  });

  it('malformed DER is never low-S', () => {
    const order = curveOrder(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)!;
    const good = Buffer.from('3006020101020101', 'hex');
    expect(isLowS(good, order)).to.equal(true);
    for (const bad of [
      '',
      '30',
      '300602010102010101',
      '3005020101020101',
      '3106020101020101',
      '30060201010201',
    ]) {
      expect(isLowS(Buffer.from(bad, 'hex'), order), bad).to.equal(false);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => typeof isLowS(bytes, order) === 'boolean'),
    );
  });

  it('P-384 and Ed25519 keys sign too', () => {
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const message = Buffer.from('m');
    for (let run = 0; run < 8; run += 1) {
      const signature = signMessage(message, p384.privateKey);
      expect(verify('sha256', message, p384.publicKey, signature)).to.equal(true);
      expect(isLowS(signature, curveOrder(p384.publicKey)!)).to.equal(true);
    }
    const ed = generateKeyPairSync('ed25519');
    expect(verify(null, message, ed.publicKey, signMessage(message, ed.privateKey))).to.equal(true);
  });
});
