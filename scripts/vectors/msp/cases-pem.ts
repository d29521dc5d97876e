import { ALL_ROLES, authority, caseOf, member, memberOf, root, type Case } from './case.js';
import { issue, name, pem, revocationList, serialOf, type Party } from './certificate.js';
import { joined, latin1, type Bytes } from './der.js';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const changed =
  (change: (plain: string) => string) =>
  (der: Uint8Array): Bytes =>
    latin1(change(text(pem(der))));

const other = authority('other');

/** Spellings of one certificate. */
const FORMS: Readonly<Record<string, (der: Uint8Array) => Bytes>> = {
  plain: pem,
  'text before': changed((plain) => `Certificate of the organisation\nsubject=CN = x\n${plain}`),
  'text before without a line end': changed((plain) => `text${plain}`),
  'text after': changed((plain) => `${plain}end of the certificate`),
  'CRLF line ends': changed((plain) => plain.replaceAll('\n', '\r\n')),
  headers: changed((plain) => plain.replace('-----\n', '-----\nBag: 1\nName: x\n\n')),
  'headers without a blank line': changed((plain) => plain.replace('-----\n', '-----\nBag: 1\n')),
  'another label': changed((plain) => plain.replaceAll('CERTIFICATE', 'X509 CRL')),
  'the label of OpenSSL': changed((plain) => plain.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE')),
  'two labels': changed((plain) => plain.replace('END CERTIFICATE', 'END CERT')),
  'another certificate after': (der) => joined(pem(der), pem(other.der)),
  'another certificate before': (der) => joined(pem(other.der), pem(der)),
  'the same certificate twice': (der) => joined(pem(der), pem(der)),
  'no line end': changed((plain) => plain.trimEnd()),
  'blanks at line ends': changed((plain) => plain.replaceAll('\n', ' \t\n')),
  'blank lines within': changed((plain) => plain.replaceAll(/([^-])\n/gu, '$1\n\n')),
  'indented lines': changed((plain) => plain.replaceAll(/\n([^-])/gu, '\n  $1')),
  'a blank before the first line': changed((plain) => ` ${plain}`),
  'blank lines before': changed((plain) => `\n\n${plain}`),
  'one long line': changed((plain) => plain.replaceAll(/([^-])\n(?!-)/gu, '$1')),
  'a zero octet after': changed((plain) => `${plain}\0`),
  'a byte-order mark before': changed((plain) => `\u00ef\u00bb\u00bf${plain}`),
  'a beginning without end before': changed((plain) => `-----BEGIN CERTIFICATE-----\nMIIB\n${plain}`),
  'a block that is no base64 before': changed(
    (plain) => `-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n${plain}`,
  ),
  'a block of something else before': changed(
    (plain) => `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${plain}`,
  ),
  'a sign that is no base64': changed((plain) => plain.replace('\nMII', '\n*MII')),
  'padding too much': changed((plain) => plain.replace('\n-----END', '=\n-----END')),
  'an end on the last line': changed((plain) => plain.replace('\n-----END', '-----END')),
  'text after the end': changed((plain) => `${plain.trimEnd()} x\n`),
  'blanks after the end': changed((plain) => `${plain.trimEnd()}  \n`),
  'carriage returns for line ends': changed((plain) => plain.replaceAll('\n', '\r')),
  'a lower-case beginning': changed((plain) => plain.replace('BEGIN', 'begin')),
  'DER without PEM': (der) => new Uint8Array(der),
  nothing: () => new Uint8Array(),
};

const CONFIGURED = [
  'text before',
  'text after',
  'CRLF line ends',
  'headers',
  'another label',
  'two labels',
  'another certificate after',
  'another certificate before',
  'the same certificate twice',
  'no line end',
  'blanks at line ends',
  'a blank before the first line',
  'blank lines before',
  'a block that is no base64 before',
  'DER without PEM',
  'nothing',
] as const;
const SOME = CONFIGURED.slice(0, 8);

const form = (title: string, { der }: Party): Bytes => FORMS[title]?.(der) ?? new Uint8Array();

function placed(): Case[] {
  const middle = authority('middle', { issuer: root });
  const below = memberOf(middle);
  const officer = issue({ name: name('officer', ['admin']), issuer: root });
  const base = { roots: [pem(root.der)] };
  return [
    ...CONFIGURED.map((title) => caseOf(`root, ${title}`, { roots: [form(title, root)] }, pem(member.der))),
    ...SOME.map((title) =>
      caseOf(`intermediate, ${title}`, { ...base, intermediates: [form(title, middle)] }, pem(below.der)),
    ),
    ...SOME.map((title) =>
      caseOf(`administrator, ${title}`, { ...base, admins: [form(title, officer)] }, pem(member.der)),
    ),
    ...SOME.slice(0, 6).map((title) =>
      caseOf(
        `authority of a role, ${title}`,
        { ...base, roles: { ...ALL_ROLES, peer: ['peer', form(title, root)] } },
        pem(member.der),
      ),
    ),
    ...['text before', 'two labels'].map((title) =>
      caseOf(`TLS root, ${title}`, { ...base, tlsRoots: [form(title, other)] }, pem(member.der)),
    ),
  ];
}

function lists(): Case[] {
  const list = revocationList({ issuer: root, serials: [serialOf(member)] });
  const plain = text(pem(list, 'X509 CRL'));
  const spellings: Readonly<Record<string, Bytes>> = {
    DER: list,
    plain: latin1(plain),
    'text before': latin1(`list\n${plain}`),
    'text after': latin1(`${plain}end`),
    'CRLF line ends': latin1(plain.replaceAll('\n', '\r\n')),
    'another label': latin1(plain.replaceAll('X509 CRL', 'CRL')),
    'a longer label': latin1(plain.replaceAll('X509 CRL', 'X509 CRLS')),
    'DER with more after': joined(list, Uint8Array.of(0)),
    nothing: new Uint8Array(),
  };
  return Object.entries(spellings).map(([title, bytes]) =>
    caseOf(`list, ${title}`, { roots: [pem(root.der)], revocationLists: [bytes] }, pem(member.der)),
  );
}

/** How certificates and lists are spelled (Go's encoding/pem; RFC 7468). */
export const pemCases = (): readonly Case[] => [
  ...Object.keys(FORMS).map((title) =>
    caseOf(`identity, ${title}`, { roots: [pem(root.der)] }, form(title, member)),
  ),
  ...placed(),
  ...lists(),
];
