import { authority, caseOf, memberOf, root, under, type Case } from './case.js';
import { EXTENSION, keyUsage, pem, purposes, type Extension } from './certificate.js';
import { context, hex, identifier, implicit, integer, joined, latin1, octets, sequence, type Bytes } from './der.js';
import { name } from './certificate.js';

const PURPOSE = {
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
  code: '1.3.6.1.5.5.7.3.3',
  mail: '1.3.6.1.5.5.7.3.4',
  time: '1.3.6.1.5.5.7.3.8',
  any: '2.5.29.37.0',
  unknown: '1.2.3.4.5',
} as const;

const has = (title: string, ...extensions: readonly Extension[]): Case =>
  under(`a member with ${title}`, root, memberOf(root, { extensions }));
const above = (title: string, extensions: readonly Extension[], below: readonly Extension[] = []): Case => {
  const top = authority('top', { extensions });
  return under(`a root with ${title}`, top, memberOf(top, { extensions: below }));
};

function usages(): Case[] {
  const { server, client, code, mail, time, any, unknown } = PURPOSE;
  const critical = (extension: Extension): Extension => ({ ...extension, critical: true });
  return [
    has('serverAuth', purposes(server)),
    has('clientAuth', purposes(client)),
    has('serverAuth and clientAuth', purposes(server, client)),
    has('clientAuth, critical', critical(purposes(client))),
    has('codeSigning', purposes(code)),
    has('emailProtection', purposes(mail)),
    has('timeStamping', purposes(time)),
    has('any purpose', purposes(any)),
    has('clientAuth and any purpose', purposes(client, any)),
    has('an unknown purpose', purposes(unknown)),
    has('an unknown purpose and serverAuth', purposes(unknown, server)),
    has('no purpose at all', purposes()),
    above('serverAuth', [purposes(server)]),
    above('clientAuth', [purposes(client)]),
    above('clientAuth, over a member with any', [purposes(client)], [purposes(any)]),
    above('serverAuth, over a member with clientAuth', [purposes(server)], [purposes(client)]),
    above('any purpose, over a member with clientAuth', [purposes(any)], [purposes(client)]),
    above('a key usage for signatures only', [keyUsage(0)]),
    above('a key usage of nothing', [keyUsage()]),
    under('a root without key usage', ...usageless()),
    between('a key usage for signatures only', keyUsage(0)),
    between('clientAuth', purposes(PURPOSE.client)),
    between('serverAuth and clientAuth', purposes(PURPOSE.server, PURPOSE.client)),
    has('a key usage for encryption only', keyUsage(2)),
    has('a key usage of an authority', keyUsage(5, 6)),
  ];
}

const between = (title: string, ...extensions: readonly Extension[]): Case => {
  const middle = authority('middle', { issuer: root, extensions });
  const configuration = { roots: [pem(root.der)], intermediates: [pem(middle.der)] };
  return caseOf(`an intermediate with ${title}`, configuration, pem(memberOf(middle).der));
};

function usageless(): [ReturnType<typeof authority>, ReturnType<typeof authority>] {
  const top = authority('top', { without: [EXTENSION.usage] });
  return [top, memberOf(top, { without: [EXTENSION.usage] })];
}

const named = (oid: string, critical: boolean, value: Bytes): Extension => ({ oid, critical, value });
const dns = (text: string): Bytes => implicit(2, latin1(text));
const subtrees = (...names: readonly Bytes[]): Bytes => joined(...names.map((each) => sequence(each)));
const only = (critical: boolean, ...names: readonly Bytes[]): Extension =>
  named(EXTENSION.names, critical, sequence(context(0, subtrees(...names))));
const never = (critical: boolean, ...names: readonly Bytes[]): Extension =>
  named(EXTENSION.names, critical, sequence(context(1, subtrees(...names))));
const called = (...names: readonly Bytes[]): Extension => named(EXTENSION.alternative, false, sequence(...names));

