import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordKind } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { ProjectionError, type FollowedProjection, type ListQuery } from '../../src/projection/port.js';
import type { ProjectionOptions } from '../../src/projection/projection.js';
import { openSqlite } from '../../src/database/sqlite/database.js';
import { keyNamed, keyText, named } from './named.js';
import {
  extended,
  record,
  scriptedLedger,
  type ScriptedLedger,
  scriptedProjection,
  type ScriptedWrite,
  TIME,
} from './scripted-ledger.js';

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

const chain = extended(
  [],
  [
    [{ writes: [], isCall: false, txId: '' }],
    [
      {
        writes: [record('grant', 'g1', { state: 'OFFERED', consumer: 'p2', quota: 3 })],
        events: [{ name: 'grant.offered' }],
      },
      { writes: [record('grant', 'g2', { state: 'OFFERED', consumer: 'p3' })] },
    ],
    [
      { writes: [record('grant', 'g1', { state: 'ACTIVE', consumer: 'p2', quota: 3 })] },
      { writes: [record('grant', 'g1', { state: 'REVOKED' })], code: 'MVCC_READ_CONFLICT' },
    ],
    [{ writes: [record('usage', 'u1', { grant: 'g1', state: 'REQUESTED' }), record('usage-slot', 'g1')] }],
  ],
);

