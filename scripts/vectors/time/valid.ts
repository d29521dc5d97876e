import { element } from '../../../verifier/src/time/der-writing.js';
import { ascii, berOf, bits, elementsOf, generalized, integer, nameOf, octets, oid, sequence, set, tagged, timeOf, TRUE } from '../../../verifier/test/time/der.js';
import {
  algorithm,
  attribute,
  authorityKeyIdentifier,
  basicConstraints,
  digestOf,
  extension,
  extendedKeyUsage,
  FOR_ISSUING,
  FOR_TIME,
  keyIdentifier,
  keyUsage,
  newKey,
  newRoot,
  newSigner,
  signatureAlgorithm,
  signatureOf,
  TIME_STAMPING,
  type KeyKind,
  type Signer,
} from '../../../verifier/test/time/making.js';
import { passes, plain, type Cases } from './case.js';

const URL_NAME = element(0x86, ascii('https://time.example'));
export const CONTENT_TYPE = '1.2.840.113549.1.9.3';
export const TST_INFO = '1.2.840.113549.1.9.16.1.4';
export const ESS_V2 = '1.2.840.113549.1.9.16.2.47';
const POLICIES = extension('2.5.29.32', sequence(sequence(oid('2.5.29.32.0'))), true);

/** An authority between root and signer. */
export function below(
  middle: Parameters<typeof newRoot>[1] = {},
  root = newRoot('Root of time'),
): { root: typeof root; between: typeof root; signer: Signer } {
  const between = newRoot('Authority between', { by: root, ...middle });
  return { root, between, signer: newSigner(between) };
}

const by = (kind: KeyKind, hash: 'sha256' | 'sha384' | 'sha512' = 'sha256') =>
  passes(() => plain({ kind }), { hash });

function between(middle: Parameters<typeof newRoot>[1] = {}) {
  return passes(() => {
    const { root, between: authority, signer } = below(middle);
    const setting = { signer, trusted: { Root: root.certificate } };
    return { ...setting, carried: [signer.certificate, authority.certificate] };
  });
}

/** A list of nobody revoked. */
function revocationList(): Uint8Array {
  const key = newKey();
  const signing = signatureAlgorithm(key, 'sha256');
  const tbs = sequence(integer(1), signing, nameOf('Root of time'), timeOf('2026-11-01T00:00:00Z'));
  return sequence(tbs, signing, bits(signatureOf(key, 'sha256', tbs)));
}

const algorithms: Cases = {
  'ecdsa-p256': by('p256'),
  'ecdsa-p384-sha384': by('p384', 'sha384'),
  'ecdsa-p521-sha512': by('p521', 'sha512'),
  'ecdsa-p256-sha512': by('p256', 'sha512'),
  rsa: by('rsa'),
  'rsa-sha512': by('rsa', 'sha512'),
  'rsa-by-the-algorithm-of-the-key': passes(() => plain({ kind: 'rsa' }), {
    algorithm: sequence(oid('1.2.840.113549.1.1.1'), element(0x05)),
  }),
  'rsa-pss': by('pss'),
  'rsa-pss-sha512': by('pss', 'sha512'),
  'rsa-pss-of-the-root': passes(() => plain({}, newRoot('Root of time', { kind: 'pss' }))),
  ed25519: by('ed25519', 'sha512'),
  'ed25519-of-the-root': passes(() => plain({}, newRoot('Root of time', { kind: 'ed25519' }))),
  'p521-of-the-root': passes(() => plain({ hash: 'sha512' }, newRoot('Root of time', { kind: 'p521' }))),
  'imprint-sha384': passes(plain, { imprint: 'sha384' }),
  'imprint-sha512': passes(plain, { imprint: 'sha512' }),
  'several-digest-algorithms': passes(plain, {
    alter: (token) => withDigests(token),
  }),
};

// The set of digest algorithms is not signed; it may announce more than is used.
function withDigests(token: Uint8Array): Uint8Array {
  const one = set(algorithm('sha256'));
  const two = set(algorithm('sha256'), algorithm('sha512'));
  const at = Buffer.from(token).indexOf(one);
  const inner = Buffer.concat([token.subarray(0, at), two, token.subarray(at + one.length)]);
  const content = inner.subarray(inner.indexOf(Uint8Array.of(2, 1, 3)));
  return sequence(oid('1.2.840.113549.1.7.2'), tagged(0, sequence(content)));
}

