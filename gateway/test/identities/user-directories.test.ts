import {
  createPrivateKey,
  generateKeyPairSync,
  randomBytes,
  verify,
  webcrypto,
  X509Certificate,
} from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { expect } from 'chai';
import { EnrolledIdentityError, readIdentities } from '../../src/identities/index.js';
import { newPemPair, type PemPair } from './certificates.js';

const ADMIN = 'Admin@org1.example.com';
const USER = 'User1@org1.example.com';

describe('user directories of other tools', () => {
  let users = '';
  let pair: PemPair;

  before(async () => {
    pair = await newPemPair('user');
  });
  beforeEach(async () => {
    users = await mkdtemp(join(tmpdir(), 'users-'));
  });
  afterEach(() => rm(users, { recursive: true, force: true }));

  async function write(user: string, files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const file = join(users, user, 'msp', path);
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, content);
    }
  }

  const cryptogen = (user: string, { certificate, privateKey }: PemPair): Promise<void> =>
    write(user, {
      [`signcerts/${user}-cert.pem`]: certificate,
      'keystore/priv_sk': privateKey,
      'cacerts/ca.org1.example.com-cert.pem': certificate,
      'config.yaml': 'NodeOUs: {}\n',
    });

  const problem = async (names?: Record<string, string>): Promise<string> => {
    const error = await readIdentities(users, 'Org1MSP', names).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(EnrolledIdentityError);
    const { code, message } = error as EnrolledIdentityError;
    return `${code} ${message.replaceAll(users, '')}`;
  };

  it('are read under their own names, or under those given', async () => {
    await cryptogen(ADMIN, pair);
    await cryptogen(USER, await newPemPair('user1'));
    expect([...(await readIdentities(users, 'Org1MSP')).keys()]).to.deep.equal([ADMIN, USER]);
    const names = { operator: USER, connector: USER };
    const renamed = await readIdentities(users, 'Org1MSP', names);
    expect([...renamed.keys()]).to.deep.equal([ADMIN, 'operator', 'connector']);
    expect(renamed.get('operator')!.keyDigest).to.equal(renamed.get('connector')!.keyDigest);
    expect(renamed.get('operator')!.name).to.equal('operator');
  });

  it('names that point nowhere, or at two identities, are refused', async () => {
    await cryptogen(ADMIN, pair);
    await cryptogen(USER, pair);
    expect(await problem({ operator: 'Nobody' })).to.equal('UNNAMED : there is no user directory Nobody');
    expect(await problem({ [USER]: ADMIN })).to.equal(`UNNAMED : two identities would be called ${USER}`);
  });

  it('keys of earlier enrolments beside the one in use, as fabric-ca-client leaves them', async () => {
    const old = await newPemPair('before');
    await write(USER, {
      'signcerts/cert.pem': pair.certificate,
      'keystore/0a_sk': old.privateKey,
      'keystore/0b_sk': pair.privateKey,
      'keystore/0c_sk': 'not a key',
    });
    const identity = (await readIdentities(users, 'Org1MSP')).get(USER)!;
    const signature = identity.sign(Buffer.from('m'));
    const key = new X509Certificate(pair.certificate).publicKey;
    expect(verify('sha256', Buffer.from('m'), key, signature)).to.equal(true);
  });

  it('keys in SEC1 form, with and without parameters before them', async () => {
    const sec1 = createPrivateKey(pair.privateKey).export({ type: 'sec1', format: 'pem' }).toString();
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
    for (const key of [sec1, parameters + sec1]) {
      await write(USER, { 'signcerts/cert.pem': pair.certificate, 'keystore/key.pem': key });
      expect((await readIdentities(users, 'Org1MSP')).get(USER)!.sign(randomBytes(8))).to.have.length.above(
        60,
      );
    }
  });

  it('Ed25519, as Fabric 3 allows', async () => {
    const algorithm = { name: 'Ed25519' };
    const keys = (await webcrypto.subtle.generateKey(algorithm, true, [
      'sign',
      'verify',
    ])) as webcrypto.CryptoKeyPair;
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=ed',
      keys,
      signingAlgorithm: algorithm,
    });
    const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
    await write(USER, {
      'signcerts/cert.pem': certificate.toString('pem'),
      'keystore/key.pem': `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    });
    const signature = (await readIdentities(users, 'Org1MSP')).get(USER)!.sign(Buffer.from('m'));
    const { publicKey } = new X509Certificate(certificate.toString('pem'));
    expect(verify(null, Buffer.from('m'), publicKey, signature)).to.equal(true);
  });

  it('problems name the file and what is wrong with it, and quote nothing', async () => {
    const encrypted = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'hunter2' },
    }).privateKey;
    const other = await newPemPair('other');
    const msp = `/${USER}/msp`;
    const certificate = `${msp}/signcerts/cert.pem`;
    const key = `${msp}/keystore/priv_sk`;
    const wrong: readonly [Readonly<Record<string, string>>, string][] = [
      [{ 'config.yaml': '' }, `UNREADABLE ${msp}/signcerts: is not there`],
      [
        { 'signcerts/cert.pem': pair.certificate, 'signcerts/old.pem': pair.certificate },
        `UNREADABLE ${msp}/signcerts: expected exactly one certificate, found 2 files`,
      ],
      [{ 'signcerts/cert.pem': pair.certificate }, `UNREADABLE ${msp}/keystore: is not there`],
      [
        { 'signcerts/cert.pem': pair.certificate, 'keystore/.gitkeep': '' },
        `UNREADABLE ${msp}/keystore: holds no private key`,
      ],
      [
        { 'signcerts/cert.pem': 'x', 'keystore/priv_sk': pair.privateKey },
        `UNREADABLE ${certificate}: is no certificate in PEM form`,
      ],
      [
        { 'signcerts/cert.pem': pair.certificate, 'keystore/priv_sk': pair.certificate },
        `UNREADABLE ${key}: is no private key in PEM form`,
      ],
      [
        { 'signcerts/cert.pem': pair.certificate, 'keystore/priv_sk': encrypted },
        `KEY_UNSUPPORTED ${key}: the private key is encrypted`,
      ],
      [
        { 'signcerts/cert.pem': pair.certificate, 'keystore/priv_sk': other.privateKey },
        `KEY_MISMATCH ${key}: the key does not belong to the certificate ${certificate}`,
      ],
      [
        {
          'signcerts/cert.pem': pair.certificate,
          'keystore/1_sk': other.privateKey,
          'keystore/2_sk': 'x',
        },
        `KEY_MISMATCH ${msp}/keystore: none of 2 files is a key that belongs to ${certificate}`,
      ],
    ];
    for (const [files, expected] of wrong) {
      await rm(join(users, USER), { recursive: true, force: true });
      await write(USER, files);
      expect(await problem()).to.equal(expected);
    }
    await rm(users, { recursive: true });
    expect(await problem()).to.equal('UNREADABLE : is not there');
  });
});
