import { webcrypto } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { expect } from 'chai';
import fc from 'fast-check';
import { newSignatures, type Signatures } from '../src/crypto/signature.js';
import type { Subtle } from '../src/crypto/subtle.js';
import { NotEvaluated, Rejection } from '../src/rejection.js';
import { ALGORITHMS } from '../src/trust/trust.js';
import { parseCertificate, type Certificate } from '../src/x509/certificate.js';
import { issue, type Holder, type KeyKind } from './certificates-fixture.js';
import { refuses } from './rejections.js';
import { times } from '../../test/sampling.js';

const subtle: Subtle = webcrypto.subtle;
const ORDER = p256.Point.Fn.ORDER;
const MESSAGE = new TextEncoder().encode('a message');

const number = (value: bigint): Buffer => {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  const content = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
  return Buffer.concat([Buffer.of(2, content.length), content]);
};
const pair = (r: bigint, s: bigint): Uint8Array => {
  const content = Buffer.concat([number(r), number(s)]);
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Uint8Array.from(Buffer.concat([Buffer.of(0x30, ...length), content]));
};

class Signer {
  readonly certificate: Certificate;
  readonly #holder: Holder;

  constructor(holder: Holder) {
    this.#holder = holder;
    this.certificate = parseCertificate(holder.der);
  }