describe('projection', () => {
  let directory = '';
  let open: FollowedProjection[] = [];
  let alarms: unknown[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'projection-'));
    alarms = [];
  });
  afterEach(async () => {
    await Promise.all(open.map((projection) => projection.close()));
    open = [];
    await rm(directory, { recursive: true, force: true });
  });

  const fileOf = (name = 'projection'): string => join(directory, `${name}.db`);

  function follow(ledger: ScriptedLedger, options: Partial<ProjectionOptions> = {}): FollowedProjection {
    const onAlarm = (error: unknown): void => void alarms.push(error);
    const projection = scriptedProjection({ file: fileOf(), ledger, onAlarm, ...options });
    open.push(projection);
    projection.start();
    return projection;
  }

  async function followed(blocks: readonly LedgerBlock[] = chain): Promise<FollowedProjection> {
    const projection = follow(scriptedLedger(blocks));
    await projection.reached(BigInt(blocks.length - 1));
    return projection;
  }

  describe('rows', () => {
    it('hold the last valid write of each record', async () => {
      const projection = await followed();
      const grant = await projection.record(keyNamed('grant', 'g1'));
      expect(grant).to.deep.equal({
        key: keyText('grant', 'g1'),
        text: record('grant', 'g1', { state: 'ACTIVE', consumer: 'p2', quota: 3 }).value,
        value: {
          kind: 'grant',
          schema: 1,
          id: named('grant', 'g1'),
          state: 'ACTIVE',
          consumer: 'p2',
          quota: 3,
        },
        txId: chain[2]!.transactions[0]!.txId,
        blockNumber: 2n,
        txIndex: 0,
      });
      expect(await projection.record(keyNamed('grant', 'none'))).to.equal(undefined);
    });

    it('hold every version a record had, oldest first, without invalid ones', async () => {
      const projection = await followed();
      const versions = await projection.history(keyNamed('grant', 'g1'));
      expect(versions.map(({ value, blockNumber }) => [value.state, blockNumber])).to.deep.equal([
        ['OFFERED', 1n],
        ['ACTIVE', 2n],
      ]);
    });

    it('hold every transaction, valid or not; of a repeated id the first', async () => {
      const txId = chain[1]!.transactions[0]!.txId;
      const projection = await followed(extended(chain, [[{ writes: [], code: 'DUPLICATE_TXID', txId }]]));
      expect(await projection.transaction(txId)).to.deep.equal({
        ...chain[1]!.transactions[0]!.creator,
        ...{ time: TIME, transaction: 'usage:Request', argument: '{"n":1}', result: '{}' },
        ...{ txId, blockNumber: 1n, txIndex: 0, code: 'VALID', verdict: 'REPLAYED' },
      });
      const invalid = chain[2]!.transactions[1]!.txId;
      expect(await projection.transaction(invalid)).to.include({
        ...{ code: 'MVCC_READ_CONFLICT', verdict: 'INVALID', result: '' },
      });
      expect(await projection.transaction('none')).to.equal(undefined);
    });

    it('two writes of one key in one block: the later stands', async () => {
      const twice = [
        {
          writes: [record('claim', 'c', { state: 'ASSERTED' }), record('claim', 'c', { state: 'PROPOSED' })],
        },
        { writes: [record('claim', 'c', { state: 'REGISTERED' })] },
      ];
      const projection = await followed(extended(chain, [twice]));
      expect((await projection.record(keyNamed('claim', 'c')))?.value.state).to.equal('REGISTERED');
      const states = (await projection.history(keyNamed('claim', 'c'))).map(({ value }) => value.state);
      expect(states).to.deep.equal(['PROPOSED', 'REGISTERED']);
    });
  });

  describe('the configuration in force', () => {
    it('at a block is that of the last configuration block up to it', async () => {
      const later = extended(chain, [
        [{ writes: [], isCall: false }],
        [{ writes: [] }],
        [{ writes: [], verdict: 'INVALID', code: 'BAD_PAYLOAD' }],
      ]);
      const projection = await followed(later);
      const found = await Promise.all(later.map(({ number }) => projection.configurationAt(number)));
      expect(found).to.deep.equal([0n, 0n, 0n, 0n, 4n, 4n, 4n]);
      expect(await projection.configurationAt(-1n)).to.equal(undefined);
    });
  });

  describe('lists', () => {
    const many = extended(chain, [
      Array.from({ length: 23 }, (_, index) => ({
        writes: [
          record('usage', `m${String(index).padStart(2, '0')}`, {
            grant: index % 2 === 0 ? 'g1' : 'g2',
            state: index % 3 === 0 ? 'REQUESTED' : 'ALLOWED',
            purpose: index % 2 === 0 ? 'quality' : 'safety',
          }),
        ],
      })),
    ]);

    async function all(projection: FollowedProjection, query: ListQuery): Promise<string[]> {
      const page = await projection.list(query);
      const keys = page.items.map(({ key }) => key);
      return page.next === undefined
        ? keys
        : [...keys, ...(await all(projection, { ...query, after: page.next }))];
    }

    it('a kind is not another kind that begins alike', async () => {
      const projection = await followed();
      const { items } = await projection.list({ kind: 'usage', limit: 10 });
      expect(items.map(({ key }) => key)).to.deep.equal([keyText('usage', 'u1')]);
    });

    it('pages join into the whole, whatever their size, with and without filters', async () => {
      const projection = await followed(many);
      const whole = await all(projection, { kind: 'usage', limit: 1000 });
      expect(whole).to.have.length(24);
      for (const limit of [1, 2, 5, 24]) {
        expect(await all(projection, { kind: 'usage', limit })).to.deep.equal(whole);
      }
      const where = { grant: 'g1', state: 'REQUESTED' };
      const some = await all(projection, { kind: 'usage', where, limit: 2 });
      expect(some).to.deep.equal([
        keyText('usage', 'm00'),
        keyText('usage', 'm06'),
        keyText('usage', 'm12'),
        keyText('usage', 'm18'),
        keyText('usage', 'u1'),
      ]);
    });

    it('filters work on members without a column of their own, and see strings only', async () => {
      const projection = await followed(many);
      const count = async (where: Record<string, string>, kind: RecordKind = 'usage'): Promise<number> =>
        (await projection.list({ kind, where, limit: 100 })).items.length;
      expect(await count({ purpose: 'safety' })).to.equal(11);
      expect(await count({ purpose: 'safety', state: 'REQUESTED' })).to.equal(4);
      expect(await count({ purpose: 'other' })).to.equal(0);
      expect(await count({ quota: '3' }, 'grant')).to.equal(0);
      expect(await count({ missing: '' })).to.equal(0);
    });

    it('instants are compared, and a record without one is not earlier than any', async () => {
      const due = (id: string, at?: string): { writes: ScriptedWrite[] } => ({
        writes: [record('obligation', id, { state: 'DUE', ...(at !== undefined && { due: at }) })],
      });
      const blocks = extended(many, [
        [
          due('a', '2026-06-01T00:00:00.000Z'),
          due('b', '2026-06-02T00:00:00.000Z'),
          due('c'),
          due('d', '2026-05-01T00:00:00.000Z'),
        ],
      ]);
      const projection = await followed(blocks);
      const earlier = (instant: string, limit = 10): Promise<string[]> =>
        all(projection, { kind: 'obligation', where: { state: 'DUE' }, before: { due: instant }, limit });
      expect(await earlier('2026-06-02T00:00:00.000Z')).to.deep.equal([
        keyText('obligation', 'a'),
        keyText('obligation', 'd'),
      ]);
      expect(await earlier('2026-06-02T00:00:00.001Z', 1)).to.deep.equal([
        keyText('obligation', 'a'),
        keyText('obligation', 'b'),
        keyText('obligation', 'd'),
      ]);
      expect(await earlier('2026-01-01T00:00:00.000Z')).to.deep.equal([]);
    });

    it('a page begun goes on where it was, while records come and go', async () => {
      const ledger = scriptedLedger(many);
      const projection = follow(ledger);
      await projection.reached(BigInt(many.length - 1));
      const first = await projection.list({ kind: 'usage', limit: 3 });
      const more = extended(many, [[{ writes: [record('usage', 'anewone'), record('usage', 'm02')] }]]);
      ledger.append(more.at(-1)!);
      await projection.reached(BigInt(more.length - 1));
      const second = await projection.list({ kind: 'usage', limit: 3, after: first.next! });
      expect(second.items.map(({ key }) => key)).to.deep.equal([
        keyText('usage', 'm03'),
        keyText('usage', 'm04'),
        keyText('usage', 'm05'),
      ]);
    });

    it('a foreign or damaged cursor, and a name that is no member, are refused', async () => {
      const projection = await followed(many);
      const { next } = await projection.list({ kind: 'usage', limit: 3 });
      const refused = async (query: Partial<ListQuery>, code: string): Promise<void> => {
        const error = await failure(projection.list({ kind: 'usage', limit: 3, ...query }));
        expect(error).to.be.instanceOf(ProjectionError).with.property('code', code);
      };
      await refused({ after: next!, where: { state: 'ALLOWED' } }, 'BAD_CURSOR');
      await refused({ after: next!, kind: 'grant' }, 'BAD_CURSOR');
      await refused({ after: `${next!}A` }, 'BAD_CURSOR');
      await refused({ after: '' }, 'BAD_CURSOR');
      await refused({ where: { "state') OR 1=1 --": 'x' } }, 'BAD_FILTER');
      await refused({ where: { __proto__x: 'x' } }, 'BAD_FILTER');
      await refused({ where: { 'a.b': 'x' } }, 'BAD_FILTER');
      // A member that every JavaScript object inherits is no column.
      const { items } = await projection.list({ kind: 'usage', where: { constructor: 'x' }, limit: 3 });
      expect(items).to.deep.equal([]);
    });
  });

  describe('following', () => {
    it('tells listeners of each block and lets callers wait for one', async () => {
      const ledger = scriptedLedger(chain.slice(0, 2));
      const projection = follow(ledger);
      const seen: bigint[] = [];
      const unsubscribe = projection.onBlock((number) => seen.push(number));
      await projection.reached(1n);
      expect(await projection.height()).to.equal(1n);
      const waiting = projection.reached(3n);
      ledger.append(...chain.slice(2));
      await waiting;
      expect(seen).to.deep.equal([0n, 1n, 2n, 3n]);
      unsubscribe();
      ledger.append(extended(chain, [[]]).at(-1)!);
      await projection.reached(4n);
      expect(seen).to.have.length(4);
      expect(projection.status()).to.deep.equal({ state: 'FOLLOWING', height: 4n });
    });

    it('a wait ends with its signal', async () => {
      const projection = await followed();
      const reason = new Error('enough');
      expect(await failure(projection.reached(99n, AbortSignal.abort(reason)))).to.equal(reason);
      const abort = new AbortController();
      const waiting = failure(projection.reached(99n, abort.signal));
      abort.abort(reason);
      expect(await waiting).to.equal(reason);
    });

    it('goes on after a restart where it was', async () => {
      const first = follow(scriptedLedger(chain.slice(0, 3)));
      await first.reached(2n);
      await first.close();
      const again = follow(scriptedLedger(chain));
      expect(await again.height()).to.equal(2n);
      await again.reached(3n);
      const fresh = follow(scriptedLedger(chain), { file: fileOf('fresh') });
      await fresh.reached(3n);
      expect(await again.digest()).to.equal(await fresh.digest());
    });

    it('rows that another version of the software wrote are dropped and made again', async () => {
      const first = await followed();
      const digest = await first.digest();
      await first.close();
      const raw = openSqlite(fileOf(), { synchronous: 'NORMAL' });
      raw.handle.exec('PRAGMA user_version = 99');
      await raw.close();
      const again = scriptedProjection({ file: fileOf(), ledger: scriptedLedger(chain) });
      open.push(again);
      expect(await again.height()).to.equal(-1n);
      again.start();
      await again.reached(3n);
      expect(await again.digest()).to.equal(digest);
    });

    it('rebuilt from block 0 it comes out identical', async () => {
      const projection = await followed();
      const digest = await projection.digest();
      const rebuilt = projection.rebuild();
      await Promise.resolve();
      while (projection.status().height === 3n) await new Promise(setImmediate);
      expect(projection.status().state).to.equal('REBUILDING');
      await rebuilt;
      expect(projection.status().state).to.equal('FOLLOWING');
      expect(await projection.digest()).to.equal(digest);
      expect(await projection.height()).to.equal(3n);
    });

    it('the digest sees every row: a changed value, code, or certificate changes it', async () => {
      const digest = await (await followed()).digest();
      const changes = [
        `UPDATE records SET value = '{}' WHERE key = '${keyText('grant', 'g2')}'`,
        `UPDATE history SET value = '{}' WHERE key = '${keyText('grant', 'g1')}' AND position = 1`,
        `UPDATE transactions SET code = 'VALID' WHERE code <> 'VALID'`,
        `UPDATE submitters SET certificate = 'x' WHERE id = (SELECT max(submitter) FROM transactions)`,
        `UPDATE checkpoint SET hash = 'x'`,
        `UPDATE edges SET ended = 1 WHERE ended IS NULL`,
        `DELETE FROM events`,
      ];
      await open.pop()!.close();
      const seen = new Set([digest]);
      for (const change of changes) {
        const raw = openSqlite(fileOf(), { synchronous: 'NORMAL' });
        raw.handle.exec(change);
        await raw.close();
        const changed = scriptedProjection({ file: fileOf(), ledger: scriptedLedger() });
        seen.add(await changed.digest());
        await changed.close();
      }
      expect(seen.size).to.equal(changes.length + 1);
    });
  });
});
