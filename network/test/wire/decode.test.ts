import { common, peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import fc from 'fast-check';
import protobuf from 'google-protobuf';
import { decode, MalformedMessage } from '../../src/wire/index.js';

const FOUR_GIGABYTES = [0xff, 0xff, 0xff, 0xff, 0x0f];
/** A length-delimited field (wire type 2) with what follows its tag. */
const field = (number: number, ...rest: number[]): Buffer => Buffer.from([number * 8 + 2, ...rest]);
/** A field that claims far more bytes than follow. */
const overrun = (number: number): Buffer => field(number, ...FOUR_GIGABYTES);
const holding = (number: number, content: Buffer): Buffer =>
  Buffer.concat([field(number, content.length), content]);

/** A message of a map's entry: `groups` of a ConfigGroup. */
const groupsEntry = (entry: Buffer): Buffer => holding(2, entry);

function nested(depth: number): common.ConfigGroup {
  const group = new common.ConfigGroup();
  if (depth > 0) group.getGroupsMap().set('x', nested(depth - 1));
  return group;
}

/** As google-protobuf reads packed lists; no message of Fabric's that is read here has one. */
class Numbers {
  list: readonly number[] = [];
  static deserializeBinaryFromReader(message: Numbers, reader: protobuf.BinaryReader): Numbers {
    while (reader.nextField()) message.list = reader.readPackedInt32();
    return message;
  }
}

describe('messages of Fabric', () => {
  const malformed: Readonly<Record<string, () => unknown>> = {
    'an inner message longer than its bytes': () => decode(peer.ChaincodeSpec, overrun(2)),
    // Read to its end, it takes seconds: the tests of the longer ones would take minutes.
    'an inner message that claims a quarter of a gigabyte': () =>
      decode(peer.ChaincodeSpec, field(2, 0x80, 0x80, 0x80, 0x80, 0x01)),
    'an inner message one byte longer than there is': () =>
      decode(peer.ChaincodeSpec, Buffer.from([0x12, 0x02, 0x0a])),
    'a string longer than its bytes': () => decode(common.ChannelHeader, overrun(4)),
    'bytes longer than there are': () => decode(common.Envelope, overrun(1)),
    'a length that never ends': () => decode(common.Envelope, field(1, 0xff, 0xff)),
    'a string that is not UTF-8': () => decode(common.ChannelHeader, field(4, 2, 0xc3, 0x28)),
    'a fixed-width value that is cut off': () => decode(common.ChannelHeader, Buffer.from([0x0d, 0x00])),
    'a packed list longer than its bytes': () => decode(Numbers, overrun(1)),
    'an inner message that leaves its outer one': () =>
      // A header field of 3 bytes whose own field claims 9 of the 12 bytes that follow.
      decode(common.Payload, Buffer.from([0x0a, 0x03, 0x0a, 0x09, ...Buffer.alloc(12)])),
    'an entry of a map longer than its bytes': () => decode(common.ConfigGroup, overrun(2)),
    'a key of a map longer than its entry': () => decode(common.ConfigGroup, groupsEntry(overrun(1))),
    'a key of a map that is not UTF-8': () =>
      decode(common.ConfigGroup, groupsEntry(field(1, 2, 0xc3, 0x28))),
    'a value of a map longer than its entry': () =>
      decode(common.ConfigGroup, groupsEntry(Buffer.concat([field(1, 1, 0x78), overrun(2)]))),
    'a value of a map that leaves its entry': () =>
      decode(
        common.ConfigGroup,
        Buffer.concat([groupsEntry(Buffer.concat([field(1, 1, 0x78), field(2, 4)])), Buffer.alloc(8)]),
      ),
    'a message within a map longer than its bytes': () =>
      decode(
        common.ConfigGroup,
        groupsEntry(Buffer.concat([field(1, 1, 0x78), holding(2, groupsEntry(overrun(2)))])),
      ),
    'messages within messages without end': () =>
      decode(common.ConfigGroup, Buffer.from(nested(200).serializeBinary())),
  };
  for (const [what, read] of Object.entries(malformed))
    it(`refuses at once ${what}`, () => {
      const from = performance.now();
      expect(read).to.throw();
      expect(performance.now() - from).to.be.lessThan(500);
    });

  it('says by its error that bytes are no message', () => {
    expect(() => decode(peer.ChaincodeSpec, overrun(2)))
      .to.throw(MalformedMessage)
      .with.property('code', 'MALFORMED_MESSAGE');
  });

  it('reads what is well-formed, empty and unknown fields included', () => {
    const header = new common.ChannelHeader();
    header.setChannelId('\u{1f600}\uff5e');
    header.setExtension$(new Uint8Array());
    const bytes = Buffer.concat([header.serializeBinary(), Buffer.from([0xfa, 0x01, 0x01, 0x00])]);
    expect(decode(common.ChannelHeader, bytes).getChannelId()).equals('\u{1f600}\uff5e');
    expect(decode(common.Envelope, new Uint8Array()).getPayload_asU8()).lengthOf(0);
    expect(decode(Numbers, field(1, 3, 1, 2, 3)).list).deep.equals([1, 2, 3]);
  });

  it('reads maps as they were written, and groups as deep as any channel has', () => {
    const names = fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 20 }), { maxLength: 8 });
    fc.assert(
      fc.property(names, fc.uint8Array({ maxLength: 40 }), (keys, content) => {
        const group = nested(20);
        for (const key of keys) {
          const value = new common.ConfigValue();
          value.setValue(content);
          group.getValuesMap().set(key.toWellFormed(), value);
        }
        const bytes = group.serializeBinary();
        expect(Buffer.from(decode(common.ConfigGroup, bytes).serializeBinary()).equals(bytes)).equals(true);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves google-protobuf itself as it is, for libraries that stand on it', () => {
    const bytes = field(4, 2, 0xc3, 0x28);
    expect(() => common.ChannelHeader.deserializeBinary(bytes)).to.not.throw();
    expect(() => decode(common.ChannelHeader, bytes)).to.throw(MalformedMessage);
  });

  it('never takes long over noise', () => {
    const types = [common.ConfigGroup, common.Payload, common.ChannelHeader, peer.ChaincodeSpec] as const;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(...types), (noise, type) => {
        const from = performance.now();
        try {
          decode(type as typeof common.Payload, noise);
        } catch {
          // Refused.
        }
        expect(performance.now() - from).to.be.lessThan(500);
      }),
      { numRuns: 500 },
    );
  });
});
