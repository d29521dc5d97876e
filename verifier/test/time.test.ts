import { ContentInfo, SignedData } from '@peculiar/asn1-cms';
import { AsnConvert } from '@peculiar/asn1-schema';
import { TSTInfo } from '@peculiar/asn1-tsp';
import { expect } from 'chai';
import type { Subtle } from '../src/crypto/subtle.js';
import { NotEvaluated, Rejection } from '../src/rejection.js';
import { interval, verifyToken, type Stamp } from '../src/time/index.js';
import { oid, octets, sequence, set } from './time/der.js';
import {
  basicConstraints,
  keyUsage,
  MESSAGE as MADE,
  newRoot,
  newSigner,
  tokenOf,
  type Signer,
} from './time/making.js';
import { hasOpenssl, RSA, TimeAuthority, type AuthorityOptions } from './time-authority.js';

const subtle = globalThis.crypto.subtle as unknown as Subtle;
const MESSAGE = new TextEncoder().encode('the envelope of an answer');

async function reasonOf(check: Promise<Stamp>): Promise<string> {
  try {
    await check;
    return 'accepted';
  } catch (error) {
    if (error instanceof Rejection || error instanceof NotEvaluated) return error.code;
    throw error;
  }
}

/** By another library: what stands in a token. */
function contentOf(token: Uint8Array): { content: Uint8Array; info: TSTInfo } {
  const signed = AsnConvert.parse(AsnConvert.parse(token, ContentInfo).content, SignedData);
  const { buffer } = signed.encapContentInfo.eContent!.single!;
  return { content: new Uint8Array(buffer), info: AsnConvert.parse(buffer, TSTInfo) };
}

function withoutName(content: Uint8Array): Uint8Array {
  const info = AsnConvert.parse(content, TSTInfo);
  delete info.tsa;
  return new Uint8Array(AsnConvert.serialize(info));
}