function constrained(): Case[] {
  const mail = (text: string): Bytes => implicit(1, latin1(text));
  const uri = (text: string): Bytes => implicit(6, latin1(text));
  const address = (text: string): Bytes => implicit(7, hex(text));
  const directory = context(4, name('x'));
  return [
    above('permitted names, a member without any', [only(true, dns('example.com'))]),
    above('permitted names, a member within', [only(true, dns('example.com'))], [called(dns('peer0.Example.com'))]),
    above('permitted names, a member of that name', [only(true, dns('example.com'))], [called(dns('example.com'))]),
    above('permitted names, a member outside', [only(true, dns('example.com'))], [called(dns('peer0.example.org'))]),
    above('permitted names, a member that only ends alike', [only(true, dns('example.com'))], [called(dns('anexample.com'))]),
    above('permitted names with a dot, a member of that name', [only(true, dns('.example.com'))], [called(dns('example.com'))]),
    above('permitted names with a dot, a member within', [only(true, dns('.example.com'))], [called(dns('a.example.com'))]),
    above('permitted names, not critical, a member outside', [only(false, dns('example.com'))], [called(dns('a.org'))]),
    above('excluded names, a member within', [never(true, dns('example.com'))], [called(dns('a.example.com'))]),
    above('excluded names, a member outside', [never(true, dns('example.com'))], [called(dns('a.org'))]),
    above('excluded names, a member with a wildcard', [never(true, dns('a.example.com'))], [called(dns('*.example.com'))]),
    above('every name excluded', [never(true, dns(''))], [called(dns('a.org'))]),
    above('permitted addresses, a member within', [only(true, address('0a000000ff000000'))], [called(address('0a010203'))]),
    above('permitted addresses, a member outside', [only(true, address('0a000000ff000000'))], [called(address('0b010203'))]),
    above('permitted mail, a member within', [only(true, mail('example.com'))], [called(mail('a@example.com'))]),
    above('permitted mail, a member outside', [only(true, mail('example.com'))], [called(mail('a@example.org'))]),
    above('a permitted mailbox, another member', [only(true, mail('b@example.com'))], [called(mail('a@example.com'))]),
    above('permitted places, a member within', [only(true, uri('example.com'))], [called(uri('https://example.com/x'))]),
    above('permitted places, a member outside', [only(true, uri('example.com'))], [called(uri('https://example.org/x'))]),
    above('permitted directory names, critical', [only(true, directory)]),
    above('permitted directory names, not critical', [only(false, directory)]),
    above('permitted names and a member with an address', [only(true, dns('example.com'))], [called(address('0a010203'))]),
    above('no constraint in name constraints', [named(EXTENSION.names, true, sequence())]),
    above('name constraints that are malformed', [named(EXTENSION.names, true, hex('0500'))]),
    constrainedHost('peer0.example.org', 'like a host'),
    constrainedHost('peer 0', 'not like a host'),
  ];
}

/** A common name that looks like a host's, below a name constraint, without an alternative name. */
function constrainedHost(common: string, title: string): Case {
  const top = authority('top', { extensions: [only(true, dns('example.com'))] });
  return under(`permitted names, a member called ${title}`, top, memberOf(top, { name: name(common, ['peer']) }));
}

const POLICY = sequence(identifier('1.2.3.4'));
const policies = (critical: boolean, ...each: readonly Bytes[]): Extension =>
  named(EXTENSION.policies, critical, sequence(...each));
const explicit = (value: Bytes): Extension => named(EXTENSION.policyConstraints, true, value);

