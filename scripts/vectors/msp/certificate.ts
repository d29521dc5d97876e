import { createHash, randomBytes } from 'node:crypto';
import {
  bits,
  boolean,
  context,
  element,
  hex,
  identifier,
  implicit,
  integer,
  joined,
  latin1,
  octets,
  sequence,
  set,
  utcTime,
  type Bytes,
} from './der.js';
import { newKey, signed, usualScheme, type Key, type KeyKind, type Scheme } from './keys.js';

const OID = { country: '2.5.4.6', organisation: '2.5.4.10', unit: '2.5.4.11', common: '2.5.4.3' } as const;

/** One attribute of a name; the tag says in which form of text. */
export const attribute = (type: keyof typeof OID | `${number}.${string}`, value: Uint8Array, tag = 0x0c): Bytes =>
  set(sequence(identifier(type in OID ? OID[type as keyof typeof OID] : type), element(tag, value)));

/** A distinguished name of units and a common name, in UTF8String. */
export const name = (common: string, units: readonly string[] = []): Bytes =>
  sequence(
    ...units.map((unit) => attribute('unit', new TextEncoder().encode(unit))),
    attribute('common', new TextEncoder().encode(common)),
  );

export interface Extension {
  readonly oid: string;
  readonly critical?: boolean;
  readonly value: Bytes;
}

export const EXTENSION = {
  keyId: '2.5.29.14',
  usage: '2.5.29.15',
  alternative: '2.5.29.17',
  constraints: '2.5.29.19',
  names: '2.5.29.30',
  policies: '2.5.29.32',
  mappings: '2.5.29.33',
  authorityKeyId: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  purposes: '2.5.29.37',
  anyPolicy: '2.5.29.54',
} as const;

export const keyIdOf = ({ spki }: Pick<Key, 'spki'>): Bytes => new Uint8Array(createHash('sha1').update(spki).digest());

export const basicConstraints = (isAuthority: boolean, pathLength?: number): Extension => ({
  oid: EXTENSION.constraints,
  critical: true,
  value: sequence(
    ...(isAuthority ? [boolean(true)] : []),
    ...(pathLength === undefined ? [] : [integer(pathLength)]),
  ),
});
/** Bits by number, the first one is the highest of the first octet (RFC 5280 4.2.1.3). */
export const keyUsage = (...wanted: readonly number[]): Extension => {
  const value = wanted.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  return { oid: EXTENSION.usage, critical: true, value: bits(Uint8Array.of(value)) };
};
export const purposes = (...oids: readonly string[]): Extension => ({
  oid: EXTENSION.purposes,
  value: sequence(...oids.map(identifier)),
});
export const subjectKeyId = (id: Bytes): Extension => ({ oid: EXTENSION.keyId, value: octets(id) });
export const authorityKeyId = (id: Bytes): Extension => ({
  oid: EXTENSION.authorityKeyId,
  value: sequence(implicit(0, id)),
});

/** Somebody with a certificate and its key. */
export interface Party {
  readonly name: Bytes;
  readonly key: Key;
  readonly der: Bytes;
}

export interface Wanted {
  readonly name: Bytes;
  readonly kind?: KeyKind;
  readonly key?: Key;
  readonly spki?: Bytes;
  readonly issuer?: Party;
  readonly statedIssuer?: Bytes;
  readonly authority?: boolean;
  /** Content octets. */
  readonly serial?: Uint8Array;
  readonly from?: Bytes;
  readonly until?: Bytes;
  /** Take the place of usual ones of the same kind, or come after them. */
  readonly extensions?: readonly Extension[];
  readonly without?: readonly string[];
  readonly version?: number;
  readonly scheme?: Scheme;
  readonly s?: 'low' | 'high';
  /** What comes after the extensions, within what is signed. */
  readonly tail?: Bytes;
}

const written = ({ oid, critical = false, value }: Extension): Bytes =>
  sequence(identifier(oid), ...(critical ? [boolean(true)] : []), octets(value));