describe('time-stamp tokens', function () {
  const running: TimeAuthority[] = [];
  const start = (options: AuthorityOptions = {}): TimeAuthority => {
    const authority = new TimeAuthority(options);
    running.push(authority);
    return authority;
  };
  const check = (token: Uint8Array, root: Uint8Array, message = MESSAGE): Promise<Stamp> =>
    verifyToken(token, message, [{ name: 'Time', certificate: root }], subtle);

  before(function () {
    if (hasOpenssl()) return;
    console.warn('      openssl is not installed: no authority to run, tokens are not tested');
    this.skip();
  });
  after(() => running.forEach((authority) => authority.stop()));

  const kinds: readonly [string, AuthorityOptions, string][] = [
    ['ECDSA P-256', {}, 'sha256'],
    [
      'ECDSA P-384 with SHA-384',
      { key: ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], digest: 'sha384' },
      'sha384',
    ],
    ['RSA', { key: RSA }, 'sha256'],
    ['RSA with SHA-512', { key: RSA, digest: 'sha512' }, 'sha512'],
    ['a signing certificate by SHA-1 (RFC 2634)', { essDigest: 'sha1' }, 'sha256'],
    ['an authority between', { hasIntermediate: true }, 'sha256'],
  ];
  for (const [what, options, digest] of kinds) {
    it(`accepts ${what}, and reads what another library reads`, async () => {
      const authority = start(options);
      const token = authority.stamp(MESSAGE, { digest });
      const stamp = await check(token, authority.root);
      const { info } = contentOf(token);
      expect(stamp).to.deep.equal({ at: info.genTime.getTime(), accuracyMs: 1501, authority: 'Time' });
      expect(Math.abs(stamp.at - Date.now())).to.be.below(60_000);
    });
  }

  it('takes a second where the authority does not state its accuracy', async () => {
    const authority = start({ accuracy: 'millisecs:7' });
    expect(await check(authority.stamp(MESSAGE), authority.root)).to.include({ accuracyMs: 7 });
  });

  it('trusts a signer that the trust file names itself', async () => {
    const authority = start();
    expect(await check(authority.stamp(MESSAGE), authority.signer)).to.include({ authority: 'Time' });
  });

  it('refuses other bytes, a foreign root, no certificate, a digest that is broken', async () => {
    const [authority, foreign] = [start(), start()];
    const token = authority.stamp(MESSAGE);
    expect(await reasonOf(check(token, authority.root, MESSAGE.subarray(1)))).to.equal('TOKEN_INVALID');
    expect(await reasonOf(check(token, foreign.root))).to.equal('AUTHORITY_NOT_TRUSTED');
    expect(await reasonOf(verifyToken(token, MESSAGE, [], subtle))).to.equal('AUTHORITY_NOT_TRUSTED');
    const bare = authority.stamp(MESSAGE, { hasCertificates: false });
    expect(await reasonOf(check(bare, authority.root))).to.equal('AUTHORITY_NOT_TRUSTED');
    expect(await reasonOf(check(bare, authority.signer))).to.equal('accepted');
    const weak = authority.stamp(MESSAGE, { digest: 'sha1' });
    expect(await reasonOf(check(weak, authority.root))).to.equal('TOKEN_NOT_SUPPORTED');
  });

  for (const [extendedKeyUsage, expected] of [
    ['critical,timeStamping', 'accepted'],
    ['timeStamping', 'TOKEN_INVALID'],
    ['critical,timeStamping,emailProtection', 'TOKEN_INVALID'],
    ['critical,emailProtection', 'TOKEN_INVALID'],
  ] as const) {
    it(`${expected === 'accepted' ? 'accepts' : 'refuses'} a certificate for ${extendedKeyUsage}`, async () => {
      const authority = start({ extendedKeyUsage });
      const { content } = contentOf(start().stamp(MESSAGE));
      expect(await reasonOf(check(authority.sign(withoutName(content)), authority.root))).to.equal(expected);
    });
  }

  it('refuses the name of another authority in what is signed', async () => {
    const authority = start();
    const { content } = contentOf(start().stamp(MESSAGE));
    expect(await reasonOf(check(authority.sign(content), authority.root))).to.equal('TOKEN_INVALID');
  });

  it('refuses a token from outside the period of its certificate', async () => {
    const authority = start({ period: ['20300101000000Z', '20310101000000Z'] });
    expect(await reasonOf(check(authority.stamp(MESSAGE), authority.root))).to.equal('TOKEN_INVALID');
  });

  it('refuses bytes cut off and bytes added', async () => {
    const authority = start();
    const token = authority.stamp(MESSAGE);
    for (let length = 0; length < token.length; length += 7) {
      expect(await reasonOf(check(token.subarray(0, length), authority.root))).to.equal('TOKEN_INVALID');
    }
    const longer = Uint8Array.of(...token, 0);
    expect(await reasonOf(check(longer, authority.root))).to.equal('TOKEN_INVALID');
  });
});

describe('a token with one bit flipped', () => {
  // Digits have no other case: how a signer's name is spelled in what nobody signs makes no difference.
  const root = newRoot('1');
  const between = newRoot('2', { by: root });
  const signer = newSigner(between, { subject: '3' });

  /** Where a token is still accepted with a bit of that octet flipped, another bit in each. */
  async function survivorsOf(token: Uint8Array, stride: number): Promise<number[]> {
    const survivors: number[] = [];
    for (let at = 0; at < token.length; at += stride) {
      const flipped = token.slice();
      flipped[at]! ^= 1 << ((at * 3) & 7);
      const check = verifyToken(flipped, MADE, [{ name: 'Time', certificate: root.certificate }], subtle);
      if ((await reasonOf(check)) === 'accepted') survivors.push(at);
    }
    return survivors;
  }

  it('is refused', async () => {
    const carried = [signer.certificate, between.certificate];
    expect(await survivorsOf(tokenOf(signer, { message: MADE, carried }), 1)).to.deep.equal([]);
  });

  it('is refused but in certificates that it carries beyond its chain, and in what nobody signed', async () => {
    const carried = [signer.certificate, between.certificate, root.certificate];
    const unsigned = [sequence(oid('1.2.3'), set(octets(new Uint8Array(20))))];
    const token = tokenOf(signer, { message: MADE, carried, unsigned });
    const begin = Buffer.from(token).indexOf(root.certificate);
    const survivors = await survivorsOf(token, 5);
    const isBeside = (at: number): boolean =>
      (at >= begin && at < begin + root.certificate.length) || at >= token.length - unsigned[0]!.length - 2;
    expect(survivors.every(isBeside)).to.equal(true);
    expect(survivors.length).to.be.greaterThan(20);
  });
});

