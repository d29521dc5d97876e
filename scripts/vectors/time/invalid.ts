import { element } from '../../../verifier/src/time/der-writing.js';
import { ascii, berOf, generalized, integer, nameOf, octets, oid, sequence, tagged } from '../../../verifier/test/time/der.js';
import {
  attribute,
  basicConstraints,
  digestOf,
  essCertificate,
  extendedKeyUsage,
  FOR_TIME,
  infoOf,
  keyUsage,
  MESSAGE,
  newKey,
  newRoot,
  signatureOf,
  TIME_STAMPING,
} from '../../../verifier/test/time/making.js';
import { fails, plain, type Cases } from './case.js';
import { CONTENT_TYPE, ESS_V2, naming, TST_INFO } from './valid.js';

const EMAIL = '1.3.6.1.5.5.7.3.4';

const usage = (octet: number) => fails(() => plain({ extensions: [keyUsage(octet), extendedKeyUsage([TIME_STAMPING])] }));
const purposes = (list: readonly string[], isCritical = true) =>
  fails(() => plain({ extensions: [keyUsage(0x80), extendedKeyUsage(list, isCritical)] }));

/** The last octet of a part that stands in the token once. */
function flipped(token: Uint8Array, part: Uint8Array): Uint8Array {
  const at = Buffer.from(token).indexOf(part) + part.length - 1;
  const changed = Uint8Array.from(token);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

const signers: Cases = {
  'signer-whose-key-also-enciphers': usage(0xa0),
  'signer-whose-key-does-not-sign': usage(0x20),
  'signer-whose-key-signs-certificates': usage(0x84),
  'signer-that-is-an-authority': fails(() => plain({ extensions: [...FOR_TIME, basicConstraints(true)] })),
  'signer-for-time-not-critical': purposes([TIME_STAMPING], false),
  'signer-for-time-and-mail': purposes([TIME_STAMPING, EMAIL]),
  'signer-for-mail': purposes([EMAIL]),
  'signer-for-nothing-in-particular': fails(() => plain({ extensions: [keyUsage(0x80)] })),
  'before-the-period-of-the-signer': fails(() => plain({ from: '2026-11-25T00:00:00Z' })),
  'after-the-period-of-the-signer': fails(() => plain({ until: '2026-11-23T00:00:00Z' })),
  'name-of-another-authority': fails(plain, { more: [tagged(0, tagged(4, nameOf('Another signer')))] }),
  'address-of-another-authority': fails(plain, {
    more: [tagged(0, element(0x86, ascii('https://other.example')))],
  }),
};

const contents: Cases = {
  'over-other-bytes': fails(plain, { message: ascii('another body') }),
  'signed-by-another-key': fails(plain, ({ signer }) => ({
    signature: signatureOf(newKey(), 'sha256', signer.certificate),
  })),
  'signature-with-a-flipped-bit': fails(plain, { alter: (token) => flipped(token, token.subarray(-8)) }),
  'info-changed-afterwards': fails(plain, { alter: (token) => flipped(token, generalized('20261124080000Z').subarray(0, -1)) }),
  'message-digest-of-another-info': fails(plain, ({ signer }) => ({
    attributes: () => naming(sequence(sequence(essCertificate(signer.certificate)))).attributes(infoOf({ message: MESSAGE })),
  })),
  'content-type-of-something-else': fails(plain, ({ signer }) => ({
    attributes: (info) => [
      attribute(CONTENT_TYPE, oid('1.2.840.113549.1.7.1')),
      ...naming(sequence(sequence(essCertificate(signer.certificate)))).attributes(info).slice(1),
    ],
  })),
  'without-a-message-digest': fails(plain, ({ signer }) => ({
    attributes: () => [
      attribute(CONTENT_TYPE, oid(TST_INFO)),
      attribute(ESS_V2, sequence(sequence(essCertificate(signer.certificate)))),
    ],
  })),
  'without-a-signing-certificate': fails(plain, {
    attributes: (info) => naming(sequence()).attributes(info).slice(0, 2),
  }),
  'signing-certificate-of-somebody-else': fails(plain, naming(sequence(sequence(essCertificate(newRoot('Other').certificate))))),
  'signing-certificate-of-nobody': fails(plain, naming(sequence(sequence()))),
  'signing-certificate-with-another-serial': fails(plain, ({ signer: { certificate, issued } }) => {
    const named = sequence(sequence(tagged(4, issued[0])), integer('7777'));
    return naming(sequence(sequence(sequence(octets(digestOf('sha256', certificate)), named))));
  }),
  'attribute-that-comes-twice': fails(plain, ({ signer }) => ({
    attributes: (info) => {
      const once = naming(sequence(sequence(essCertificate(signer.certificate)))).attributes(info);
      return [...once.slice(0, 1), ...once];
    },
  })),
  'month-that-never-was': fails(plain, { genTime: generalized('20261324080000Z') }),
  'time-without-a-zone': fails(plain, { genTime: generalized('20261124080000') }),
  'accuracy-of-years': fails(plain, { accuracy: sequence(integer('7fffffffffff')) }),
};

const forms: Cases = {
  'two-signers': fails(plain, ({ signer }) => ({
    otherSigners: [sequence(integer(1), sequence(...signer.issued))],
  })),
  'nothing-at-all': fails(plain, { alter: () => new Uint8Array() }),
  'text-in-its-place': fails(plain, { alter: () => ascii('a token') }),
  'cut-off': fails(plain, { alter: (token) => token.subarray(0, -1) }),
  'with-an-octet-behind-it': fails(plain, { alter: (token) => Uint8Array.of(...token, 0) }),
  'indefinite-without-an-end': fails(plain, {
    alter: (token) => Buffer.concat([Uint8Array.of(0x30, 0x80), token.subarray(4)]),
  }),
  'indefinite-length-of-a-number': fails(plain, {
    alter: () => Uint8Array.of(0x30, 0x80, 0x02, 0x80, 0x01, 0, 0, 0, 0),
  }),
  'signed-attributes-in-ber': fails(plain, ({ signer }) => ({ alter: (token) => berOf(token, [signer.certificate]) })),
  'octet-string-of-other-pieces': fails(plain, { alter: () => Uint8Array.of(0x24, 0x80, 0x02, 1, 1, 0, 0) }),
  'something-else-signed': fails(plain, {
    alter: (token) => {
      const at = Buffer.from(token).indexOf(oid(TST_INFO));
      return flipped(token, token.subarray(at, at + oid(TST_INFO).length));
    },
  }),
};

export const invalid: Cases = { ...signers, ...contents, ...forms };
