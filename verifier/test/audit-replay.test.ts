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
import { RulesReplay, type ReplayResult } from '../src/audit/rules-replay.js';
import { BlockState, spaceOf, WorldState } from '../src/audit/world-state.js';
import { rangesOf } from '../src/audit/ranges.js';
import { updatesOf } from '../src/audit/updates.js';
import { grantedLedger, type LedgerWorld } from './audit-ledger.js';
import { concat, message } from './fabric-parties.js';

const utf8 = new TextEncoder();

const plain = (namespace: string, changes: Partial<NamespaceSet> = {}): NamespaceSet => ({
  namespace,
  reads: [],
  writes: [],
  metadataWrites: [],
  hasRangeQueries: false,
  collections: [],
  ...changes,
});

describe('Audit: replay of single transactions', () => {
  let world: LedgerWorld;
  let founding: Transaction;
  const replay = new RulesReplay({ chaincode: 'tallystick', rules: ['tallystick-rules/1'], openings: [] });
  before(async () => {
    ({ world } = await grantedLedger());
    const [envelope] = readBlock(world.blocks()[2]!).data;
    founding = readTransaction(envelope!);
  });
  after(() => world.end());

  const run = (changes: Partial<Transaction>, state = new WorldState()): Promise<ReplayResult> =>
    replay.run({ ...founding, ...changes }, state);

  const changed = (change: (own: NamespaceSet) => NamespaceSet): Partial<Transaction> => ({
    namespaces: founding.namespaces.map((set) => (set.namespace === 'tallystick' ? change(set) : set)),
  });

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

  it('passes what the rules write', async () => {
    expect(await run({})).deep.equals({ result: 'pass' });
  });

  it('fails writes of ours under the name of another chaincode', async () => {
    expect(await run({ chaincode: 'other' })).deep.equals({
      result: 'fail',
      reason: 'WRITES_DIFFER',
      facts: { chaincode: 'other', namespace: 'tallystick' },
    });
    const elsewhere = { chaincode: 'other', namespaces: [plain('other')] };
    expect(await run(elsewhere)).deep.equals({ result: 'foreign' });
  });

  it('fails writes of our chaincode elsewhere, deletes, ranges, metadata and private data', async () => {
    const write = { key: 'k', value: Uint8Array.of(1) };
    const cases: Partial<Transaction>[] = [
      { namespaces: [...founding.namespaces, plain('other', { writes: [write] })] },
      changed((own) => ({ ...own, writes: own.writes.map((each) => ({ ...each, value: null })) })),
      changed((own) => ({ ...own, hasRangeQueries: true })),
      changed((own) => ({ ...own, metadataWrites: [{ key: 'space', entries: [] }] })),
      changed((own) => ({ ...own, writes: own.writes.slice(1) })),
      changed((own) => ({ ...own, writes: [] })),
      changed((own) => ({ ...own, reads: own.reads.slice(1) })),
      { args: [...founding.args, Uint8Array.of(1)] },
    ];
    for (const [index, changes] of cases.entries())
      expect(await run(changes), `case ${index}`).deep.include({ result: 'fail', reason: 'WRITES_DIFFER' });
  });

  it('fails a transaction that the rules refuse, and one that they do not know', async () => {
    const name = (text: string): Partial<Transaction> => ({ args: [utf8.encode(text), founding.args[1]!] });
    expect(await run(name('space:Pause'))).deep.include({ result: 'fail', reason: 'RULES_REFUSE' });
    expect(await run(name('space:Nothing'))).deep.include({ result: 'fail', reason: 'RULES_REFUSE' });
  });

  it('compares what a committed read of a record answered', async () => {
    const version = { block: 2, index: 0 };
    const state = new WorldState();
    state.apply([
      { space: spaceOf('tallystick'), key: 'space', entry: { version, value: utf8.encode('{"a":1}') } },
    ]);
    const asked = (payload: string): Partial<Transaction> => ({
      ...changed((own) => ({ ...own, writes: [] })),
      args: [utf8.encode('records:Get'), utf8.encode('{"key":"space"}')],
      response: { ...founding.response, payload: utf8.encode(payload) },
    });
    expect(await run(asked('{"record":{"a":1}}'), state)).deep.equals({ result: 'pass' });
    expect(await run(asked('{"record":null}'), state)).deep.include({ result: 'fail' });
    expect(await run(asked('{"record":null}'))).deep.equals({ result: 'pass' });
    const list = '[{"key":"space"},{"key":"space"}]';
    const [twice, notJson] = [list, '{'].map((argument) => [
      utf8.encode('records:Get'),
      utf8.encode(argument),
    ]);
    const both = { ...asked('[{"record":{"a":1}},{"record":{"a":1}}]'), args: twice! };
    expect(await run(both, state)).deep.equals({ result: 'pass' });
    expect(await run({ ...asked('{"record":{"a":1}}'), args: twice! }, state)).deep.include({
      result: 'fail',
    });
    expect(await run({ ...asked('{"record":null}'), args: notJson! }, state)).deep.include({
      result: 'fail',
      reason: 'RULES_REFUSE',
    });
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