describe('paths to a root', () => {
  const subjectTo = (trusted: Readonly<Record<string, Uint8Array>>, carried: Uint8Array[], by: Signer) =>
    verifyToken(
      tokenOf(by, { message: MADE, carried }),
      MADE,
      Object.entries(trusted).map(([name, certificate]) => ({ name, certificate })),
      subtle,
    );

  it('are found in whatever order certificates come, and name the root that they end in', async () => {
    const [old, root] = [newRoot('Old root'), newRoot('Root of time')];
    const cross = newRoot('Root of time', { key: root.key, by: old });
    const by = newSigner(root);
    const certificates = [by.certificate, root.certificate, cross.certificate];
    for (const turn of [0, 1, 2]) {
      const carried = [...certificates.slice(turn), ...certificates.slice(0, turn)];
      expect(await subjectTo({ Old: old.certificate }, carried, by)).to.include({ authority: 'Old' });
      expect(await subjectTo({ New: root.certificate }, carried, by)).to.include({ authority: 'New' });
    }
  });

  it('count authorities between, but not those that issued themselves', async () => {
    const root = newRoot('Root of time', { extensions: [basicConstraints(true, 1), keyUsage(0x06)] });
    const one = newRoot('One', { by: root });
    const anew = newRoot('One', { by: one });
    const two = newRoot('Two', { by: anew });
    const [near, far] = [newSigner(anew), newSigner(two)];
    const carried = [one, anew, two].map(({ certificate }) => certificate);
    const trusted = { Root: root.certificate };
    expect(await reasonOf(subjectTo(trusted, [near.certificate, ...carried], near))).to.equal('accepted');
    const long = subjectTo(trusted, [far.certificate, ...carried], far);
    expect(await reasonOf(long)).to.equal('AUTHORITY_NOT_TRUSTED');
  });
});

describe('interval of time', () => {
  const stamps = [
    { at: Date.parse('2026-11-24T08:00:10.000Z'), accuracyMs: 1500, authority: 'Time A' },
    { at: Date.parse('2026-11-24T08:00:05.000Z'), accuracyMs: 1000, authority: 'Time B' },
  ];
  const made = [{ at: '2026-11-24T08:00:00.000Z', by: ['SteelMSP', 'ForgeMSP'] }];
  const seen = [{ at: '2026-11-24T08:01:00.000Z', by: ['ForgeMSP'] }];

  it('takes the earliest of what tokens and peers say', () => {
    expect(interval({ stamps, made, seen, needed: 1, clockSkew: 900 })).to.deep.equal({
      notBefore: { at: '2026-11-24T07:45:00.000Z', by: ['ForgeMSP', 'SteelMSP'] },
      notAfter: { at: '2026-11-24T08:00:06.000Z', by: ['Time B'] },
    });
  });

  it('falls back on peers’ clocks, and names all who signed the same', () => {
    const twice = [...seen, { at: '2026-11-24T08:01:00.000Z', by: ['SteelMSP'] }];
    expect(interval({ stamps: [], made: [], seen: twice, needed: 2, clockSkew: 60 })).to.deep.equal({
      notAfter: { at: '2026-11-24T08:02:00.000Z', by: ['ForgeMSP', 'SteelMSP'] },
    });
  });

  it('takes the latest of as many of the earliest as are needed', () => {
    const at = (minute: number) => `2026-11-24T08:0${minute}:00.000Z`;
    const three = [3, 1, 2].map((minute) => ({ at: at(minute), by: [`M${minute}`] }));
    const bound = (needed: number) =>
      interval({ stamps: [], made: [], seen: three, needed, clockSkew: 0 }).notAfter;
    expect(bound(1)).to.deep.equal({ at: at(1), by: ['M1'] });
    expect(bound(2)).to.deep.equal({ at: at(2), by: ['M1', 'M2'] });
    expect(bound(3)).to.deep.equal({ at: at(3), by: ['M1', 'M2', 'M3'] });
    expect(bound(4)).to.equal(undefined);
  });

  it('says nothing where nobody signed', () => {
    const nobody = [{ at: '2026-11-24T08:01:00.000Z', by: [] }];
    expect(interval({ stamps: [], made: nobody, seen: nobody, needed: 1, clockSkew: 900 })).to.deep.equal({});
  });
});
