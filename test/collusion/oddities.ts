import { encode } from '@tallystick/chaincode/model';
import { bytes, number, timestamp, type Call } from './calls.js';

type Change = (plain: Call) => Partial<Call>;

const name =
  (text: Uint8Array | string): Change =>
  ({ args: [, argument = ''] }) => ({ args: [text, argument] });
const argument =
  (made: (text: string) => Uint8Array | string): Change =>
  ({ args: [transaction = '', text = ''] }) => ({ args: [transaction, made(Buffer.from(text).toString())] });
const at =
  (seconds: number | bigint, nanos: number | bigint): Change =>
  () => ({ time: timestamp(seconds, nanos) });
const more =
  (changes: NonNullable<Call['more']>): Change =>
  () => ({ more: changes });
const soon = Math.floor(Date.now() / 1000);

const NAMES: Readonly<Record<string, Uint8Array | string>> = {
  'a verb alone': 'Declare',
  'a name without a contract': ':Declare',
  'a contract alone': 'events:',
  'a name in other letters': 'events:declare',
  'a contract in other letters': 'Events:Declare',
  'a name with a blank': 'events:Declare ',
  'a name with a NUL': 'events:Declare\0',
  'a name with a byte-order mark': '\ufeffevents:Declare',
  'no name': '',
  'a name of three parts': 'events:Declare:Declare',
  'the method before a transaction': 'events:beforeTransaction',
  'the method for what is unknown': 'events:unknownTransaction',
  'a method of every object': 'events:constructor',
  'a name that every contract has': 'events:getName',
  'a prototype': 'events:__proto__',
  'an initialisation': 'Init',
  'metadata with another letter': 'org.hyperledger.fabric:getMetadata',
  'metadata without a contract': 'GetMetadata',
  'a name that is no UTF-8': Uint8Array.of(0xff, 0xfe),
  'a name that becomes another without its bad byte': Buffer.concat([
    Buffer.from('events:Declare'),
    Uint8Array.of(0xc0),
  ]),
};

const ARGUMENTS: Readonly<Record<string, (text: string) => Uint8Array | string>> = {
  'an empty argument': () => '',
  'an argument that is no UTF-8': (text) => Buffer.from(text.replace('Fair', 'F\u00e9'), 'latin1'),
  'an argument with an overlong NUL': (text) => Buffer.from(text.replace('Fair', 'F\u00c0\u0080'), 'latin1'),
  'an argument with halves of a character': (text) =>
    Buffer.from(text.replace('Fair', '\u00ed\u00a0\u0080'), 'latin1'),
  'an argument with a half in an escape': (text) => text.replace('Fair', '\\ud800'),
  'an argument behind a byte-order mark': (text) => `\ufeff${text}`,
  'an argument with blanks': (text) => ` ${text.replaceAll(':', ' : ')}\n`,
  'an argument with escapes': (text) => text.replace('Fair', '\\u0046air'),
  'an argument with a member twice': (text) => text.replace('{', '{"name":"First",'),
  'an argument with a member too many': (text) => text.replace('{', '{"more":1,'),
  'an argument with a prototype': (text) => text.replace('{', '{"__proto__":{},'),
  'an argument with a NUL': (text) => text.replace('Fair', '\\u0000'),
  'an argument that is deep': () => '['.repeat(20_000),
  'an argument in decomposed letters': (text) => text.replace('Fair', 'Cafe\u0301'),
  'an argument that names no character': (text) => text.replace('Fair', '\uffff\u{10ffff}'),
};

