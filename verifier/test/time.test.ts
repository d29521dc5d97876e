import { ContentInfo, SignedData } from '@peculiar/asn1-cms';
import { AsnConvert } from '@peculiar/asn1-schema';
import { TSTInfo } from '@peculiar/asn1-tsp';
import { expect } from 'chai';
import type { Subtle } from '../src/crypto/subtle.js';
import { NotEvaluated, Rejection } from '../src/rejection.js';
import { interval, verifyToken, type Stamp } from '../src/time/index.js';
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
  this.timeout(60_000);
  const running: TimeAuthority[] = [];
  const start = (options: AuthorityOptions = {}): TimeAuthority => {
    const authority = new TimeAuthority(options);
    running.push(authority);
    return authority;
  };
  const check = (token: Uint8Array, root: Uint8Array, message = MESSAGE): Promise<Stamp> =>
    verifyToken(token, message, [{ name: 'Time', certificate: root }], subtle);

  async function survivorsOf(token: Uint8Array, root: Uint8Array): Promise<number[]> {
    const survivors = new Set<number>();
    for (let bit = 0; bit < token.length * 8; bit++) {
      const flipped = token.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      if ((await reasonOf(check(flipped, root))) === 'accepted') survivors.add(bit >> 3);
    }
    return [...survivors];
  }

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

  it('refuses every flipped bit', async () => {
    const authority = start({ hasIntermediate: true });
    const token = authority.stamp(MESSAGE);
    expect(await survivorsOf(token, authority.root)).to.deep.equal([]);
  });

  it('does not judge certificates that a token carries beyond its chain', async () => {
    const authority = start({ carriesRoot: true });
    const token = authority.stamp(MESSAGE);
    const begin = Buffer.from(token).indexOf(authority.root);
    const survivors = await survivorsOf(token, authority.root);
    expect(survivors.every((at) => at >= begin && at < begin + authority.root.length)).to.equal(true);
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