  async numbers(message: Uint8Array): Promise<{ r: bigint; s: bigint }> {
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const bytes = Buffer.from(await webcrypto.subtle.sign(algorithm, this.#holder.keys.privateKey, message));
    const half = bytes.length / 2;
    const r = BigInt(`0x${bytes.subarray(0, half).toString('hex')}`);
    const s = BigInt(`0x${bytes.subarray(half).toString('hex')}`);
    const { kind } = this.#holder;
    const order = { 'P-256': ORDER, 'P-384': p384.Point.Fn.ORDER, 'P-521': p521.Point.Fn.ORDER }[
      kind as 'P-256'
    ];
    return { r, s: s > order / 2n ? order - s : s };
  }

  async sign(message: Uint8Array): Promise<Uint8Array> {
    if (this.#holder.kind === 'Ed25519') {
      const { privateKey } = this.#holder.keys;
      return new Uint8Array(await webcrypto.subtle.sign({ name: 'Ed25519' }, privateKey, message));
    }
    const { r, s } = await this.numbers(message);
    return pair(r, s);
  }
}

const signerOf = async (kind: KeyKind): Promise<Signer> => new Signer(await issue({ name: kind, kind }));

describe('signatures', () => {
  const signatures: Signatures = newSignatures(subtle, ALGORITHMS);
  let signer: Signer;
  before(async () => {
    signer = await signerOf('P-256');
  });

  for (const kind of ['P-256', 'P-384', 'P-521', 'Ed25519'] as const) {
    it(`accepts ${kind}, and no other message or key`, async () => {
      const [one, other] = [await signerOf(kind), await signerOf(kind)];
      const signature = await one.sign(MESSAGE);
      await signatures.verify(one.certificate, MESSAGE, signature);
      await refuses(() => signatures.verify(other.certificate, MESSAGE, signature), 'SIGNATURE_INVALID');
      const longer = Uint8Array.of(...MESSAGE, 0);
      await refuses(() => signatures.verify(one.certificate, longer, signature), 'SIGNATURE_INVALID');
    });
  }

  for (const [kind, order] of [
    ['P-256', ORDER],
    ['P-384', p384.Point.Fn.ORDER],
    ['P-521', p521.Point.Fn.ORDER],
  ] as const) {
    it(`refuses the higher s of ${kind}`, async () => {
      const one = await signerOf(kind);
      const { r, s } = await one.numbers(MESSAGE);
      await refuses(() => signatures.verify(one.certificate, MESSAGE, pair(r, order - s)), 'HIGH_S');
    });
  }

  it('refuses algorithms that are not accepted', async () => {
    const onlyP256 = newSignatures(subtle, ['ecdsa-p256-sha256']);
    for (const kind of ['P-384', 'Ed25519'] as const) {
      const one = await signerOf(kind);
      const signature = await one.sign(MESSAGE);
      await refuses(() => onlyP256.verify(one.certificate, MESSAGE, signature), 'ALGORITHM_NOT_ACCEPTED');
    }
    const rsa = parseCertificate((await issue({ name: 'rsa', kind: 'RSA' })).der);
    await refuses(() => signatures.verify(rsa, MESSAGE, new Uint8Array(256)), 'ALGORITHM_NOT_ACCEPTED');
  });

  it('refuses the second spelling, high-S, before it looks at the key', async () => {
    const { r, s } = await signer.numbers(MESSAGE);
    const untouched: Subtle = {
      importKey: () => Promise.reject(new Error('asked')),
      verify: () => Promise.reject(new Error('asked')),
    };
    const strict = newSignatures(untouched, ALGORITHMS);
    await refuses(() => strict.verify(signer.certificate, MESSAGE, pair(r, ORDER - s)), 'HIGH_S');
    await refuses(() => strict.verify(signer.certificate, MESSAGE, pair(r, ORDER / 2n + 1n)), 'HIGH_S');
  });

  it('takes half the order, rounded down, for low', () =>
    refuses(() => signatures.verify(signer.certificate, MESSAGE, pair(1n, ORDER / 2n)), 'SIGNATURE_INVALID'));

  it('refuses numbers out of range', async () => {
    const { r, s } = await signer.numbers(MESSAGE);
    for (const bad of [pair(0n, s), pair(r, 0n), pair(r + ORDER, s), pair(ORDER, s), pair(1n << 400n, s)]) {
      await refuses(() => signatures.verify(signer.certificate, MESSAGE, bad), 'SIGNATURE_MALFORMED');
    }
  });

  it('refuses a signature over another curve', async () => {
    const wide = await signerOf('P-384');
    const signature = await wide.sign(MESSAGE);
    await refuses(
      () => signatures.verify(signer.certificate, MESSAGE, signature),
      'SIGNATURE_MALFORMED',
      'HIGH_S',
    );
    const narrow = await signer.sign(MESSAGE);
    await refuses(() => signatures.verify(wide.certificate, MESSAGE, narrow), 'SIGNATURE_INVALID');
  });

  it('refuses other forms than DER', async () => {
    const good = await signer.sign(MESSAGE);
    const bad = [
      new Uint8Array(),
      Uint8Array.of(...good.subarray(0, -1)),
      Uint8Array.of(0x30, 0x81, ...good.subarray(1)),
      Uint8Array.of(0x31, ...good.subarray(1)),
      new Uint8Array(64),
    ];
    for (const bytes of bad) {
      await refuses(() => signatures.verify(signer.certificate, MESSAGE, bytes), 'SIGNATURE_MALFORMED');
    }
    const trailing = Uint8Array.of(...good, 0);
    await refuses(() => signatures.verify(signer.certificate, MESSAGE, trailing), 'TRAILING_BYTES');
  });

  it('reads what peers took as Go does: what stands after the two numbers, or after all, is passed over', async () => {
    const { certificate } = signer;
    const { r, s } = await signer.numbers(MESSAGE);
    const within = (...extra: number[]): Uint8Array => {
      const [tag = 0, length = 0, ...rest] = pair(r, s);
      return Uint8Array.of(tag, length + extra.length, ...rest, ...extra);
    };
    const odd = [
      Uint8Array.of(...pair(r, s), 0),
      within(5, 0),
      within(0x1f),
      within(2, 0x7f, 1),
      within(0x30),
    ];
    for (const bytes of [pair(r, s), ...odd]) await signatures.verifyCommitted(certificate, MESSAGE, bytes);
    for (const bytes of odd)
      await refuses(() => signatures.verify(certificate, MESSAGE, bytes), 'TRAILING_BYTES');
  });

  it('reads nothing else of it loosely', async () => {
    const { certificate } = signer;
    const { r, s } = await signer.numbers(MESSAGE);
    const good = pair(r, s);
    const high = pair(r, ORDER - s);
    await refuses(() => signatures.verifyCommitted(certificate, MESSAGE, high), 'HIGH_S');
    const other = Uint8Array.of(...MESSAGE, 0);
    await refuses(() => signatures.verifyCommitted(certificate, other, good), 'SIGNATURE_INVALID');
    const padded = Buffer.concat([Buffer.of(2, 2, 0, 1), number(s)]);
    const bad = [
      Uint8Array.of(...good.subarray(0, -1)),
      Uint8Array.of(0x30, 0x81, ...good.subarray(1)),
      Uint8Array.of(0x30, 0x80, ...good.subarray(2), 0, 0),
      Uint8Array.of(0x31, ...good.subarray(1)),
      Uint8Array.of(0x10, ...good.subarray(1)),
      Uint8Array.of(0, ...good),
      Uint8Array.of(0x30, 3, 2, 1, 1),
      Uint8Array.of(0x30, padded.length, ...padded),
      Uint8Array.of(0x30, 6, 2, 1, 0xff, 2, 1, 1),
      pair(0n, s),
      pair(r + ORDER, s),
    ];
    for (const bytes of bad)
      await refuses(() => signatures.verifyCommitted(certificate, MESSAGE, bytes), 'SIGNATURE_MALFORMED');
  });

  it('refuses a key that is not on its curve', async () => {
    const spki = Uint8Array.from(signer.certificate.key.spki);
    spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1;
    const crooked = {
      ...signer.certificate,
      fingerprint: 'crooked',
      key: { ...signer.certificate.key, spki },
    };
    const signature = await signer.sign(MESSAGE);
    await refuses(() => signatures.verify(crooked, MESSAGE, signature), 'CERTIFICATE_MALFORMED');
  });

  it('leaves open what this Web Cryptography API has no curve for', async () => {
    const wide = await signerOf('P-521');
    const without: Subtle = {
      importKey: () => Promise.reject(new DOMException('no such curve', 'NotSupportedError')),
      verify: () => Promise.reject(new Error('asked')),
    };
    const signature = await wide.sign(MESSAGE);
    const error: unknown = await newSignatures(without, ALGORITHMS)
      .verify(wide.certificate, MESSAGE, signature)
      .catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(NotEvaluated);
    expect(error).to.deep.include({ code: 'ALGORITHM_NOT_ACCEPTED', facts: { curve: 'P-521' } });
  });

  it('agrees with noble on every bit flip', async () => {
    const publicKey = signer.certificate.key.spki.subarray(-65);
    const isAccepted = async (message: Uint8Array, signature: Uint8Array): Promise<boolean> => {
      try {
        await signatures.verify(signer.certificate, message, signature);
        return true;
      } catch (error) {
        if (error instanceof Rejection) return false;
        throw error;
      }
    };
    const byNoble = (message: Uint8Array, signature: Uint8Array): boolean => {
      try {
        return p256.verify(signature, message, publicKey, { format: 'der', lowS: true });
      } catch {
        return false;
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 40 }),
        fc.nat(),
        fc.boolean(),
        async (message, at, flip) => {
          const signature = await signer.sign(message);
          if (flip) {
            const index = at % signature.length;
            signature[index] = (signature[index] ?? 0) ^ (1 << (at % 8));
          }
          const accepted = await isAccepted(message, signature);
          expect(accepted).to.equal(byNoble(message, signature));
          expect(accepted).to.equal(!flip);
        },
      ),
      { numRuns: times(200) },
    );
  });

  it('imports the key of a certificate once', async () => {
    let imports = 0;
    const counting: Subtle = {
      importKey: (...request) => {
        imports += 1;
        return subtle.importKey(...request);
      },
      verify: (...request) => subtle.verify(...request),
    };
    const counted = newSignatures(counting, ALGORITHMS);
    const signature = await signer.sign(MESSAGE);
    for (let round = 0; round < 3; round++) await counted.verify(signer.certificate, MESSAGE, signature);
    expect(imports).to.equal(1);
  });
});

