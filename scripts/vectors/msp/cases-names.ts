import { authority, memberOf, root, under, type Case } from './case.js';
import { attribute, name } from './certificate.js';
import { context, element, hex, integer, joined, latin1, sequence, type Bytes } from './der.js';

const TAGS = { utf8: 0x0c, numeric: 0x12, printable: 0x13, t61: 0x14, ia5: 0x16, visible: 0x1a, universal: 0x1c, bmp: 0x1e };
const wide = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'utf16le').swap16());

const common = attribute('common', latin1('m'));
const role = attribute('unit', latin1('peer'));
const called = (title: string, ...parts: readonly Bytes[]): Case =>
  under(title, root, memberOf(root, { name: sequence(...parts) }));
const unit = (tag: number, value: Bytes): Bytes => attribute('unit', value, tag);
const organisation = (tag: number, value: Bytes): Bytes => attribute('organisation', value, tag);

function texts(): Case[] {
  const { utf8, numeric, printable, t61, ia5, visible, universal, bmp } = TAGS;
  return [
    called('a unit in PrintableString', unit(printable, latin1('peer')), common),
    called('a unit in IA5String', unit(ia5, latin1('peer')), common),
    called('a unit in TeletexString', unit(t61, latin1('peer')), common),
    called('a unit in BMPString', unit(bmp, wide('peer')), common),
    called('a unit in BMPString with a terminator', unit(bmp, wide('peer\0')), common),
    called('a unit in BMPString of odd length', unit(bmp, hex('006500')), common),
    called('a unit in BMPString with half a pair', unit(bmp, hex('d800')), role, common),
    called('a unit in UniversalString', unit(universal, hex('00000070')), common),
    called('a unit in VisibleString', unit(visible, latin1('peer')), common),
    called('a unit in NumericString', unit(numeric, latin1('1 2')), role, common),
    called('letters in NumericString', unit(numeric, latin1('peer')), common),
    called('an organisation in TeletexString', role, organisation(t61, hex('53fc64')), common),
    called('an organisation in BMPString', role, organisation(bmp, wide('鋼')), common),
    called('an organisation in UniversalString', role, organisation(universal, hex('00000053')), common),
    called('an organisation in UTF-8', role, organisation(utf8, hex('e98bbc')), common),
    called('an organisation that is no UTF-8', role, organisation(utf8, hex('ff')), common),
    called('a sign that PrintableString has not', role, organisation(printable, latin1('a@b')), common),
    called('an ampersand in PrintableString', role, organisation(printable, latin1('a & b *')), common),
    called('a letter that IA5String has not', role, organisation(ia5, hex('fc')), common),
    called('a common name in TeletexString', role, attribute('common', hex('6dfc'), t61)),
    called('a common name in BMPString', role, attribute('common', wide('鋼'), bmp)),
    called('a common name that is an integer', role, attribute('common', hex('01'), 0x02)),
    called('an attribute of no known type', role, attribute('1.2.3.4', latin1('x')), common),
    called('an empty unit', unit(utf8, hex('')), role, common),
    called('a unit in other letters', unit(utf8, latin1('Peer')), common),
    called('a unit with a blank', unit(utf8, latin1('peer ')), common),
    called('two units in one set', element(0x31, role.subarray(2), unit(utf8, latin1('x')).subarray(2)), common),
    called('no name but a unit', role),
    called('an empty name'),
  ];
}

/** Authorities are found by the bytes of their names. */
function issuers(): Case[] {
  const { printable, utf8 } = TAGS;
  const spelled = (title: string, top: Bytes, stated: Bytes): Case => {
    const above = authority('top', { name: top });
    return under(title, above, memberOf(above, { statedIssuer: stated }));
  };
  const of = (text: string, tag = utf8): Bytes => sequence(attribute('common', latin1(text), tag));
  return [
    spelled('an issuer in another form of text', of('top', printable), of('top')),
    spelled('an issuer in other letters', of('Top'), of('top')),
    spelled('an issuer with another blank', of('the  top'), of('the top')),
    spelled('an issuer in PrintableString', of('top', printable), of('top', printable)),
    spelled('an issuer in TeletexString', of('t\u00fcp', TAGS.t61), of('t\u00fcp', TAGS.t61)),
    spelled('an issuer with an empty name', sequence(), sequence()),
  ];
}

function numbers(): Case[] {
  const serials: Readonly<Record<string, string>> = {
    'zero': '00',
    'one': '01',
    'minus one': 'ff',
    'negative, of eight octets': 'ff80000000000001',
    'twenty octets': `7f${'00'.repeat(18)}01`,
    'twenty-one octets': `7f${'00'.repeat(19)}01`,
    'seventy octets': `7f${'00'.repeat(68)}01`,
    'with an idle octet': '000001',
    'with a needed zero': '0080',
    'nothing': '',
  };
  const versions = [0, 1, 3].map((version) =>
    under(`version ${version + 1}`, root, memberOf(root, { version })),
  );
  const old = authority('old', { version: 0 });
  return [
    ...Object.entries(serials).map(([title, octets]) =>
      under(`a serial number of ${title}`, root, memberOf(root, { serial: hex(octets) })),
    ),
    under('a root with a negative serial number', ...rootWith('ff')),
    under('a root with the serial number zero', ...rootWith('00')),
    ...versions,
    under('a root of version 1', old, memberOf(old)),
    under('more after the extensions', root, memberOf(root, { tail: integer(7) })),
    under('unique identifiers after the extensions', root, memberOf(root, { tail: context(4, hex('0500')) })),
  ];
}

function rootWith(serial: string): [ReturnType<typeof authority>, ReturnType<typeof authority>] {
  const top = authority('top', { serial: hex(serial) });
  return [top, memberOf(top)];
}

/** Names and their texts, serial numbers, versions of certificates. */
export const nameCases = (): readonly Case[] => [
  ...texts(),
  ...issuers(),
  ...numbers(),
  under('a long name', root, memberOf(root, { name: joined(name('x'.repeat(900), ['peer'])) })),
];
