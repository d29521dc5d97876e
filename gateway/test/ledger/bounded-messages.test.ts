import { peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import { boundInnerMessages } from '../../src/ledger/bounded-messages.js';

describe('inner messages of a protobuf', () => {
  before(boundInnerMessages);

  it('are read when they fit', () => {
    const id = new peer.ChaincodeID();
    id.setName('tallystick'.repeat(40));
    const spec = new peer.ChaincodeSpec();
    spec.setChaincodeId(id);
    const read = peer.ChaincodeSpec.deserializeBinary(spec.serializeBinary());
    expect(read.getChaincodeId()?.getName()).to.equal(id.getName());
  });

  const overruns: Record<string, number[]> = {
    'one byte longer than there is': [0x12, 0x02, 0x0a],
    'four gigabytes long': [0x12, 0xff, 0xff, 0xff, 0xff, 0x0f],
    'with a length that never ends': [0x12, 0xff, 0xff, 0xff],
  };
  for (const [name, bytes] of Object.entries(overruns)) {
    it(`are refused when ${name}`, () => {
      expect(() => peer.ChaincodeSpec.deserializeBinary(Uint8Array.from(bytes))).to.throw(
        'overruns its bytes',
      );
    });
  }
});
