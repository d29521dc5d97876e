import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memberDirectory } from '@tallystick/network/identity';
import type { EmbeddedNode } from '@tallystick/network/embedded';
import { expect } from 'chai';
import {
  addressOf,
  CHANNEL,
  createSpace,
  startQuiet,
  type Space,
} from '../../../network/test/embedded/space.js';
import { readIdentities } from '../../src/identities/index.js';
import { newFabricLedger } from '../../src/ledger/fabric-ledger.js';
import { LedgerConflict, LedgerRefusal } from '../../src/ledger/port-errors.js';
import { submitWithRetry } from '../../src/ledger/port-retry.js';
import type { Committed, Ledger, Submission } from '../../src/ledger/port.js';
import { newProjection } from '../../src/projection/projection.js';

const NOTES = fileURLToPath(new URL('notes-chaincode.cjs', import.meta.url));

describe('ledger adapter and projection on the embedded node', () => {
  let space: Space;
  let node: EmbeddedNode;
  let ledger: Ledger;

  before(async () => {
    space = await createSpace();
    node = await startQuiet(space.config({ chaincode: { name: 'notes', version: '1.0', bundle: NOTES } }));
    const users = dirname(memberDirectory(space.organisation('Org1MSP'), 'client', 'user'));
    ledger = newFabricLedger({
      peers: [{ address: addressOf(node, 'Org1MSP') }],
      channel: CHANNEL,
      chaincode: 'notes',
      identities: await readIdentities(users, 'Org1MSP'),
      reader: 'other',
    });
  });
  after(async () => {
    ledger.close();
    await node.stop();
    await space.remove();
  });

  const made = (verb: string, argument: object, more: Partial<Submission> = {}): Submission => ({
    identity: 'user',
    transaction: `notes:${verb}`,
    argument: JSON.stringify(argument),
    ...more,
  });
  const put = (key: string, value: object): Promise<Committed> =>
    submitWithRetry(ledger, made('Put', { key, value }));

  it('submits, reads back, and tells the outcome of known and unknown ids', async () => {
    const { txId, blockNumber, result } = await put('note/a', { text: 'first' });
    expect(result).to.equal('{"put":"note/a"}');
    expect(await ledger.read('user', 'note/a')).to.equal('{"text":"first"}');
    expect(await ledger.read('user', 'note/none')).to.equal(undefined);
    expect(await ledger.outcome(txId)).to.deep.equal({ state: 'VALID', blockNumber, result });
    expect(await ledger.outcome('00'.repeat(32))).to.deep.equal({ state: 'UNKNOWN' });
    expect(await ledger.height()).to.equal(blockNumber);
  });

  it('a refusal comes as its JSON text, whoever chose the endorsers', async () => {
    for (const endorsers of [undefined, ['Org1MSP', 'Org2MSP']]) {
      const refused = made('Refuse', {}, endorsers && { endorsers });
      const error = await submitWithRetry(ledger, refused).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(LedgerRefusal);
      expect(error).to.include({ refusal: '{"details":{"grant":"g"},"refusal":"NOT_CONSUMER"}' });
    }
  });

  it('conflicts are typed, and made anew until each has counted once', async () => {
    const once = (): Promise<unknown> => ledger.prepare(made('Count', { key: 'note/raw' })).submit();
    const raw = await Promise.allSettled(Array.from({ length: 8 }, once));
    const conflicts = raw.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(conflicts).to.have.length.greaterThan(0);
    for (const conflict of conflicts) {
      expect(conflict).to.be.instanceOf(LedgerConflict).and.include({ code: 'MVCC_READ_CONFLICT' });
    }
    const counted = made('Count', { key: 'note/counted' });
    await Promise.all(Array.from({ length: 12 }, () => submitWithRetry(ledger, counted, { attempts: 30 })));
    expect(await ledger.read('user', 'note/counted')).to.equal('{"count":12}');
  });

  it('transient data reaches the endorsers that were named, and no block', async () => {
    const opening = Buffer.from('a price that is nobody else’s business');
    const endorsers = ['Org1MSP', 'Org3MSP'];
    const submission = made('Weigh', { key: 'note/weighed' }, { transient: { opening }, endorsers });
    const { blockNumber } = await submitWithRetry(ledger, submission);
    expect(await ledger.read('user', 'note/weighed')).to.equal(`{"bytes":${opening.length}}`);
    const abort = new AbortController();
    for await (const block of ledger.blocks(blockNumber, abort.signal)) {
      const bytes = Buffer.concat(block.transactions.map(({ envelope }) => envelope));
      expect(bytes.includes('notes:Weigh')).to.equal(true);
      expect(bytes.includes('a price')).to.equal(false);
      abort.abort();
    }
  });

  it('a projection follows from genesis whatever the chaincode writes, and rebuilds to the same digest', async () => {
    const projection = newProjection({ file: ':memory:', ledger, channel: CHANNEL, chaincode: 'notes' });
    projection.start();
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, index) => put(`note/p${index}`, { state: index % 2 ? 'ODD' : 'EVEN' })),
    );
    const last = await submitWithRetry(ledger, {
      ...{ identity: 'user', transaction: 'notes:Delete' },
      argument: '{"key":"note/p0"}',
    });
    await projection.reached(last.blockNumber);
    const first = made[0]!;
    const transaction = await projection.transaction(first.txId);
    expect(transaction).to.include({
      code: 'VALID',
      mspId: 'Org1MSP',
      signed: true,
      transaction: 'notes:Put',
      argument: '{"key":"note/p0","value":{"state":"EVEN"}}',
      // Our rules know no notes.
      result: '',
      verdict: 'VOID',
      blockNumber: first.blockNumber,
    });
    expect(await projection.text('note/p0')).to.equal(undefined);
    const standing = await projection.standing();
    expect(standing.map(({ key }) => key)).to.include.members(['note/p1', 'note/p19']);
    const digest = await projection.digest();
    await projection.rebuild();
    expect(await projection.digest()).to.equal(digest);
    await projection.close();
  });
});
