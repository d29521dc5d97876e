import { element } from '../../../verifier/src/time/der-writing.js';
import { ascii, integer, nameOf, octets, oid, sequence, set, tagged, TRUE } from '../../../verifier/test/time/der.js';
import {
  attribute,
  basicConstraints,
  digestOf,
  essCertificate,
  extendedKeyUsage,
  extension,
  FOR_TIME,
  keyUsage,
  newRoot,
  TIME_STAMPING,
} from '../../../verifier/test/time/making.js';
import { fails, isNotSupported, isNotTrusted, plain, type Cases } from './case.js';
import { between } from './open.js';
import { ESS_V2, naming } from './valid.js';

const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';
const raw = (tag: number, ...content: readonly number[]): Uint8Array => element(tag, Uint8Array.from(content));
const bitsOf = (...content: readonly number[]): Uint8Array => extension('2.5.29.15', raw(0x03, ...content), true);
const PROXY = extension('1.3.6.1.5.5.7.1.14', sequence(sequence(oid('1.3.6.1.5.5.7.21.1'))));

const info = (part: Uint8Array) => fails(plain, { more: [part] });
const accuracy = (part: Uint8Array) => fails(plain, { accuracy: sequence(part) });
const signer = (...extensions: readonly Uint8Array[]) =>
  isNotSupported(() => plain({ extensions: [...FOR_TIME, ...extensions] }));
const root = (...extensions: readonly Uint8Array[]) =>
  isNotTrusted(() => plain({}, newRoot('Root of time', { extensions })));

/** Parts in forms that DER does not have, and parts that say a second thing: a reader of each kind, and OpenSSL, refuses them. */
export const forms: Cases = {
  'accuracy-with-an-idle-octet': accuracy(raw(0x02, 0, 5)),
  'accuracy-without-octets': accuracy(raw(0x02)),
  'accuracy-in-milliseconds-with-an-idle-octet': accuracy(raw(0x80, 0, 5)),
  'nonce-without-octets': info(raw(0x02)),
  'nonce-with-an-idle-octet': info(raw(0x02, 0, 1)),
  'ordering-of-two-octets': info(raw(0x01, 0xff, 0xff)),
  'digest-that-has-two-values': fails(plain, (setting) => ({
    attributes: (content) => {
      const [type = raw(5), , named = raw(5)] = naming(sequence(sequence(essCertificate(setting.signer.certificate)))).attributes(content);
      const two = sequence(oid(MESSAGE_DIGEST), set(octets(digestOf('sha256', content)), octets(new Uint8Array(32))));
      return [type, two, named];
    },
  })),
  'signing-certificates-with-something-behind-them': fails(plain, (setting) => ({
    attributes: (content) => {
      const certificates = sequence(essCertificate(setting.signer.certificate));
      const [type = raw(5), digest = raw(5)] = naming(sequence(certificates)).attributes(content);
      return [type, digest, attribute(ESS_V2, sequence(certificates, sequence(), raw(0x05)))];
    },
  })),
  'content-and-signature-by-two-digests': isNotSupported(plain, { hash: 'sha512', signedWith: 'sha256' }),
  'rsa-content-and-signature-by-two-digests': isNotSupported(() => plain({ kind: 'rsa' }), { signedWith: 'sha512' }),
  'rsa-pss-content-and-signature-by-two-digests': isNotSupported(() => plain({ kind: 'pss' }), { signedWith: 'sha512' }),
  'signer-whose-key-usage-has-nine-idle-bits': fails(() =>
    plain({ extensions: [bitsOf(9, 0xc0), extendedKeyUsage([TIME_STAMPING])] }),
  ),
  'signer-whose-key-identifier-is-none': signer(extension('2.5.29.14', raw(0x05))),
  'signer-whose-alternative-names-are-none': signer(extension('2.5.29.17', raw(0x04, 1))),
  'signer-whose-distribution-points-are-none': signer(extension('2.5.29.31', raw(0x05))),
  'signer-that-is-a-proxy': signer(PROXY),
  'authority-of-another-name-behind-an-address': isNotTrusted(() => {
    const names = tagged(1, element(0x86, ascii('https://time.example')), tagged(4, nameOf('Nobody')));
    return plain({ extensions: [...FOR_TIME, extension('2.5.29.35', sequence(names))] });
  }),
  'root-whose-constraints-go-on': root(
    extension('2.5.29.19', sequence(TRUE, integer(3), raw(0x05)), true),
    keyUsage(0x06),
  ),
  'root-whose-key-usage-is-an-idle-bit': root(basicConstraints(true), bitsOf(3, 0x04)),
  'authority-between-whose-key-usage-is-an-idle-bit': between({ extensions: [basicConstraints(true), bitsOf(3, 0x04)] }),
  'authority-between-that-is-a-proxy': between({ extensions: [basicConstraints(true), keyUsage(0x06), PROXY] }),
};
