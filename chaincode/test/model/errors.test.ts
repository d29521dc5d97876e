import {
  decodeRefusal,
  decode,
  denials,
  Refusal,
  refusals,
  refuseUnless,
  type RefusalCode,
} from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { json } from './values.js';

const codes = Object.keys(refusals) as RefusalCode[];

describe('refusals', () => {
  it('cross Fabric as one canonical JSON object in the message, whatever is put before it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...codes), json, fc.string(), (code, details, before) => {
        fc.pre(!before.includes('{"details":'));
        const refusal = new Refusal(code, details as Refusal['details']);
        expect(decode(refusal.message)).to.deep.equal({ refusal: code, details });
        const read = decodeRefusal(`${before}${refusal.message}`);
        expect(read).to.be.instanceOf(Refusal).and.deep.include({ code, details });
      }),
    );
  });

  const foreign: Record<string, string> = {
    'words alone': 'chaincode response 500, timeout',
    'an unknown code': '{"details":{},"refusal":"NO_SUCH_CODE"}',
    'a code every object has': '{"details":{},"refusal":"toString"}',
    'no code': '{"details":{}}',
    'a member beside': '{"details":{},"refusal":"NOT_FOUND","stack":"x"}',
    'text after': '{"details":{},"refusal":"NOT_FOUND"} at line 1',
    'half of one': '{"details":{},"refu',
  };
  for (const [name, message] of Object.entries(foreign)) {
    it(`are not read out of ${name}`, () => {
      expect(decodeRefusal(message)).to.equal(undefined);
    });
  }

  it('are made unless a condition holds', () => {
    expect(() => refuseUnless(true, 'NOT_FOUND')).to.not.throw();
    expect(() => refuseUnless(false, 'NOT_FOUND', { id: 'a' })).to.throw(Refusal, '"refusal":"NOT_FOUND"');
  });

  it('and denials all say in words what they mean, and refusals what to answer and to do', () => {
    for (const { meaning, status, advice } of Object.values(refusals)) {
      expect(meaning).to.match(/^\p{Lu}.*\.$/u);
      expect([400, 403, 404, 409, 413, 422]).to.include(status);
      expect(['retry', 'change the request', 'give up']).to.include(advice);
    }
    for (const meaning of Object.values(denials)) expect(meaning).to.match(/^\p{Lu}.*\.$/u);
  });
});