const chains: Cases = {
  'authority-between': between(),
  'authority-between-that-comes-twice': passes(() => {
    const { root, between: authority, signer } = below();
    const setting = { signer, trusted: { Root: root.certificate } };
    return { ...setting, carried: [signer.certificate, authority.certificate, authority.certificate] };
  }),
  'authority-between-issued-after-its-signer': between({ from: '2026-06-01T00:00:00Z' }),
  'authority-between-with-critical-policies': between({ extensions: [...FOR_ISSUING, POLICIES] }),
  'authority-between-issued-anew-with-its-key': passes(() => {
    const { root, between: old, signer } = below({ until: '2026-03-01T00:00:00Z' });
    const anew = newRoot('Authority between', { by: root, key: old.key, from: '2026-02-01T00:00:00Z' });
    const setting = { signer, trusted: { Root: root.certificate } };
    return { ...setting, carried: [signer.certificate, old.certificate, anew.certificate] };
  }),
  'root-carried-in-the-token': passes(() => {
    const root = newRoot('Root of time');
    const { signer, trusted } = plain({}, root);
    return { signer, trusted, carried: [signer.certificate, root.certificate] };
  }),
  'root-issued-anew-with-its-key-in-the-token': passes(() => {
    const root = newRoot('Root of time');
    const anew = newRoot('Root of time', { key: root.key, from: '2026-06-01T00:00:00Z' });
    const { signer, trusted } = plain({}, root);
    return { signer, trusted, carried: [anew.certificate, signer.certificate] };
  }),
  'root-issued-anew-with-its-key-in-the-trust-file': passes(() => {
    const root = newRoot('Root of time');
    const anew = newRoot('Root of time', { key: root.key, from: '2026-06-01T00:00:00Z' });
    const { signer } = plain({}, root);
    const setting = { signer, trusted: { Root: anew.certificate } };
    return { ...setting, carried: [root.certificate, signer.certificate] };
  }),
  'root-cross-certified-beside-the-old-one': passes(() => {
    const [old, root] = [newRoot('Old root'), newRoot('Root of time')];
    const cross = newRoot('Root of time', { key: root.key, by: old });
    const signer = newSigner(root);
    const setting = { signer, trusted: { Root: old.certificate } };
    return { ...setting, carried: [signer.certificate, cross.certificate, root.certificate] };
  }),
  'root-cross-certified-and-both-trusted': passes(() => {
    const [old, root] = [newRoot('Old root'), newRoot('Root of time')];
    const cross = newRoot('Root of time', { key: root.key, by: old });
    const signer = newSigner(root);
    const setting = { signer, trusted: { Root: root.certificate, Old: old.certificate } };
    return { ...setting, carried: [signer.certificate, cross.certificate] };
  }),
  'two-roots-of-one-name': passes(() => {
    const { signer, trusted } = plain();
    return { signer, trusted: { Other: newRoot('Root of time').certificate, ...trusted } };
  }),
  'root-of-version-1': passes(() => plain({}, newRoot('Root of time', { version: 1 }))),
  'length-of-a-chain-without-those-that-issued-themselves': passes(() => {
    const root = newRoot('Root of time', { extensions: [basicConstraints(true, 0), keyUsage(0x06)] });
    const next = newRoot('Root of time', { by: root });
    const signer = newSigner(next);
    const setting = { signer, trusted: { Root: root.certificate } };
    return { ...setting, carried: [signer.certificate, next.certificate] };
  }),
  'names-encoded-anew': passes(() => {
    const root = newRoot('Root of time');
    const signer = newSigner({ name: nameOf('ROOT  of Time', 0x13), key: root.key });
    return { signer, trusted: { Root: root.certificate } };
  }),
  'key-identifiers-that-match': passes(() => {
    const key = newKey();
    const root = newRoot('Root of time', { key, extensions: [...FOR_ISSUING, keyIdentifier(key)] });
    return plain({ extensions: [...FOR_TIME, authorityKeyIdentifier(key)] }, root);
  }),
  'signer-trusted-itself': passes(() => {
    const { signer } = plain();
    return { signer, trusted: { Root: signer.certificate } };
  }),
  'signer-p256-trusted-itself-under-a-p384-authority': passes(() => {
    const { signer } = plain({ hash: 'sha384' }, newRoot('Root of time', { kind: 'p384' }));
    return { signer, trusted: { Root: signer.certificate } };
  }),
  'signer-that-issued-itself': passes(() => {
    const signer = newSigner(undefined);
    return { signer, trusted: { Root: signer.certificate } };
  }),
  'authority-between-trusted-itself': passes(() => {
    const { between: authority, signer } = below();
    return { signer, trusted: { Root: authority.certificate } };
  }),
  'without-certificates-and-the-signer-trusted': passes(
    () => {
      const { signer } = plain();
      return { signer, trusted: { Root: signer.certificate } };
    },
    { carried: [] },
  ),
};

