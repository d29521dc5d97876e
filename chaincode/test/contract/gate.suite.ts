import { allDescriptors, decodeRefusal, encode } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import type { ChaincodeInterface } from 'fabric-shim';
import type { ChaincodeStub } from 'fabric-shim-api';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { Gate, METADATA } from '../../src/contract/gate.js';
import { SILENT } from '../../src/contract/observer.js';

const NAME = 'tallystick';
const TIME = Date.parse('2026-11-24T08:00:00Z') / 1000;

/** Protobuf by hand: odd messages are what is tried. */
const varint = (value: number | bigint): number[] => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) + (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return bytes;
};
const number = (field: number, value: number | bigint) => [...varint(field * 8), ...varint(value)];
const bytes = (field: number, value: string | readonly number[]) => {
  const content = typeof value === 'string' ? [...Buffer.from(value)] : value;
  return [...varint(field * 8 + 2), ...varint(content.length), ...content];
};

const extension = (name: string) => bytes(2, bytes(2, name));
const timestamp = (seconds: number | bigint, nanos: number | bigint) => [
  ...number(1, seconds),
  ...number(2, nanos),
];

interface Odd {
  readonly args?: readonly (string | Uint8Array)[];
  /** Fields in place of timestamp and extension. */
  readonly fields?: readonly number[];
  /** Fields behind all others, of the channel header and of the header. */
  readonly more?: readonly number[];
  readonly header?: readonly number[];
  /** Fields of the creator behind its own. */
  readonly creator?: readonly number[];
}

const require = createRequire(import.meta.url);
const inShim = createRequire(require.resolve('fabric-shim/lib/stub.js'));
interface Messages {
  readonly peer: {
    readonly ChaincodeInput: { deserializeBinary(bytes: Uint8Array): unknown };
    readonly SignedProposal: { deserializeBinary(bytes: Uint8Array): unknown };
  };
}
const { peer } = inShim('@hyperledger/fabric-protos') as Messages;
const Stub = require('fabric-shim/lib/stub.js') as new (...parts: unknown[]) => ChaincodeStub;

const plain = (
  seconds: number | bigint = TIME,
  nanos: number | bigint = 0,
  name = NAME,
): readonly number[] => [...bytes(3, timestamp(seconds, nanos)), ...bytes(7, extension(name))];

/** The stub that the shim makes of a proposal, from bytes. */
function stubOf({
  args = ['space:Pause', '{}'],
  fields = plain(),
  more = [],
  header = [],
  creator: another = [],
}: Odd): ChaincodeStub {
  const channelHeader = [...number(1, 3), ...fields, ...bytes(4, 'channel'), ...bytes(5, 'tx'), ...more];
  const creator = [...bytes(1, 'SteelMSP'), ...bytes(2, 'certificate'), ...another];
  const signatureHeader = [...bytes(1, creator), ...bytes(2, 'nonce')];
  const whole = [...bytes(1, channelHeader), ...bytes(2, signatureHeader), ...header];
  const proposal = [...bytes(1, whole), ...bytes(2, bytes(1, 'input'))];
  const input = args.flatMap((each) => bytes(1, typeof each === 'string' ? each : [...each]));
  return new Stub(
    {},
    'channel',
    'tx',
    peer.ChaincodeInput.deserializeBinary(Uint8Array.from(input)),
    peer.SignedProposal.deserializeBinary(Uint8Array.from(bytes(1, proposal))),
  );
}

