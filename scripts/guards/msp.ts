import type { Guard } from './guard.js';

const VECTORS = 'verifier/test/msp-vectors.test.ts';

/** A check of what makes a member, and the file of cases that Fabric answers otherwise without it. */
const member = (name: string, file: string, source: string, without: string, cases: string): Guard => ({
  name: `msp: ${name}`,
  file: `verifier/src/${file}`,
  source,
  without,
  tests: [VECTORS],
  only: `${cases}.json`,
});

/** What stands between somebody whom Fabric takes for nobody and a member of an organisation. */
export const mspGuards: readonly Guard[] = [
  member('one chain only', 'x509/go-chains.ts', 'chains.length === 1', 'chains.length >= 1', 'chains'),
  member('an authority is no member', 'fabric/membership.ts', '!certificate.isAuthority', 'true', 'chains'),
  member(
    'members hang on leaves',
    'fabric/membership.ts',
    '!this.inner.has(issuer.fingerprint)',
    'true',
    'chains',
  ),
  member(
    'authorities have key identifiers',
    'fabric/msp-setup.ts',
    '&& each.keyId !== undefined',
    '',
    'chains',
  ),
  member(
    'not below more authorities than told',
    'x509/go-chains.ts',
    'BigInt(below) <= pathLength',
    'pathLength >= 0n',
    'chains',
  ),
  member(
    'no key for certificates, none signed',
    'x509/go-chains.ts',
    '&& maySignCertificates',
    '',
    'extensions',
  ),
  member(
    'the purpose of a server',
    'x509/go-chains.ts',
    '=> isForServers)',
    '=> isForServers || true)',
    'extensions',
  ),
  member('names within constraints', 'x509/go-chains.ts', '&& areNamesPermitted(chain)', '', 'extensions'),
  member('policies that are required', 'x509/go-chains.ts', 'arePoliciesValid(chain) &&', '', 'extensions'),
  member(
    'nothing critical that is unknown',
    'x509/go-chains.ts',
    'at <= certificate.notAfter && !certificate.hasUnknownCritical',
    'at <= certificate.notAfter',
    'extensions',
  ),
  member(
    'names are texts',
    'x509/profile.ts',
    "reader.demand(isText, 'a name in a form of text that is not read');",
    'void isText;',
    'names',
  ),
  member(
    'Ed25519 since version 3',
    'fabric/membership.ts',
    "kind === 'ed25519' && this.#version === '3.0'",
    "kind === 'ed25519'",
    'keys',
  ),
  member(
    'points on their curve',
    'fabric/membership.ts',
    'await this.#signatures.assertKey(certificate);',
    '',
    'keys',
  ),
  member('no SHA-1 in chains', 'crypto/signature.ts', "|| allowed === 'SHA-1'", '|| true', 'keys'),
  member('one form of signatures', 'x509/low-s.ts', '!isHighS(pair, curve)', 'true', 'keys'),
  member(
    'revoked is revoked',
    'fabric/membership.ts',
    "throw new Rejection('REVOKED', {",
    "void new Rejection('REVOKED', {",
    'lists',
  ),
  member('lists by their key identifier', 'fabric/membership.ts', '!isOfIssuer ||', '', 'lists'),
  member('a list of nobody', 'fabric/membership.ts', 'authorityKeyId !== undefined,', 'true,', 'lists'),
  member('roles by version', 'fabric/node-ous.ts', '(!isOld || OLD_ROLES.includes(role))', 'true', 'roles'),
  member('one role', 'fabric/node-ous.ts', 'given.length === 1 &&', 'given.length > 0 &&', 'roles'),
  member('roles of their authority', 'fabric/node-ous.ts', '|| bound === certifiers', '|| true', 'roles'),
  member(
    'units of their authority',
    'fabric/membership.ts',
    '&& each.certifiers === certifiers',
    '',
    'roles',
  ),
  member(
    'administrators are members',
    'fabric/msp-setup.ts',
    "rejectUnless(isAllowed, 'ROLE_MISSING'",
    "rejectUnless(isAllowed || true, 'ROLE_MISSING'",
    'roles',
  ),
  {
    name: 'msp: a hundred signatures, and no more',
    file: 'verifier/src/x509/go-chains.ts',
    source: 'this.#left < 0 ||',
    without: '',
    tests: ['verifier/test/msp.test.ts'],
    only: 'checks no more than a hundred signatures',
  },
  {
    name: 'msp: no crowd of authorities',
    file: 'verifier/src/fabric/msp-material.ts',
    source: 'list.length <= MAX_MEMBERS',
    without: 'list.length >= 0',
    tests: ['verifier/test/msp.test.ts'],
    only: 'more authorities than anybody has',
  },
];