describe('signatures of authorities', () => {
  const signatures = newSignatures(subtle, ['ecdsa-p256-sha256']);

  const KINDS: readonly (readonly [KeyKind, 'SHA-256' | 'SHA-384' | 'SHA-512'])[] = [
    ['P-256', 'SHA-256'],
    ['P-256', 'SHA-512'],
    ['P-384', 'SHA-384'],
    ['RSA', 'SHA-256'],
    ['Ed25519', 'SHA-256'],
  ];
  for (const [kind, hash] of KINDS) {
    it(`accepts ${kind} with ${hash}`, async () => {
      const authority = await issue({ name: 'root', kind, authority: true });
      const other = await issue({ name: 'root', kind, authority: true });
      const issued = parseCertificate((await issue({ name: 'leaf', issuer: authority, hash })).der);
      await signatures.verifyIssued(parseCertificate(authority.der), issued);
      await refuses(() => signatures.verifyIssued(parseCertificate(other.der), issued), 'SIGNATURE_INVALID');
    });
  }

  it('refuses SHA-1, and an algorithm of another kind of key', async () => {
    const authority = await issue({ name: 'root', authority: true });
    const weak = parseCertificate((await issue({ name: 'leaf', issuer: authority, hash: 'SHA-1' })).der);
    const root = parseCertificate(authority.der);
    await refuses(() => signatures.verifyIssued(root, weak), 'ALGORITHM_NOT_ACCEPTED');
    const rsa = parseCertificate((await issue({ name: 'rsa', kind: 'RSA', authority: true })).der);
    await refuses(() => signatures.verifyIssued(root, rsa), 'ALGORITHM_NOT_ACCEPTED');
  });
});
