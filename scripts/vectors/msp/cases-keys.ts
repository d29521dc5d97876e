import { authority, caseOf, member, memberOf, root, under, type Case } from './case.js';
import { issue, keyIdOf, name, pem, revocationList, serialOf, subjectKeyId } from './certificate.js';
import { bits, identifier, sequence } from './der.js';
import {
  compressed,
  newKey,
  pss,
  SCHEMES,
  unknownSpki,
  type KeyKind,
  type Scheme,
} from './keys.js';

const VERSIONS = ['', 'V1_1', 'V1_3', 'V1_4_2', 'V1_4_3', 'V2_0', 'V3_0'];
const MEMBER_KINDS: readonly KeyKind[] = [
  'P-224', 'P-256', 'P-384', 'P-521', 'secp256k1', 'Ed25519', 'Ed448', 'RSA-2048', 'DSA',
];
const AUTHORITY_KINDS: readonly KeyKind[] = [
  'P-224', 'P-384', 'P-521', 'secp256k1', 'Ed25519', 'RSA-1024', 'RSA-2048',
];
const EC: readonly (keyof typeof SCHEMES)[] = ['ecdsaSha1', 'ecdsaSha224', 'ecdsaSha384', 'ecdsaSha512'];
const RSA: readonly (keyof typeof SCHEMES)[] = ['rsaMd5', 'rsaSha1', 'rsaSha384', 'rsaSha512'];

function kinds(): Case[] {
  return [
    ...MEMBER_KINDS.map((kind) => under(`a member with ${kind}`, root, memberOf(root, { kind }))),
    ...AUTHORITY_KINDS.map((kind) => {
      const top = authority('top', { kind });
      return under(`a root with ${kind}`, top, memberOf(top));
    }),
    ...VERSIONS.map((version) =>
      caseOf(
        `a member with Ed25519, capability ${version || 'none'}`,
        { roots: [pem(root.der)], roles: undefined, admins: [pem(member.der)] },
        pem(memberOf(root, { kind: 'Ed25519' }).der),
        version,
      ),
    ),
    under('a compressed point', root, memberOf(root, { spki: compressed(newKey()) })),
    under('a key of no known algorithm', root, memberOf(root, { spki: unknownSpki() })),
    under(
      'a point that is not on its curve',
      root,
      memberOf(root, {
        spki: sequence(
          sequence(identifier('1.2.840.10045.2.1'), identifier('1.2.840.10045.3.1.7')),
          bits(Uint8Array.from([4, ...Array.from({ length: 64 }, () => 7)])),
        ),
      }),
    ),
  ];
}

function schemes(): Case[] {
  const rsa = authority('rsa', { kind: 'RSA-2048' });
  const signedBy = (kind: KeyKind, scheme: Scheme, title: string): Case[] => {
    const top = authority('top', { kind, scheme });
    const usual = authority('top', { kind, key: top.key });
    return [
      under(`${title}, root and member`, top, memberOf(top, { scheme })),
      under(`${title}, member alone`, usual, memberOf(usual, { scheme })),
    ];
  };
  const salted: readonly (readonly [string, Scheme])[] = [
    ['RSASSA-PSS', pss('sha256', 32)],
    ['RSASSA-PSS with SHA-384', pss('sha384', 48)],
    ['RSASSA-PSS with SHA-512', pss('sha512', 64)],
    ['RSASSA-PSS with a shorter salt', pss('sha256', 20)],
    ['RSASSA-PSS with another mask', { ...pss('sha256', 32, 'sha512') }],
  ];
  return [
    ...EC.flatMap((each) => signedBy('P-256', SCHEMES[each], each)),
    ...RSA.flatMap((each) => signedBy('RSA-2048', SCHEMES[each], each)),
    ...salted.map(([title, scheme]) => under(title, rsa, memberOf(rsa, { scheme }))),
    under('RSASSA-PSS, root too', authority('p', { key: rsa.key, scheme: pss('sha256', 32) }), memberOf({ ...rsa, name: name('p') }, { scheme: pss('sha256', 32) })),
    under('a member with RSASSA-PSS and an RSA key', rsa, memberOf(rsa, { kind: 'RSA-2048', scheme: pss('sha256', 32) })),
    under('P-384 with SHA-256', ...top('P-384', SCHEMES.ecdsaSha256)),
    under('P-521 with SHA-512', ...top('P-521', SCHEMES.ecdsaSha512)),
    under('a P-256 member of a P-384 root', ...top('P-384', SCHEMES.ecdsaSha384)),
  ];
}

function top(kind: KeyKind, scheme: Scheme): [ReturnType<typeof authority>, ReturnType<typeof authority>] {
  const above = authority('top', { kind, scheme });
  return [above, memberOf(above, { scheme })];
}

/** A certificate with the last octet of its signature changed. */
function spoiled(der: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(der);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  return changed;
}

function spellings(): Case[] {
  const high = authority('high', { s: 'high' });
  const middle = authority('middle', { issuer: root, s: 'high' });
  const officer = { name: name('officer', ['admin']), issuer: root, s: 'high' } as const;
  const named = issue(officer);
  const wide = authority('wide', { kind: 'P-384', s: 'high' });
  const list = (s: 'low' | 'high') => revocationList({ issuer: root, serials: [serialOf(member)], s });
  return [
    under('high s of a member', root, memberOf(root, { s: 'high' })),
    under('high s of a root', high, memberOf(high)),
    under('high s of a root and a member, P-384', wide, memberOf(wide, { s: 'high' })),
    caseOf(
      'high s of an intermediate',
      { roots: [pem(root.der)], intermediates: [pem(middle.der)] },
      pem(memberOf(middle).der),
    ),
    caseOf('high s of an administrator', { roots: [pem(root.der)], admins: [pem(named.der)] }, pem(named.der)),
    caseOf('high s of a list', { roots: [pem(root.der)], revocationLists: [list('high')] }, pem(member.der)),
    under('a signature that is wrong', root, { ...member, der: new Uint8Array(spoiled(member.der)) }),
    caseOf('a root whose signature is wrong', { roots: [pem(spoiled(root.der))] }, pem(member.der)),
    wrongRsaRoot(),
  ];
}

/** Nobody looks at the signature of a root that no ECDSA key signed. */
function wrongRsaRoot(): Case {
  const rsa = authority('rsa', { kind: 'RSA-2048', extensions: [subjectKeyId(keyIdOf(newKey()))] });
  return caseOf('an RSA root whose signature is wrong', { roots: [pem(spoiled(rsa.der))] }, pem(memberOf(rsa).der));
}

/** Kinds of keys, algorithms of signatures, spellings of ECDSA signatures. */
export const keyCases = (): readonly Case[] => [...kinds(), ...schemes(), ...spellings()];
