import { berOf, nameOf, octets, oid, sequence, tagged } from '../../../verifier/test/time/der.js';
import {
  authorityKeyIdentifier,
  basicConstraints,
  essCertificate,
  extension,
  FOR_ISSUING,
  FOR_TIME,
  keyIdentifier,
  keyUsage,
  newKey,
  newRoot,
} from '../../../verifier/test/time/making.js';
import { isNotSupported, isNotTrusted, plain, type Case, type Cases, type Setting } from './case.js';
import { below } from './valid.js';

const UNKNOWN = extension('1.2.3.4', octets(), true);
const NAME_CONSTRAINTS = extension('2.5.29.30', sequence(tagged(0, sequence(tagged(4, nameOf('Nobody'))))), true);

function through(options: Parameters<typeof below>[0], root = newRoot('Root of time')): Setting {
  const { between, signer } = below(options, root);
  return { signer, trusted: { Root: root.certificate }, carried: [signer.certificate, between.certificate] };
}
export const between = (options: Parameters<typeof below>[0]): (() => Case) => isNotTrusted(() => through(options));

const trust: Cases = {
  'root-that-is-not-trusted': isNotTrusted(() => ({ ...plain(), trusted: { Root: newRoot('Root of nothing').certificate } })),
  'root-of-the-same-name-and-another-key': isNotTrusted(() => ({
    ...plain(),
    trusted: { Root: newRoot('Root of time').certificate },
  })),
  'root-of-the-same-name-and-another-key-without-identifiers': isNotTrusted(() => ({
    ...plain({ hasIdentifiers: false }),
    trusted: { Root: newRoot('Root of time').certificate },
  })),
  'nobody-is-trusted': isNotTrusted(() => ({ ...plain(), trusted: {} })),
  'not-trusted-and-signed-by-another-key': isNotTrusted(() => ({ ...plain(), trusted: {} }), { signature: new Uint8Array(70) }),
  'without-certificates': isNotTrusted(plain, { carried: [] }),
  'authority-between-left-out': isNotTrusted(() => {
    const { signer, trusted } = through({});
    return { signer, trusted };
  }),
  'authority-between-that-is-none': between({ extensions: [basicConstraints(false), keyUsage(0x06)] }),
  'authority-between-without-constraints': between({ extensions: [keyUsage(0x06)] }),
  'authority-between-whose-key-signs-no-certificates': between({ extensions: [basicConstraints(true), keyUsage(0x02)] }),
  'authority-between-that-has-ended': between({ until: '2026-11-23T00:00:00Z' }),
  'authority-between-that-has-not-begun': between({ from: '2026-11-25T00:00:00Z' }),
  'authority-between-with-something-critical': between({ extensions: [...FOR_ISSUING, UNKNOWN] }),
  'authority-between-with-constraints-on-names': between({ extensions: [...FOR_ISSUING, NAME_CONSTRAINTS] }),
  'root-of-version-3-without-constraints': isNotTrusted(() =>
    plain({}, newRoot('Root of time', { extensions: [] })),
  ),
  'root-that-has-ended': isNotTrusted(() => plain({}, newRoot('Root of time', { until: '2026-11-23T00:00:00Z' }))),
  'chain-longer-than-its-root-allows': isNotTrusted(() =>
    through({}, newRoot('Root of time', { extensions: [basicConstraints(true, 0), keyUsage(0x06)] })),
  ),
  'key-identifier-of-another-authority': isNotTrusted(() => {
    const key = newKey();
    const root = newRoot('Root of time', { key, extensions: [...FOR_ISSUING, keyIdentifier(key)] });
    return plain({ extensions: [...FOR_TIME, authorityKeyIdentifier(newKey())] }, root);
  }),
  'signing-certificates-of-another-chain': isNotTrusted(plain, {
    essMore: [essCertificate(newRoot('Root of nothing').certificate)],
  }),
};

const support: Cases = {
  'imprint-sha1': isNotSupported(plain, { imprint: 'sha1' }),
  'imprint-by-an-unknown-algorithm': isNotSupported(plain, {
    alter: (token) => replaced(token, oid('2.16.840.1.101.3.4.2.1'), oid('2.16.840.1.101.3.4.2.9')),
  }),
  'signed-with-sha1': isNotSupported(plain, { hash: 'sha1' }),
  'signed-with-an-unknown-algorithm': isNotSupported(plain, { algorithm: sequence(oid('1.2.3.4')) }),
  'signed-by-a-key-of-1024-bits': isNotSupported(() => plain({ kind: 'rsa1024' })),
  'signed-over-another-curve': isNotSupported(() => plain({ kind: 'secp256k1' })),
  'certificate-signed-with-sha1': isNotSupported(() => plain({ hash: 'sha1' })),
  'signer-with-something-critical': isNotSupported(() => plain({ extensions: [...FOR_TIME, UNKNOWN] })),
  'certificates-in-ber': isNotSupported(plain, ({ signer }) => ({
    carried: [berOf(signer.certificate)],
  })),
  'info-of-a-later-version': isNotSupported(plain, { infoVersion: 2 }),
  'info-with-something-critical': isNotSupported(plain, { more: [tagged(1, extension('1.2.3.4', octets(), true))] }),
};

// Every place but the first: that is the set of digest algorithms.
function replaced(token: Uint8Array, what: Uint8Array, by: Uint8Array): Uint8Array {
  const bytes = Buffer.from(token);
  const at = bytes.indexOf(what, bytes.indexOf(oid('1.2.840.113549.1.9.16.1.4')));
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at + what.length)]);
}

export const open: Cases = { ...trust, ...support };