/** By what is odd: what becomes of a plain declaration. Each is refused, or taken as whoever replays takes it. */
export const ODDITIES: Readonly<Record<string, Change>> = {
  ...Object.fromEntries(Object.entries(NAMES).map(([title, text]) => [title, name(text)])),
  ...Object.fromEntries(Object.entries(ARGUMENTS).map(([title, made]) => [title, argument(made)])),
  'no arguments': () => ({ args: [] }),
  'a name alone': () => ({ args: ['events:Declare'] }),
  'two arguments': ({ args }) => ({ args: [...args, ''] }),
  'a list of two declarations': ({ args: [transaction = '', text = ''] }) => {
    const one = JSON.parse(Buffer.from(text).toString()) as object;
    return { args: [transaction, encode([one, { ...one, nonce: 'f'.repeat(32) }])] };
  },
  'a reading call': () => ({ args: ['records:Get', encode({ key: 'space' })] }),
  metadata: () => ({ args: ['org.hyperledger.fabric:GetMetadata'] }),
  'metadata with an argument': () => ({
    args: ['org.hyperledger.fabric:GetMetadata', 'x', Uint8Array.of(0xff)],
  }),
  'a reading call of nothing': () => ({
    args: ['records:Get', encode({ key: `event/event-${'a'.repeat(52)}` })],
  }),

  'no timestamp': () => ({ time: new Uint8Array() }),
  'an empty timestamp': () => ({ time: bytes(3, '') }),
  'a timestamp twice': () => ({ time: Buffer.concat([timestamp(soon, 5), timestamp(soon - 9, 7)]) }),
  'a timestamp in two parts': () => ({
    time: Buffer.concat([bytes(3, number(1, soon)), bytes(3, number(2, 7))]),
  }),
  'negative nanoseconds': at(soon, -1),
  'a second of nanoseconds': at(soon, 1_000_000_000),
  'the last nanosecond': at(soon, 999_999_999),
  'a nanosecond': at(soon, 1),
  'nanoseconds beyond 32 bits': at(soon, (1n << 32n) + 5n),
  'a time before 1970': at(-1, 0),
  'the first second': at(0, 0),
  'a time after the last': at(253_402_300_800, 0),
  'a time beyond what a number holds': at(1n << 62n, 0),
  'an hour ago': at(soon - 3600, 0),

  'another chaincode in the header': () => ({ named: 'other' }),
  'another chaincode in the invocation': () => ({ called: 'other' }),
  'another chaincode in both': () => ({ named: 'other', called: 'other' }),
  'a system chaincode in the invocation': () => ({ called: 'qscc' }),
  'a system chaincode in the header': () => ({ named: 'qscc' }),
  'a blank behind the chaincode': () => ({ named: 'tallystick ', called: 'tallystick ' }),
  'a version behind the chaincode': () => ({ named: 'tallystick:1', called: 'tallystick:1' }),
  'no chaincode in the invocation': () => ({ called: '' }),
  'no chaincode in the header': () => ({ named: '' }),
  'path and version of the chaincode': more({ id: Buffer.concat([bytes(1, 'path'), bytes(3, '9.9')]) }),
  'another chaincode, overridden': more({ id: bytes(2, 'tallystick') }),
  'another chaincode that overrides': more({ id: bytes(2, 'other') }),
  'an extension twice': more({ channelHeader: bytes(7, bytes(2, bytes(2, 'tallystick'))) }),
  'an extension twice, the last of another': more({ channelHeader: bytes(7, bytes(2, bytes(2, 'other'))) }),
  'a payload visibility': more({
    channelHeader: bytes(7, Buffer.concat([bytes(1, 'full'), bytes(2, bytes(2, 'tallystick'))])),
  }),

  'an initialising input': more({ input: number(3, 1) }),
  decorations: more({ input: bytes(2, Buffer.concat([bytes(1, 'key'), bytes(2, 'value')])) }),
  'a second input': more({ spec: bytes(3, bytes(1, 'third')) }),
  'an empty second input': more({ spec: bytes(3, '') }),
  'a second specification': more({ invocation: bytes(1, bytes(3, bytes(1, 'third'))) }),
  'a language of the chaincode': more({ spec: Buffer.concat([number(1, 99), number(4, 1)]) }),
  'transient data': more({ payload: bytes(2, Buffer.concat([bytes(1, 'openings'), bytes(2, '[]')])) }),
  'transient data that is none': more({
    payload: bytes(2, Buffer.concat([bytes(1, 'openings'), bytes(2, 'x')])),
  }),
  'transient data of nobody': more({
    payload: bytes(2, Buffer.concat([bytes(1, 'also'), bytes(2, '[["space",null]]')])),
  }),
  'an unknown field in the payload': more({ payload: bytes(99, 'x') }),
  'a second input of the payload': more({ payload: bytes(1, '') }),
  'an extension of the proposal': more({ proposal: bytes(3, 'x') }),
  'an epoch': more({ channelHeader: number(6, 1) }),
  'a version of the header': more({ channelHeader: number(2, 1) }),
  'a type twice, the last of a configuration': more({ channelHeader: number(1, 1) }),
  'a digest of a TLS certificate': more({ channelHeader: bytes(8, 'x') }),
  'a transaction id twice': more({ channelHeader: bytes(5, '0'.repeat(64)) }),
  'a channel twice': more({ channelHeader: bytes(4, 'another') }),

  'a certificate behind words': () => ({ certificate: (pem) => `words\n${pem}` }),
  'a certificate before words': () => ({ certificate: (pem) => `${pem}words` }),
  'a certificate before bytes that are no text': () => ({
    certificate: (pem) => Buffer.concat([Buffer.from(pem), Uint8Array.of(0xff, 0x00)]),
  }),
  'a certificate in lines of another system': () => ({ certificate: (pem) => pem.replaceAll('\n', '\r\n') }),
  'a certificate twice': () => ({ certificate: (pem) => pem + pem }),
  'a certificate with a header': () => ({
    certificate: (pem) => pem.replace('-----\n', '-----\nProc-Type: 4\n\n'),
  }),
  'a certificate without a last line': () => ({ certificate: (pem) => pem.trimEnd() }),
  'a certificate in one line': () => ({
    certificate: (pem) => pem.replaceAll(/(?<=[A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, ''),
  }),
  'a certificate of another name': () => ({
    certificate: (pem) => pem.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE'),
  }),
  'a creator behind a field that nobody knows': () => ({ creatorPrefix: bytes(15, 'x') }),
  'a creator behind another member': () => ({ creatorPrefix: bytes(1, 'SteelMSP') }),
  'a nonce that ends in the creator': () => ({ creatorPrefix: bytes(15, 'x'), isShifted: true }),
  'a nonce that ends in another member': () => ({ creatorPrefix: bytes(1, 'SteelMSP'), isShifted: true }),
};
