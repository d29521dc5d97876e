import { webcrypto } from 'node:crypto';
import { expect } from 'chai';
import { regulator } from '../../chaincode/test/world.js';
import { examineTransactions } from '../src/audit/examination.js';
import { newSignatures } from '../src/crypto/signature.js';
import { ConfigChain } from '../src/fabric/config-chain.js';
import type { NamespaceSet } from '../src/fabric/rwset.js';
import { readBlock } from '../src/fabric/block.js';
import { readTransaction, type Transaction } from '../src/fabric/transaction.js';
import { conflictOf } from '../src/audit/conflicts.js';
import { BlockState, WorldState } from '../src/audit/world-state.js';
import { rangesOf } from '../src/audit/ranges.js';
import { updatesOf } from '../src/audit/updates.js';
import { grantedLedger, type LedgerWorld } from './audit-ledger.js';
import { concat, message } from './fabric-parties.js';

const plain = (namespace: string, changes: Partial<NamespaceSet> = {}): NamespaceSet => ({
  namespace,
  reads: [],
  writes: [],
  metadataWrites: [],
  hasRangeQueries: false,
  collections: [],
  ...changes,
});

describe('Audit: endorsers', () => {
  let world: LedgerWorld;
  before(async () => {
    ({ world } = await grantedLedger());
  });
  after(() => world.end());

  it('counts an endorser once, however often it signs', async () => {
    const signatures = newSignatures(webcrypto.subtle, ['ecdsa-p256-sha256']);
    const trust = world.trust();
    const config = (await ConfigChain.begin(readBlock(world.blocks()[0]!), trust, signatures)).newest;
    const pause = { reason: 'because' };
    const collusion = { endorsers: 1, isDoubled: true };
    const { envelope } = await world.prepare(regulator, 'space:Pause', pause, [], collusion);
    expect(readTransaction(envelope).endorsements).length(2);
    const block = { ...readBlock(world.blocks()[2]!), data: [envelope] };
    const [only] = await examineTransactions(block, { channel: trust.channel, config, signatures });
    expect(only?.endorsers.map(({ mspId }) => mspId)).deep.equals(['SteelMSP']);
  });
});

describe('Audit: state', () => {
  const version = { block: 1n, index: 0 };
  const policy = { name: 'VALIDATION_PARAMETER', value: Uint8Array.of(7) };
  const value = (byte: number): Uint8Array => Uint8Array.of(byte);

  it('keeps the policy of a key through puts, ends it with a delete, renews versions by metadata', () => {
    const state = new WorldState();
    const at = (block: number): { block: number; index: number } => ({ block, index: 0 });
    const step = (block: number, set: Partial<NamespaceSet>): void =>
      state.apply(updatesOf([plain('n', set)], at(block), state));
    step(1, { writes: [{ key: 'k', value: value(1) }], metadataWrites: [{ key: 'k', entries: [policy] }] });
    step(2, { writes: [{ key: 'k', value: value(2) }] });
    expect(state.get('n', 'k')).deep.equals({ version: at(2), value: value(2), policy: policy.value });
    step(3, {
      metadataWrites: [
        { key: 'k', entries: [] },
        { key: 'missing', entries: [policy] },
      ],
    });
    expect(state.get('n', 'k')).deep.equals({ version: at(3), value: value(2) });
    expect(state.get('n', 'missing')).equals(undefined);
    step(4, { writes: [{ key: 'k', value: null }] });
    expect(state.get('n', 'k')).equals(undefined);
  });

  it('tells a read that an earlier transaction of the block overtook, be it by deleting what was not there', () => {
    const block = new BlockState(new WorldState());
    const reading = [plain('n', { reads: [{ key: 'k', version: null }] })];
    expect(conflictOf(reading, block)).equals(undefined);
    block.put({ space: 'n', key: 'k', entry: undefined });
    expect(conflictOf(reading, block)).deep.equals({ key: 'k', read: 'nothing', found: 'nothing' });
  });

  it('looks through ranges: what was read, no more and no less, to the end and up to it', () => {
    const readsOf = (...keys: string[]): Uint8Array =>
      message(...keys.map((key) => [1, message([1, key], [2, message([1, version.block])])] as const));
    const ranged = (end: string, isExhausted: boolean, reads: readonly (readonly [number, Uint8Array])[]) => {
      const range = message([1, 'a'], [2, end], ...(isExhausted ? [[3, 1n] as const] : []), ...reads);
      const set = message([1, 'n'], [2, message([2, range])]);
      const action = message([1, concat(message([2, set]))]);
      const namespaces = [plain('n', { hasRangeQueries: true })];
      return { namespaces, responsePayload: message([2, action]) } as unknown as Transaction;
    };
    const state = new WorldState();
    for (const key of ['a', 'b', 'c'])
      state.apply([{ space: 'n', key, entry: { version: { block: 1, index: 0 }, value: value(1) } }]);
    const block = new BlockState(state);
    const result = (end: string, isExhausted: boolean, ...keys: string[]): string =>
      rangesOf(ranged(end, isExhausted, [[4, readsOf(...keys)]]), block);
    expect(result('', true, 'a', 'b', 'c')).equals('same');
    expect(result('c', true, 'a', 'b')).equals('same');
    expect(result('c', false, 'a', 'b', 'c')).equals('same');
    expect(result('c', true, 'a', 'b', 'c')).equals('changed');
    expect(result('', true, 'a', 'b')).equals('changed');
    expect(rangesOf(ranged('', true, [[5, message([1, 2n])]]), block)).equals('unknown');
    block.put({ space: 'n', key: 'b', entry: undefined });
    expect(result('', true, 'a', 'c')).equals('same');
    block.put({ space: 'n', key: 'a', entry: { version: { block: 2, index: 0 }, value: value(1) } });
    expect(result('', true, 'a', 'c')).equals('changed');
  });
});