function policed(): Case[] {
  const required = explicit(sequence(implicit(0, hex('00'))));
  const later = explicit(sequence(implicit(0, hex('01'))));
  const anyPolicy = policies(false, sequence(identifier('2.5.29.32.0')));
  const other = policies(false, sequence(identifier('1.2.3.5')));
  const mapped = named(EXTENSION.mappings, true, sequence(sequence(identifier('1.2.3.4'), identifier('1.2.3.5'))));
  const through = (title: string, middleHas: readonly Extension[], memberHas: readonly Extension[]): Case => {
    const middle = authority('middle', { issuer: root, extensions: middleHas });
    return caseOf(
      `an intermediate with ${title}`,
      { roots: [pem(root.der)], intermediates: [pem(middle.der)] },
      pem(memberOf(middle, { extensions: memberHas }).der),
    );
  };
  return [
    has('policies', policies(false, POLICY)),
    has('critical policies', policies(true, POLICY)),
    has('a policy twice', policies(false, POLICY, POLICY)),
    has('policies that are malformed', policies(false, hex('0500'))),
    has('policy constraints', required),
    through('policies, its member too', [policies(true, POLICY)], [policies(true, POLICY)]),
    through('policies, a member of another', [policies(true, POLICY)], [other]),
    through('required policies, the same ones', [required, policies(true, POLICY)], [policies(true, POLICY)]),
    through('required policies, none below', [required, policies(true, POLICY)], []),
    through('required policies, others below', [required, policies(true, POLICY)], [other]),
    through('required policies, any above', [required, anyPolicy], [other]),
    through('required policies, any below', [required, policies(true, POLICY)], [anyPolicy]),
    through('required policies and none itself', [required], [policies(true, POLICY)]),
    through('policies required later', [later, policies(true, POLICY)], []),
    through('required policies and any inhibited', [required, policies(true, POLICY), named(EXTENSION.anyPolicy, true, integer(0))], [anyPolicy]),
    through('policies that are mapped', [policies(true, POLICY), mapped], [other]),
    above('required policies', [required]),
    above('critical policies', [policies(true, POLICY)]),
  ];
}

function critical(): Case[] {
  const attributes = latin1('{"attrs":{"role":"witness"}}');
  return [
    has('an unknown extension', named('1.2.3.4', false, hex('0500'))),
    has('an unknown critical extension', named('1.2.3.4', true, hex('0500'))),
    has("the attributes of Fabric's authority", named('1.2.3.4.5.6.7.8.1', false, attributes)),
    has("critical attributes of Fabric's authority", named('1.2.3.4.5.6.7.8.1', true, attributes)),
    above('an unknown critical extension', [named('1.2.3.4', true, hex('0500'))]),
    has('a critical alternative name', named(EXTENSION.alternative, true, sequence(dns('a.org')))),
    has('a critical directory name', named(EXTENSION.alternative, true, sequence(context(4, name('x'))))),
    has('a directory name', called(context(4, name('x')))),
    has('an alternative name that is malformed', named(EXTENSION.alternative, false, hex('0500'))),
    has('an address of five octets', called(implicit(7, hex('0102030405')))),
    has('an alternative name beyond ASCII', called(implicit(2, hex('61ff')))),
    has('a place that is none', called(implicit(6, latin1('http://[x')))),
    has('a critical subject key identifier', named(EXTENSION.keyId, true, octets(hex('01')))),
    has('a critical authority key identifier', named(EXTENSION.authorityKeyId, true, sequence(implicit(0, hex('01'))))),
    has('a critical access to its authority', named('1.3.6.1.5.5.7.1.1', true, sequence())),
    has('an access to its authority', named('1.3.6.1.5.5.7.1.1', false, sequence(sequence(identifier('1.3.6.1.5.5.7.48.1'), implicit(6, latin1('http://a')))))),
    has('critical distribution points', named('2.5.29.31', true, sequence(sequence(context(0, context(0, implicit(6, latin1('http://a')))))))),
    has('a critical issuer name', named('2.5.29.18', true, sequence(dns('a.org')))),
    has('a subject key identifier that is malformed', named(EXTENSION.keyId, false, hex('0500'))),
    has('a key usage that is malformed', named(EXTENSION.usage, true, hex('0500'))),
    has('basic constraints that are malformed', named(EXTENSION.constraints, true, hex('0500'))),
    has('purposes that are malformed', named(EXTENSION.purposes, false, hex('0500'))),
    has('an extension that comes twice', named('1.2.3.4', false, hex('0500')), named('1.2.3.4', false, hex('0500'))),
    has('a truth value of another octet', named(EXTENSION.constraints, true, hex('3003010101'))),
    has('a tsa purpose, critical', named(EXTENSION.purposes, true, sequence(identifier(PURPOSE.time)))),
  ];
}

/** Extensions (RFC 5280 4.2), as Go's crypto/x509 takes them for a server's certificate. */
export const extensionCases = (): readonly Case[] => [
  ...usages(),
  ...constrained(),
  ...policed(),
  ...critical(),
];
