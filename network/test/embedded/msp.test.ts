import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { expect } from 'chai';
import { msp } from '@hyperledger/fabric-protos';
import { EmbeddedNodeError } from '../../src/embedded/index.js';
import { newIdentities } from '../../src/embedded/identities.js';
import { createMsp, type Identity, type Msp } from '../../src/embedded/msp.js';

const P256 = { name: 'ECDSA', namedCurve: 'P-256' };
const P384 = { name: 'ECDSA', namedCurve: 'P-384' };
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' };

interface Holder {
  readonly certificate: x509.X509Certificate;
  readonly keys: CryptoKeyPair;
}
type CryptoKeyPair = webcrypto.CryptoKeyPair;

interface Request {
  readonly issuer?: Holder;
  readonly units?: readonly string[];
  readonly isCa?: boolean;
  /** Key usage for signing certificates, whether or not it is a CA. */
  readonly maySign?: boolean;
  readonly algorithm?: typeof P256;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly serial?: string;
}

let serials = 0;

const MINUTE_MS = 60_000;

/** What a request says, and what it means when it does not. */
function completed(request: Request): Required<Omit<Request, 'issuer'>> {
  return {
    units: [],
    isCa: false,
    maySign: false,
    algorithm: P256,
    notBefore: new Date(Date.now() - MINUTE_MS),
    notAfter: new Date(Date.now() + 60 * MINUTE_MS),
    serial: (++serials).toString(16).padStart(4, '0'),
    ...request,
  };
}

async function issue(name: string, request: Request = {}): Promise<Holder> {
  const { units, isCa, maySign, algorithm, notBefore, notAfter, serial } = completed(request);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const subject = [`CN=${name}`, ...units.map((unit) => `OU=${unit}`)].join(', ');
  const usage = isCa || maySign ? x509.KeyUsageFlags.keyCertSign : x509.KeyUsageFlags.digitalSignature;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial,
    subject,
    issuer: request.issuer?.certificate.subject ?? subject,
    notBefore,
    notAfter,
    publicKey: keys.publicKey,
    signingKey: (request.issuer?.keys ?? keys).privateKey,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(isCa, undefined, true),
      new x509.KeyUsagesExtension(usage, true),
    ],
  });
  return { certificate, keys };
}

const pem = ({ certificate }: Holder): Uint8Array => Buffer.from(certificate.toString('pem'));

async function revocationList(
  issuer: Holder,
  serials: readonly string[],
  signer = issuer,
  dates: { nextUpdate?: Date } = { nextUpdate: new Date(Date.now() - 1000) },
): Promise<Uint8Array> {
  const list = await x509.X509CrlGenerator.create({
    issuer: issuer.certificate.subject,
    thisUpdate: new Date(),
    ...dates,
    signingKey: signer.keys.privateKey,
    signingAlgorithm: SIGNING,
    entries: serials.map((serialNumber) => ({
      serialNumber,
      revocationDate: new Date(Date.now() + 3_600_000),
      reason: x509.X509CrlReason.keyCompromise,
    })),
  });
  return Buffer.from(list.rawData);
}

interface Parts {
  readonly roots: readonly Holder[];
  readonly intermediates?: readonly Holder[];
  readonly lists?: readonly Uint8Array[];
  /** Restricts the peer role to this CA. */
  readonly peerIssuer?: Holder;
  readonly hasNodeOus?: boolean;
}

function config({
  roots,
  intermediates = [],
  lists = [],
  peerIssuer,
  hasNodeOus = true,
}: Parts): msp.FabricMSPConfig {
  const unit = (name: string, issuer?: Holder): msp.FabricOUIdentifier => {
    const identifier = new msp.FabricOUIdentifier();
    identifier.setOrganizationalUnitIdentifier(name);
    if (issuer) identifier.setCertificate(pem(issuer));
    return identifier;
  };
  const units = new msp.FabricNodeOUs();
  units.setEnable(hasNodeOus);
  units.setClientOuIdentifier(unit('client'));
  units.setPeerOuIdentifier(unit('peer', peerIssuer));
  units.setAdminOuIdentifier(unit('admin'));
  units.setOrdererOuIdentifier(unit('orderer'));
  const made = new msp.FabricMSPConfig();
  made.setName('OrgMSP');
  made.setRootCertsList(roots.map(pem));
  made.setIntermediateCertsList(intermediates.map(pem));
  made.setRevocationListList([...lists]);
  made.setFabricNodeOus(units);
  return made;
}