describe('the gate before the contract API', () => {
  const passed: string[] = [];
  const inner: ChaincodeInterface = {
    Init: () => Promise.reject(new Error('never')),
    Invoke(stub) {
      passed.push(stub.getFunctionAndParameters().fcn);
      return Promise.resolve({ status: 200, message: '', payload: new Uint8Array() });
    },
  };
  const gate = new Gate(inner, NAME, SILENT);
  const codeOf = async (odd: Odd): Promise<string | undefined> => {
    const before = passed.length;
    const { status, message } = await gate.Invoke(stubOf(odd));
    expect(status === 200).to.equal(passed.length > before);
    return status === 200 ? undefined : decodeRefusal(message ?? '')?.code;
  };

  it('lets every described transaction through, and the call for metadata', async () => {
    for (const name of [...allDescriptors.map((each) => each.name), METADATA])
      expect(await codeOf({ args: [name, '{}'] }), name).to.equal(undefined);
  });

  for (const name of [
    '',
    ':',
    'Pause',
    ':Pause',
    ' :Pause',
    'space:Pause:',
    'space:pause',
    'space:Pause\n',
  ]) {
    it(`refuses ${JSON.stringify(name)}, which the shim would complete or take otherwise`, async () => {
      expect(await codeOf({ args: [name, '{}'] })).to.equal('UNKNOWN_TRANSACTION');
    });
  }
  for (const name of [
    'GetMetadata',
    'space:constructor',
    'space:unknownTransaction',
    'nul\0',
    'x'.repeat(5000),
  ]) {
    it(`refuses ${JSON.stringify(name.slice(0, 40))}`, async () => {
      expect(await codeOf({ args: [name] })).to.equal('UNKNOWN_TRANSACTION');
    });
  }

  it('refuses a call without a name, and an initialisation', async () => {
    expect(await codeOf({ args: [] })).to.equal('UNKNOWN_TRANSACTION');
    const { status, message } = await gate.Init();
    expect([status, decodeRefusal(message ?? '')?.code]).to.deep.equal([500, 'UNKNOWN_TRANSACTION']);
  });

  it('refuses bytes that are no UTF-8, wherever they stand, and no others', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 12 }), fc.boolean(), async (raw, isName) => {
        const isText = Buffer.from(Buffer.from(raw).toString('utf8')).equals(Buffer.from(raw));
        const code = await codeOf({ args: isName ? [raw] : ['space:Pause', '{}', raw] });
        expect(code).to.equal(isText ? (isName ? 'UNKNOWN_TRANSACTION' : undefined) : 'MALFORMED');
      }),
    ));

  it('refuses a creator that could end with another one', async () => {
    const other = [...bytes(1, 'OtherMSP'), ...bytes(2, 'another')];
    for (const creator of [other, bytes(15, other), number(15, 1), bytes(2, 'another')])
      expect(await codeOf({ creator })).to.equal('PROPOSAL_AMBIGUOUS');
  });

  it('compares the signed time with the clock of its endorser, where it is given one', async () => {
    const clocked = (off: number) =>
      new Gate(inner, NAME, SILENT, { ahead: 30, behind: 60, now: () => TIME - off });
    const ask = { args: ['usage:Request', '{}'] };
    const codeBy = async (gate: Gate): Promise<string | undefined> =>
      decodeRefusal((await gate.Invoke(stubOf(ask))).message ?? '')?.code;
    expect(await codeBy(clocked(30))).to.equal(undefined);
    expect(await codeBy(clocked(31))).to.equal('CLOCK_SKEW');
    expect(await codeBy(clocked(-61))).to.equal('CLOCK_SKEW');
  });

  it('takes every time that a timestamp may say', async () => {
    for (const [seconds, nanos] of [
      [0, 0],
      [TIME, 999_999_999],
      [253_402_300_799, 999_999_999],
    ] as const)
      expect(await codeOf({ fields: plain(seconds, nanos) }), `${seconds} ${nanos}`).to.equal(undefined);
  });

  for (const [seconds, nanos] of [
    [TIME, -1],
    [TIME, 1_000_000_000],
    [TIME, 2n ** 32n],
    [-1, 0],
    [253_402_300_800, 0],
    [2n ** 63n, 0],
    [2n ** 62n, 0],
  ] as const) {
    it(`refuses the time ${seconds}s ${nanos}ns`, async () => {
      expect(await codeOf({ fields: plain(seconds, nanos) })).to.equal('TIME_INVALID');
    });
  }

  it('refuses a call by another chaincode, or by none', async () => {
    for (const name of ['other', '', 'tallystick2', 'Tallystick', 'tallystick\0'])
      expect(await codeOf({ fields: plain(TIME, 0, name) }), name).to.equal('NOT_DIRECT');
    expect(await codeOf({ fields: bytes(3, timestamp(TIME, 0)) })).to.equal('NOT_DIRECT');
  });

  it('refuses fields given twice, which Fabric merges and the shim does not', async () => {
    const halves = [...bytes(3, number(1, TIME)), ...bytes(3, number(2, 7))];
    expect(
      stubOf({ fields: [...halves, ...bytes(7, extension(NAME))] })
        .getTxTimestamp()
        .seconds.toString(),
    ).to.equal('0');
    const twice: Readonly<Record<string, Odd>> = {
      timestamp: { fields: [...halves, ...bytes(7, extension(NAME))] },
      'the same timestamp': { more: bytes(3, timestamp(TIME, 0)) },
      extension: { more: bytes(7, extension(NAME)) },
      'chaincode id': {
        fields: [...bytes(3, timestamp(TIME, 0)), ...bytes(7, [...extension(NAME), ...extension(NAME)])],
      },
      seconds: {
        fields: [...bytes(3, [...timestamp(TIME, 0), ...number(1, TIME)]), ...bytes(7, extension(NAME))],
      },
      'channel header': { header: bytes(1, [...number(1, 3), ...plain()]) },
      'signature header': { header: bytes(2, bytes(2, 'nonce')) },
    };
    for (const [name, odd] of Object.entries(twice))
      expect(await codeOf(odd), name).to.equal('PROPOSAL_AMBIGUOUS');
  });

  it('takes fields that nobody knows', async () => {
    expect(await codeOf({ more: [...bytes(99, 'x'), ...number(98, 1), ...number(98, 2)] })).to.equal(
      undefined,
    );
  });

  it('refuses a stub without a proposal, and answers in canonical JSON', async () => {
    const { message } = await gate.Invoke({
      getBufferArgs: () => [Buffer.from('space:Pause')],
    } as unknown as ChaincodeStub);
    expect(message).to.equal(
      encode({ details: { reason: 'no signed proposal' }, refusal: 'PROPOSAL_AMBIGUOUS' }),
    );
  });
});
