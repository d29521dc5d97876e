import type { Leaf } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import fc from 'fast-check';
import { answering, ask, asking, buyerKey, steelKey } from '../../chaincode/test/rights.js';
import { audited, withoutFlags } from './audit-cases.js';
import { grantedLedger, type Prepared } from './audit-ledger.js';
import type { ProposalChanges } from './audit-proposal.js';
import type { Setting } from './audit-stage.js';
import { Branch } from './fold-branch.js';
import { Folding } from './folding.js';
import { odd, oddness, type Oddness, type Tree } from './odd-protobuf.js';
import { times } from '../../test/sampling.js';

const bytes = (inside?: Tree): Tree[number] => ({ kind: 'bytes', ...(inside && { inside }) });
const message = (inside: Tree): Tree[number] => ({ kind: 'message', inside });
const text = { kind: 'string' } as const;
const number = { kind: 'number' } as const;

const ID: Tree = { 1: text, 2: text, 3: text };
const CHANNEL_HEADER: Tree = {
  1: number,
  3: { kind: 'whole', inside: { 1: number, 2: number } },
  4: text,
  5: text,
  7: bytes({ 2: message(ID) }),
};
// Signed with: an id is the hash of creator and nonce, and both stay as they are.
const SIGNATURE_HEADER: Tree = { 1: bytes(), 2: bytes() };
const PROPOSAL: Tree = {
  1: bytes({
    1: message({ 1: number, 2: message(ID), 3: message({ 1: { kind: 'list' } }) }),
  }),
};
const WRITE: Tree = { 1: text, 2: number, 3: bytes() };
const KV_SET: Tree = { 1: { kind: 'list' }, 3: { kind: 'list', inside: WRITE } };
const RESULTS: Tree = { 2: { kind: 'list', inside: { 1: text, 2: bytes(KV_SET) } } };
const RESPONSE_PAYLOAD: Tree = {
  1: bytes(),
  2: bytes({
    1: bytes(RESULTS),
    2: bytes({ 1: text, 2: text, 3: text, 4: bytes() }),
    3: message({ 1: number, 2: text, 3: bytes() }),
    4: message(ID),
  }),
};
const ENDORSED: Tree = { 1: bytes(), 2: { kind: 'list' } };
const TRANSACTION: Tree = {
  1: { kind: 'list', inside: { 1: bytes(), 2: bytes({ 1: bytes(), 2: message(ENDORSED) }) } },
};
const PAYLOAD: Tree = { 1: message({ 1: bytes(), 2: bytes() }), 2: bytes(TRANSACTION) };
/** All that nobody signs, as far as the fold is concerned. */
const ENVELOPE: Tree = {
  1: bytes({
    1: message({ 1: bytes(CHANNEL_HEADER), 2: bytes(SIGNATURE_HEADER) }),
    2: bytes({
      1: {
        kind: 'list',
        inside: {
          1: bytes(SIGNATURE_HEADER),
          2: bytes({ 1: bytes(PROPOSAL), 2: message({ 1: bytes(RESPONSE_PAYLOAD), 2: { kind: 'list' } }) }),
        },
      },
    }),
  }),
  2: bytes(),
};

describe('Fold: odd envelopes through honest endorsers', () => {
  let at: Setting;
  let base: Folding;
  let plain: readonly Prepared[];
  before(async () => {
    at = await grantedLedger();
    const usage = await ask(at);
    base = await new Folding().take(at.world.blocks());
    plain = [
      await at.world.prepare(buyerKey, 'usage:Request', asking(at)),
      await at.world.prepare(steelKey, 'usage:Answer', answering(at, usage)),
    ];
  });
  after(() => at.world.end());

  const leafOf = ({ envelope: _envelope, ...leaf }: Leaf): object => leaf;

  it('are replayed with equal effect, whatever a peer would pass over', async () => {
    const expected = await Promise.all(plain.map((each) => new Branch(at, base).block(each)));
    let lints = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0, 1), oddness, async (which, how) => {
        const made = { ...plain[which]!, envelope: odd(plain[which]!.envelope, ENVELOPE, how) };
        const [folded] = await new Branch(at, base).block(made);
        const [usual] = expected[which]!;
        expect(folded?.difference).equals(undefined);
        expect(folded && leafOf(folded.leaf)).deep.equals(usual && leafOf(usual.leaf));
        expect({ ...folded, leaf: 0, lint: 0 }).deep.equals({ ...usual, leaf: 0, lint: 0 });
        const isOdd = Buffer.compare(made.envelope, plain[which]!.envelope) !== 0;
        expect(folded!.lint.length > 0).equals(isOdd);
        lints += isOdd ? 1 : 0;
      }),
      { numRuns: times(400) },
    );
    expect(lints).greaterThan(200);
  });

  it('are judged as valid by whoever recomputes flags, too', async () => {
    const oddly = (tree: Tree, how: Oddness) => (given: Uint8Array) => odd(given, tree, how);
    await fc.assert(
      fc.asyncProperty(oddness, async (how) => {
        const proposal: ProposalChanges = {
          channelHeader: oddly(CHANNEL_HEADER, how),
          signatureHeader: oddly(SIGNATURE_HEADER, how),
          payload: oddly(PROPOSAL, how),
        };
        const prepared = await at.world.prepare(buyerKey, 'usage:Request', asking(at), [], {
          proposal,
          payload: oddly(PAYLOAD, how),
        });
        const [folded] = await new Branch(at, base).block(prepared);
        expect(folded?.leaf.verdict).equals('REPLAYED');
        await at.world.commit(prepared);
      }),
      { numRuns: times(30) },
    );
    const trust = at.world.trust();
    // The node's own reader may be stricter than Fabric's: flags are left out, and judged anew.
    const { divergences, counts } = await audited(withoutFlags(at.world.blocks()), trust);
    expect(divergences).deep.equals([]);
    expect(counts).includes({ invalid: 0, corrected: 0, void: 0 });
  });
});
