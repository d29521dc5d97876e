import { verify, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ContentInfo, SignedData } from '@peculiar/asn1-cms';
import { AsnConvert } from '@peculiar/asn1-schema';
import { expect } from 'chai';
import type { Subtle } from '../../src/crypto/subtle.js';
import { NotEvaluated, Rejection } from '../../src/rejection.js';
import { verifyToken } from '../../src/time/index.js';
import { set } from './der.js';

interface Vector {
  readonly name: string;
  readonly message: string;
  readonly token: string;
  readonly authorities: readonly { readonly name: string; readonly certificate: string }[];
  readonly result: 'pass' | 'fail' | 'not-evaluated';
  readonly reason?: string;
  readonly at: string;
  readonly accuracyMs?: number;
  readonly authority?: string;
  readonly openssl: { readonly ts: boolean; readonly cms: boolean };
}

const file = new URL('../../../test/vectors/time/tokens.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as readonly Vector[];
const subtle = globalThis.crypto.subtle as unknown as Subtle;
const bytes = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'));

async function judged({ token, message, authorities }: Vector): Promise<object> {
  const trusted = authorities.map(({ name, certificate }) => ({ name, certificate: bytes(certificate) }));
  try {
    const { at, accuracyMs, authority } = await verifyToken(bytes(token), bytes(message), trusted, subtle);
    return { result: 'pass', at: new Date(at).toISOString(), accuracyMs, authority };
  } catch (error) {
    if (error instanceof Rejection) return { result: 'fail', reason: error.code };
    if (error instanceof NotEvaluated) return { result: 'not-evaluated', reason: error.code };
    throw error;
  }
}

describe('vectors of time-stamp tokens', () => {
  for (const vector of vectors) {
    const { name, result, reason, accuracyMs, authority } = vector;
    it(`${name}: ${[result, reason].join(' ')}`, async () => {
      const at = new Date(vector.at).toISOString();
      const expected = result === 'pass' ? { result, at, accuracyMs, authority } : { result, reason };
      expect(await judged(vector)).to.deep.equal(expected);
    });
  }

  // OpenSSL's programs do not know Ed25519 in a CMS.
  it('that pass are such as OpenSSL verifies, or else another library reads and Node verifies', () => {
    const passing = vectors.filter(({ result }) => result === 'pass');
    expect(passing.length).to.be.greaterThan(50);
    const others = passing.filter(({ openssl }) => !openssl.ts && !openssl.cms);
    expect(others.map(({ name }) => name)).to.deep.equal(['ed25519']);
    for (const { token } of others) {
      const data = AsnConvert.parse(AsnConvert.parse(bytes(token), ContentInfo).content, SignedData);
      const [signer, certificate] = [data.signerInfos[0]!, data.certificates![0]!.certificate!];
      const { publicKey } = new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)));
      const signed = set(...signer.signedAttrs!.map((each) => new Uint8Array(AsnConvert.serialize(each))));
      expect(verify(null, signed, publicKey, new Uint8Array(signer.signature.buffer))).to.equal(true);
    }
  });
});