function extensionsOf(wanted: Wanted, key: Key, issuer: Key): Bytes[] {
  const usual = [
    basicConstraints(wanted.authority === true),
    wanted.authority === true ? keyUsage(5, 6) : keyUsage(0),
    subjectKeyId(keyIdOf(key)),
    authorityKeyId(keyIdOf(issuer)),
  ];
  const { extensions = [], without = [] } = wanted;
  const gone = [...without, ...extensions.map(({ oid }) => oid)];
  return [...usual.filter(({ oid }) => !gone.includes(oid)), ...extensions].map(written);
}

const versionOf = (version: number): Bytes[] => (version === 0 ? [] : [context(0, integer(version))]);

const NOW = '260601000000Z';
const NOTHING: Bytes = new Uint8Array();
const USUAL = {
  version: 2,
  from: utcTime(NOW),
  until: utcTime('360601000000Z'),
  s: 'low',
  tail: NOTHING,
} as const;
const USUAL_LIST = { thisUpdate: utcTime(NOW), nextUpdate: NOTHING, version: 1, s: 'low' } as const;

/** A certificate; with what is wrong with it, if that is what the case is about. */
export function issue(wanted: Wanted): Party {
  const { version, from, until, s, tail } = { ...USUAL, ...wanted };
  const key = wanted.key ?? newKey(wanted.kind);
  const issuer = wanted.issuer ?? { name: wanted.name, key };
  const { scheme = usualScheme(issuer.key), statedIssuer = issuer.name, spki = key.spki } = wanted;
  const content = sequence(
    ...versionOf(version),
    element(0x02, wanted.serial ?? joined(hex('40'), randomBytes(8))),
    scheme.algorithm,
    statedIssuer,
    sequence(from, until),
    wanted.name,
    spki,
    ...listOf(3, extensionsOf(wanted, key, issuer.key)),
    tail,
  );
  const signature = signed(content, issuer.key, scheme, s);
  return { name: wanted.name, key, der: sequence(content, scheme.algorithm, bits(signature)) };
}

const listOf = (tag: number, extensions: readonly Bytes[]): Bytes[] =>
  extensions.length === 0 ? [] : [context(tag, sequence(...extensions))];

export interface WantedList {
  readonly issuer: Party;
  readonly serials: readonly Uint8Array[];
  readonly keyId?: Bytes;
  /** Take the place of the usual one, the key identifier of the authority. */
  readonly extensions?: readonly Extension[];
  readonly scheme?: Scheme;
  readonly signer?: Key;
  readonly thisUpdate?: Bytes;
  readonly nextUpdate?: Bytes;
  readonly version?: number;
  readonly s?: 'low' | 'high';
}

/** The serial number of a certificate, its content octets. */
export function serialOf({ der }: Party): Bytes {
  const outer = (der[1] ?? 0) === 0x82 ? 4 : 3;
  const inner = (der[outer + 1] ?? 0) === 0x82 ? 4 : 3;
  const at = outer + inner + ((der[outer + inner] ?? 0) === 0xa0 ? 5 : 0);
  return der.slice(at + 2, at + 2 + (der[at + 1] ?? 0));
}

/** A revocation list (RFC 5280 5.1), DER. */
export function revocationList(wanted: WantedList): Bytes {
  const { thisUpdate, nextUpdate, version, s } = { ...USUAL_LIST, ...wanted };
  const { issuer, serials, keyId = keyIdOf(issuer.key), signer = issuer.key } = wanted;
  const { scheme = usualScheme(signer) } = wanted;
  const extensions = (wanted.extensions ?? [authorityKeyId(keyId)]).map(written);
  const entries = serials.map((serial) => sequence(element(0x02, serial), utcTime(NOW)));
  const content = sequence(
    ...(version === 0 ? [] : [integer(version)]),
    scheme.algorithm,
    issuer.name,
    thisUpdate,
    nextUpdate,
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    ...listOf(0, extensions),
  );
  return sequence(content, scheme.algorithm, bits(signed(content, signer, scheme, s)));
}

/** PEM with lines of 64 characters. */
export function pem(der: Uint8Array, label = 'CERTIFICATE'): Bytes {
  const lines = Buffer.from(der).toString('base64').match(/.{1,64}/gu) ?? [];
  return latin1(`-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`);
}
