import { authority, caseOf, member, memberOf, root, type Case, type Configuration } from './case.js';
import {
  authorityKeyId,
  EXTENSION,
  issue,
  keyIdOf,
  name,
  pem,
  revocationList,
  serialOf,
  subjectKeyId,
  type Party,
  type WantedList,
} from './certificate.js';
import { generalizedTime, hex, implicit, sequence, utcTime, type Bytes } from './der.js';
import { newKey, pss, SCHEMES } from './keys.js';

const withLists = (title: string, lists: readonly Bytes[], who = member, more: Partial<Configuration> = {}): Case =>
  caseOf(title, { roots: [pem(root.der)], revocationLists: lists, ...more }, pem(who.der));
const listOf = (wanted: Partial<WantedList> = {}): Bytes =>
  revocationList({ issuer: root, serials: [serialOf(member)], ...wanted });

function matching(): Case[] {
  const foreign = hex('deadbeef');
  const twin = authority('root', { extensions: [subjectKeyId(keyIdOf(root.key))] });
  const clean = listOf({ serials: [hex('01')] });
  const none = { extensions: [] };
  const bare = { extensions: [{ oid: EXTENSION.authorityKeyId, value: sequence() }] };
  const broken = { extensions: [{ oid: EXTENSION.authorityKeyId, value: hex('0500') }] };
  const long = {
    extensions: [
      { oid: EXTENSION.authorityKeyId, value: sequence(implicit(0, keyIdOf(root.key)), implicit(2, hex('05'))) },
    ],
  };
  return [
    withLists('a revoked member', [listOf()]),
    withLists('another revoked', [clean]),
    withLists('a list of nobody', [listOf({ serials: [] })]),
    withLists('a foreign key identifier, the member', [listOf({ keyId: foreign })]),
    withLists('a foreign key identifier, another', [listOf({ keyId: foreign, serials: [hex('01')] })]),
    withLists('no key identifier, the member', [listOf(none)]),
    withLists('no key identifier, another', [listOf({ ...none, serials: [hex('01')] })]),
    withLists('no key identifier, nobody', [listOf({ ...none, serials: [] })]),
    withLists('no key identifier after a good list', [clean, listOf(none)]),
    withLists('an empty key identifier', [listOf(bare)]),
    withLists('a key identifier that is malformed', [listOf(broken)]),
    withLists('a key identifier and a serial number', [listOf(long)]),
    withLists('a list signed by another key', [listOf({ signer: newKey() })]),
    withLists('a list of another authority', [listOf({ issuer: twin, keyId: keyIdOf(twin.key) })]),
    withLists('a list of another with the key identifier', [listOf({ issuer: twin })]),
    withLists('a list with another name', [listOf({ issuer: { ...root, name: name('roof') } })]),
    withLists('one list twice', [listOf(), listOf()]),
    withLists('one clean, one with the member', [clean, listOf()]),
    withLists('a wrong list before a good one', [listOf({ signer: newKey() }), listOf()]),
  ];
}

function below(): Case[] {
  const middle = authority('middle', { issuer: root });
  const lone = authority('lone', { issuer: root });
  const who = memberOf(middle);
  const officer = issue({ name: name('officer', ['admin']), issuer: root });
  const listed = (party: Party, issuer = root): Bytes => revocationList({ issuer, serials: [serialOf(party)] });
  const intermediates = { intermediates: [pem(middle.der)] };
  return [
    withLists('a revoked intermediate', [listed(middle)], who, intermediates),
    withLists('a revoked intermediate beside', [listed(lone)], who, { intermediates: [pem(middle.der), pem(lone.der)] }),
    withLists('a member revoked by its intermediate', [listed(who, middle)], who, intermediates),
    withLists("a member revoked by its intermediate's root", [listed(who)], who, intermediates),
    withLists('a revoked root', [listed(root)]),
    withLists('no key identifier, beside an intermediate', [listOf({ extensions: [] })], who, intermediates),
    withLists('a revoked administrator, roles on', [listed(officer)], member, { admins: [pem(officer.der)] }),
    withLists('a revoked administrator, roles off', [listed(officer)], member, {
      admins: [pem(officer.der)],
      roles: undefined,
    }),
    withLists('a revoked TLS intermediate', [listed(lone)], member, {
      tlsRoots: [pem(root.der)],
      tlsIntermediates: [pem(lone.der)],
    }),
  ];
}

function spelled(): Case[] {
  const rsa = authority('rsa', { kind: 'RSA-2048' });
  const who = memberOf(rsa);
  const ofRsa = (title: string, wanted: Partial<WantedList>): Case =>
    caseOf(
      title,
      { roots: [pem(rsa.der)], revocationLists: [listOf({ issuer: rsa, serials: [serialOf(who)], ...wanted })] },
      pem(who.der),
    );
  const zero = memberOf(root, { serial: hex('00') });
  const wide = authority('wide', { kind: 'P-521' });
  const wideMember = memberOf(wide);
  return [
    withLists('a list without next update', [listOf()]),
    withLists('a list that has ended', [listOf({ thisUpdate: utcTime('200101000000Z'), nextUpdate: utcTime('200102000000Z') })]),
    withLists('a list of the future', [listOf({ thisUpdate: utcTime('400101000000Z') })]),
    withLists('a list in GeneralizedTime', [listOf({ thisUpdate: generalizedTime('20260601000000Z') })]),
    withLists('a list of version 1', [listOf({ version: 0 })]),
    withLists('a list of version 3', [listOf({ version: 2 })]),
    withLists('a list by ECDSA with SHA-1', [listOf({ scheme: SCHEMES.ecdsaSha1 })]),
    withLists('a list by ECDSA with SHA-384', [listOf({ scheme: SCHEMES.ecdsaSha384 })]),
    withLists('a revoked serial number zero', [listOf({ serials: [hex('00')] })], zero),
    withLists('a revoked negative serial number', [listOf({ serials: [hex('ff')] })]),
    withLists('a serial number twice', [listOf({ serials: [serialOf(member), serialOf(member)] })]),
    withLists('a list with an unknown critical extension', [
      listOf({ extensions: [authorityKeyId(keyIdOf(root.key)), { oid: '1.2.3.4', critical: true, value: hex('0500') }] }),
    ]),
    ofRsa('a list by RSA', {}),
    ofRsa('a list by RSA with SHA-1', { scheme: SCHEMES.rsaSha1 }),
    ofRsa('a list by RSASSA-PSS', { scheme: pss('sha256', 32) }),
    caseOf(
      'a list by P-521',
      { roots: [pem(wide.der)], revocationLists: [listOf({ issuer: wide, serials: [serialOf(wideMember)] })] },
      pem(wideMember.der),
    ),
  ];
}

/** Revocation lists (RFC 5280 5; fabric:msp/mspimplvalidate.go, validateCertAgainstChain). */
export const listCases = (): readonly Case[] => [...matching(), ...below(), ...spelled()];