const problemOf = (rules: Msp, holder: Holder): string | undefined => rules.identify(pem(holder)).problem;

describe('embedded node: membership', () => {
  let root: Holder;

  before(async () => {
    root = await issue('root', { isCa: true });
  });

  it('takes members of each role', async () => {
    const rules = await createMsp(config({ roots: [root] }));
    for (const role of ['client', 'peer', 'admin', 'orderer'])
      expect(rules.identify(pem(await issue('a', { issuer: root, units: [role] })))).deep.include({
        mspId: 'OrgMSP',
        role,
        problem: undefined,
      });
  });

  it('needs exactly one role', async () => {
    const rules = await createMsp(config({ roots: [root] }));
    const [none, two, extra] = await Promise.all([
      issue('a', { issuer: root }),
      issue('a', { issuer: root, units: ['client', 'peer'] }),
      issue('a', { issuer: root, units: ['client', 'sales'] }),
    ]);
    expect(problemOf(rules, none)).contains('0 found');
    expect(problemOf(rules, two)).contains('2 found');
    expect(problemOf(rules, extra)).equals(undefined);
  });

  it('restricts a role to certificates of one CA', async () => {
    const second = await issue('second root', { isCa: true });
    const rules = await createMsp(config({ roots: [root, second], peerIssuer: root }));
    expect(problemOf(rules, await issue('a', { issuer: root, units: ['peer'] }))).equals(undefined);
    expect(problemOf(rules, await issue('a', { issuer: second, units: ['peer'] }))).contains('not open');
    expect(problemOf(rules, await issue('a', { issuer: second, units: ['client'] }))).equals(undefined);
  });

  it('follows intermediates to a root, and no further', async () => {
    const intermediate = await issue('intermediate', { issuer: root, isCa: true });
    const foreign = await issue('foreign', { isCa: true });
    const stray = await issue('stray', { issuer: foreign, isCa: true });
    const rules = await createMsp(config({ roots: [root], intermediates: [intermediate, stray] }));
    expect(problemOf(rules, await issue('a', { issuer: intermediate, units: ['client'] }))).equals(undefined);
    expect(problemOf(rules, await issue('a', { issuer: stray, units: ['client'] }))).contains('no chain');
    expect(problemOf(rules, await issue('a', { issuer: foreign, units: ['client'] }))).contains('no chain');
  });

  it('takes no certificate of an impostor with the name of its CA', async () => {
    const impostor = await issue('root', { isCa: true });
    const rules = await createMsp(config({ roots: [root] }));
    expect(problemOf(rules, await issue('a', { issuer: impostor, units: ['client'] }))).contains('no chain');
  });

  it('takes no CA, no issuer that is none, and no other curve', async () => {
    const rules = await createMsp(config({ roots: [root] }));
    const authority = await issue('authority', { issuer: root, isCa: true, units: ['client'] });
    const leaf = await issue('leaf', { issuer: root, units: ['client'] });
    expect(problemOf(rules, authority)).contains('CA certificate');
    expect(problemOf(rules, await issue('a', { issuer: leaf, units: ['client'] }))).contains('no chain');
    const other = await issue('a', { issuer: root, units: ['client'], algorithm: P384 });
    expect(problemOf(rules, other)).contains('P-256');
  });

  it('trusts no root that is not a CA', async () => {
    const leaf = await issue('leaf', { units: ['client'], maySign: true });
    const rules = await createMsp(config({ roots: [root, leaf] }));
    const issued = await issue('a', { issuer: leaf, units: ['client'] });
    expect(problemOf(rules, issued)).contains('no chain');
  });

  it('judges old identities as of their own start, but not under a CA that was not valid then', async () => {
    const rules = await createMsp(config({ roots: [root] }));
    const past = { notBefore: new Date(Date.now() - 50_000), notAfter: new Date(Date.now() - 10_000) };
    const expired = await issue('a', { issuer: root, units: ['client'], ...past });
    expect(problemOf(rules, expired)).equals(undefined);
    const early = await issue('a', {
      issuer: root,
      units: ['client'],
      notBefore: new Date(Date.now() - 7_200_000),
    });
    expect(problemOf(rules, early)).contains('no chain');
  });

  it('heeds a revocation list of the CA, whatever its dates, and none that somebody else signed', async () => {
    const second = await issue('second root', { isCa: true });
    const revoked = await issue('a', { issuer: root, units: ['client'], serial: '00ab12' });
    const namesake = await issue('a', { issuer: second, units: ['client'], serial: '00ab12' });
    const valid = await issue('a', { issuer: root, units: ['client'] });
    const list = await revocationList(root, ['00ab12']);
    const rules = await createMsp(config({ roots: [root, second], lists: [list] }));
    expect(problemOf(rules, revoked)).contains('revoked');
    expect(problemOf(rules, namesake)).equals(undefined);
    expect(problemOf(rules, valid)).equals(undefined);
    const forged = await revocationList(root, ['00ab12'], second);
    expect(problemOf(await createMsp(config({ roots: [root], lists: [forged] })), revoked)).equals(undefined);
  });

  it('is refused with a revocation list that cannot be read whole', async () => {
    for (const list of [Buffer.from('no list'), await revocationList(root, ['01'], root, {})]) {
      const error = await createMsp(config({ roots: [root], lists: [list] })).catch(
        (cause: unknown) => cause,
      );
      expect(error).instanceOf(EmbeddedNodeError).and.property('code').equals('MSP_INVALID');
    }
  });

  it('is refused without a root or without roles', async () => {
    for (const parts of [{ roots: [] }, { roots: [root], hasNodeOus: false }]) {
      const error = await createMsp(config(parts)).catch((cause: unknown) => cause);
      expect(error).instanceOf(EmbeddedNodeError).and.property('code').equals('MSP_INVALID');
    }
  });

  describe('identities of a channel', () => {
    const serialized = (mspId: string, bytes: Uint8Array): Uint8Array => {
      const identity = new msp.SerializedIdentity();
      identity.setMspid(mspId);
      identity.setIdBytes(bytes);
      return identity.serializeBinary();
    };

    it('are found by their bytes, once', async () => {
      const rules = await createMsp(config({ roots: [root] }));
      let parsed = 0;
      const counting: Msp = {
        id: rules.id,
        identify(bytes): Identity {
          parsed += 1;
          return rules.identify(bytes);
        },
      };
      const identities = newIdentities(new Map([['OrgMSP', counting]]));
      const bytes = serialized('OrgMSP', pem(await issue('a', { issuer: root, units: ['client'] })));
      expect(identities.find(bytes)).equals(identities.find(Buffer.from(bytes)));
      expect(parsed).equals(1);
      for (const unknown of [
        serialized('OtherMSP', Buffer.from('x')),
        serialized('OrgMSP', Buffer.from('no certificate')),
        Buffer.from([0x0a, 0x05]),
        new Uint8Array(),
      ])
        expect(identities.find(unknown)).equals(undefined);
    });

    it('count once however their certificate is written', async () => {
      const rules = await createMsp(config({ roots: [root] }));
      const holder = await issue('a', { issuer: root, units: ['client'] });
      const padded = Buffer.concat([Buffer.from('comment\n'), pem(holder), Buffer.from('\n\n')]);
      expect(rules.identify(padded).key).equals(rules.identify(pem(holder)).key);
    });
  });
});