const signers: Cases = {
  'signer-with-critical-policies': passes(() => plain({ extensions: [...FOR_TIME, POLICIES] })),
  'signer-without-a-key-usage': passes(() => plain({ extensions: [extendedKeyUsage([TIME_STAMPING])] })),
  'signer-for-non-repudiation-alone': passes(() =>
    plain({ extensions: [keyUsage(0x40), extendedKeyUsage([TIME_STAMPING])] }),
  ),
  'signer-by-key-identifier': () => {
    const key = newKey();
    const setting = plain({ key, extensions: [...FOR_TIME, keyIdentifier(key)] });
    const signerId = element(0x80, digestOf('sha1', key.spki));
    return passes(() => setting, { signerId, signerVersion: 3 })();
  },
  'signing-certificate-by-sha1': () => {
    const setting = plain();
    const { certificate: der } = setting.signer;
    const named = sequence(sequence(sequence(octets(digestOf('sha1', der)))));
    return passes(() => setting, naming(named, '1.2.840.113549.1.9.16.2.12'))();
  },
  'signing-certificate-with-issuer-and-serial': () => {
    const setting = plain();
    const { certificate: der, issued } = setting.signer;
    const [issuer, serial] = issued;
    const named = sequence(octets(digestOf('sha256', der)), sequence(sequence(tagged(4, issuer)), serial));
    return passes(() => setting, naming(sequence(sequence(named))))();
  },
  'signing-certificates-of-the-whole-chain': () => {
    const root = newRoot('Root of time');
    const setting = plain({}, root);
    const essMore = [sequence(octets(digestOf('sha256', root.certificate)))];
    return passes(() => setting, { essMore })();
  },
  'name-of-the-authority': passes(plain, { more: [tagged(0, tagged(4, nameOf('Signer of time')))] }),
  'name-of-the-authority-among-alternative-names': passes(
    () => plain({ extensions: [...FOR_TIME, extension('2.5.29.17', sequence(URL_NAME))] }),
    { more: [tagged(0, element(0x86, ascii('https://time.example')))] },
  ),
};


/** Signed attributes that name a certificate in a way of their own. */
export const naming = (
  named: Uint8Array,
  type = ESS_V2,
): { readonly attributes: (info: Uint8Array) => Uint8Array[] } => ({
  attributes: (info: Uint8Array): Uint8Array[] => [
    attribute(CONTENT_TYPE, oid(TST_INFO)),
    attribute('1.2.840.113549.1.9.4', octets(digestOf('sha256', info))),
    attribute(type, named),
  ],
});

const forms: Cases = {
  'unsigned-attributes': passes(plain, { unsigned: [attribute('1.2.3.4', octets(ascii('nobody signed it')))] }),
  'revocation-lists': passes(plain, { revocations: [revocationList()] }),
  'attribute-certificate': () => {
    const setting = plain();
    return passes(() => setting, { carried: [setting.signer.certificate, element(0xa1)], dataVersion: 4 })();
  },
  'ber-with-indefinite-lengths': passes(plain, ({ signer }) => ({ alter: (token) => skeletonOf(token, signer.certificate) })),
  'ber-with-octet-strings-in-pieces': passes(plain, ({ signer }) => ({ alter: (token) => skeletonOf(token, signer.certificate, 7) })),
  'ber-with-a-long-length': passes(plain, {
    alter: (token) => Buffer.concat([Uint8Array.of(0x30, 0x84, 0, 0), lengthOf(token), token.subarray(4)]),
  }),
  'accuracy-in-all-units': passes(
    plain,
    { accuracy: sequence(integer(2), element(0x80, Uint8Array.of(1, 0xf4)), element(0x81, Uint8Array.of(100))) },
    2501,
  ),
  'accuracy-in-milliseconds': passes(plain, { accuracy: sequence(element(0x80, Uint8Array.of(7))) }, 7),
  'fraction-of-a-second': passes(plain, { at: '2026-11-24T08:00:00.250Z' }),
  'fraction-of-a-picosecond': passes(
    plain,
    { genTime: generalized('20261124080000.000000000001Z'), at: '2026-11-24T08:00:00Z' },
    1001,
  ),
  'key-usage-with-an-idle-bit': passes(() =>
    plain({
      extensions: [extension('2.5.29.15', element(0x03, Uint8Array.of(7, 0xa0)), true), extendedKeyUsage([TIME_STAMPING])],
    }),
  ),
  'fraction-with-zeros': passes(plain, {
    genTime: generalized('20261124080000.500Z'),
    at: '2026-11-24T08:00:00.500Z',
  }),
  'ordering-and-nonce': passes(plain, { more: [TRUE, integer('7fedcba987654321')] }),
  'extension-of-the-info': passes(plain, { more: [tagged(1, extension('1.2.3.4', octets(), false))] }),
};

/** BER around certificates and signed attributes, which stay DER (RFC 5652 5.3). */
function skeletonOf(token: Uint8Array, certificate: Uint8Array, piece = 100): Uint8Array {
  const attributes = elementsOf(token.subarray(Buffer.from(token).indexOf(attribute(CONTENT_TYPE, oid(TST_INFO)))));
  return berOf(token, [certificate, ...attributes.slice(0, 3)], piece);
}

const lengthOf = (token: Uint8Array): Uint8Array => {
  const size = token.length - 4;
  return Uint8Array.of(size >> 8, size & 0xff);
};

export const valid: Cases = { ...algorithms, ...chains, ...signers, ...forms };
