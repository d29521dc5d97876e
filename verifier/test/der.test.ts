import { expect } from 'chai';
import fc from 'fast-check';
import { Der, derSequence, TAG } from '../src/bytes/der.js';
import { Rejection, type Reason } from '../src/rejection.js';
import { refuses } from './rejections.js';

const REASON = 'SIGNATURE_MALFORMED';
const read = (hex: string): Der => new Der(Uint8Array.from(Buffer.from(hex, 'hex')), REASON);

const INVALID: Readonly<Record<string, readonly [string, (der: Der) => unknown, Reason]>> = {
  'an indefinite length': ['3080020101020101', (der) => der.any(), REASON],
  'a length of two octets where one does': ['308106020101020101', (der) => der.any(), REASON],
  'a length with a leading zero': ['30820006020101020101', (der) => der.any(), REASON],
  'a length of 4 GiB': ['3084ffffffff', (der) => der.any(), REASON],
  'a length of 16 MiB': ['3083ffffff00', (der) => der.any(), REASON],
  'a length beyond the end': ['0203ff', (der) => der.any(), REASON],
  'nothing at all': ['', (der) => der.any(), REASON],
  'a tag without a length': ['30', (der) => der.any(), REASON],
  'a tag of two octets': ['1f8101020101', (der) => der.any(), REASON],
  'a negative integer': ['0201ff', (der) => der.unsigned(), REASON],
  'an integer with a leading zero': ['02020001', (der) => der.unsigned(), REASON],
  'an empty integer': ['0200', (der) => der.unsigned(), REASON],
  'an integer of 67 octets': [`0243${'11'.repeat(67)}`, (der) => der.unsigned(), REASON],
  'a bit string that ends within an octet': ['03020100', (der) => der.bits(), REASON],
  'a truth of 1': ['010101', (der) => der.truth(der.any()), REASON],
  'an object identifier with idle octets': ['06032a8001', (der) => der.objectIdentifier(), REASON],
  'an object identifier that does not end': ['06022a86', (der) => der.objectIdentifier(), REASON],
};

describe('DER', () => {
  for (const [name, [hex, use, reason]] of Object.entries(INVALID)) {
    it(`refuses ${name}`, () => refuses(() => use(read(hex)), reason));
  }

  it('refuses what follows the one sequence', () =>
    refuses(() => derSequence(Buffer.from('300302010100', 'hex'), REASON), 'TRAILING_BYTES'));

  it('reads what it should', () => {
    expect(read('02020080').unsigned()).to.equal(128n);
    expect(read('06082a8648ce3d040302').objectIdentifier()).to.equal('1.2.840.10045.4.3.2');
    expect(read('0603550403').objectIdentifier()).to.equal('2.5.4.3');
    expect(read('06022b65').objectIdentifier()).to.equal('1.3.101');
    expect(read(`308180${'00'.repeat(128)}`).next(TAG.sequence).content).to.have.length(128);
  });

  it('answers whatever bytes with elements within them or a rejection', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          const der = new Der(bytes, REASON);
          let length = 0;
          while (!der.isAtEnd) length += der.any().whole.length;
          expect(length).to.equal(bytes.length);
        } catch (error) {
          expect(error).to.be.instanceOf(Rejection);
        }
      }),
    );
  });
});
