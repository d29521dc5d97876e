import { expect } from 'chai';
import { answer, ask } from '../../chaincode/test/rights.js';
import { concat, message } from '../../verifier/test/fabric-parties.js';
import { acknowledge, caseOf, usage, using } from './acts.js';
import { collect } from './collecting.js';
import { judge } from './judging.js';
import type { Forging } from './ledger.js';
import { envelopeOf, signedEnvelope } from './transactions.js';
import { readEnvelope } from '../../verifier/src/fabric/envelope.js';
import type { SpaceWorld } from './space.js';

type Change = (bytes: Uint8Array) => Uint8Array;

const before =
  (more: Uint8Array): Change =>
  (bytes) =>
    concat(more, bytes);
const after =
  (more: Uint8Array): Change =>
  (bytes) =>
    concat(bytes, more);

const UNKNOWN = message([15, 'x']);

/** The creator signs a payload of another spelling. */
const payload =
  (change: Change): ((world: SpaceWorld) => Forging) =>
  ({ ledger }) => ({
    envelope: (parts, response, creator) => {
      const { payload: plain } = readEnvelope(envelopeOf(parts, response, ledger.endorsers, creator));
      return signedEnvelope(change(plain), creator);
    },
  });

/** How somebody could spell an answer of their own so that Fabric takes it and evidence might not. */
const SPELLINGS: Readonly<Record<string, Forging | ((world: SpaceWorld) => Forging)>> = {
  'an unknown field in the channel header': { spelling: { channelHeader: after(UNKNOWN) } },
  'an unknown field in the signature header': { spelling: { signatureHeader: after(UNKNOWN) } },
  'an unknown field in the proposal': { spelling: { proposal: after(UNKNOWN) } },
  'an unknown field in the payload': payload(after(UNKNOWN)),
  'an unknown field that nobody signs': { altered: after(UNKNOWN) },
  'the channel twice, the last one right': { spelling: { channelHeader: before(message([4, 'other'])) } },
  'the id twice, the last one right': { spelling: { channelHeader: before(message([5, 'ab'.repeat(32)])) } },
  'the nonce twice, the last one right': { spelling: { signatureHeader: before(message([2, 'nonce'])) } },
  'a version of the header': { spelling: { channelHeader: after(message([2, 1n])) } },
  'an epoch that is written out': { spelling: { channelHeader: after(Uint8Array.of(0x30, 0)) } },
  'fields in another order': { spelling: { channelHeader: after(message([1, 3n])) } },
};

describe('honest transactions that are spelled oddly', () => {
  for (const [name, odd] of Object.entries(SPELLINGS))
    it(`verify in both forms: ${name}`, async () => {
      const at = await using();
      const { world } = at;
      const id = await ask(at);
      world.forging = typeof odd === 'function' ? odd(world) : odd;
      await answer(at, id);
      await acknowledge(at, id);
      const { transactions } = await world.ledger.folded();
      expect(transactions.map(({ leaf }) => leaf.verdict)).not.to.include.members(['CORRECTED', 'VOID']);
      for (const profile of ['compact', 'full'] as const) {
        const verdict = await judge(caseOf(world, await collect(world, usage(id), { profile })));
        const found = verdict.steps.filter(({ result }) => result === 'fail');
        expect(found, profile).to.deep.equal([]);
        expect(verdict.outcome, profile).to.equal('VERIFIED');
      }
    });
});
