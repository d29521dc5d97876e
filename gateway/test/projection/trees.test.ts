import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkInclusion,
  digestOf,
  digestOfHash,
  hashOfDigest,
  headOf,
  headsOfRange,
  leafHash,
  LogFrontier,
  peaksOf,
  proveInclusion,
  proveMap,
  ProvenMap,
  type CheckpointBody,
  type MapKey,
} from '@tallystick/chaincode/model';
import { EMPTY_STATE, MemoryTrees, plantBlock, StateOverlay } from '@tallystick/verifier/fold';
import { expect } from 'chai';
import fc from 'fast-check';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { envelopesOf } from '../../src/projection/block-writer.js';
import { ProjectionError, type FollowedProjection } from '../../src/projection/port.js';
import { decodeBundle } from '../../src/projection/trees/bundle.js';
import { openSqlite } from '../../src/database/sqlite/database.js';
import { keyText } from './named.js';
import { programOf } from './programs.js';
import { extended, record, scriptedFold, scriptedLedger, scriptedProjection } from './scripted-ledger.js';
import { times } from '../../../test/sampling.js';

const code = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof ProjectionError ? error.code : error),
  );

async function followed(
  chain: readonly LedgerBlock[],
  file = ':memory:',
  batch = 40,
): Promise<FollowedProjection> {
  const projection = scriptedProjection({ file, batch, ledger: scriptedLedger(chain) });
  projection.start();
  await projection.reached(BigInt(chain.length - 1));
  return projection;
}

interface Reference {
  readonly trees: MemoryTrees;
  readonly bodies: readonly CheckpointBody[];
  /** Root of the map at each height. */
  readonly roots: readonly Uint8Array[];
}

/** The same blocks, planted in memory. */
async function planted(chain: readonly LedgerBlock[]): Promise<Reference> {
  const trees = new MemoryTrees({ isHistoric: true });
  const overlay = new StateOverlay(EMPTY_STATE);
  const ledger = { channel: 'ledger', genesis: `sha256:${chain[0]?.hash ?? ''}` } as const;
  const [bodies, roots]: [CheckpointBody[], Uint8Array[]] = [[], []];
  for (const block of chain) {
    const folded = await scriptedFold(envelopesOf(block), overlay, { chaincode: 'tallystick' });
    bodies.push(plantBlock(folded, trees, ledger));
    roots.push(trees.mapRoot());
  }
  return { trees, bodies, roots };
}

const keyIn = fc.constantFrom<MapKey>(
  ...Array.from({ length: 12 }, (_, n): MapKey => ({ space: 'record', key: keyText('grant', `r${n}`) })),
  ...Array.from({ length: 12 }, (_, n): MapKey => ({ space: 'note', key: keyText('grant', `r${n}`) })),
  ...Array.from({ length: 4 }, (_, n): MapKey => ({ space: 'list', key: `dataset/d${n}` })),
  { space: 'record', key: 'never' },
);

describe('trees of the projection', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'projection-trees-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('are those in memory, at every height, whatever the batches and restarts', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.string({ maxLength: 8 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat({ max: 59 }),
        fc.array(fc.tuple(fc.nat(), fc.array(keyIn, { maxLength: 4 })), { minLength: 1, maxLength: 8 }),
        async (seed, length, batch, restart, questions) => {
          const chain = programOf(seed, length);
          const { trees, bodies, roots } = await planted(chain);
          run += 1;
          const file = join(directory, `${run}.db`);
          await (await followed(chain.slice(0, 1 + Math.min(restart, length - 1)), file, batch)).close();
          const projection = await followed(chain, file, batch);
          for (const body of bodies) expect(await projection.body(body.height)).to.deep.equal(body);
          expect(await projection.newestBody()).to.deep.equal(bodies.at(-1));
          for (const [at, keys] of questions) {
            const height = at % length;
            const proof = await projection.mapProof(height, keys);
            expect(proof).to.deep.equal(proveMap(roots[height]!, keys, trees.nodes));
            expect(digestOfHash(ProvenMap.read(proof).root)).to.equal(bodies[height]!.map);
            await checkLog(projection, trees, bodies[height]!, at);
            await checkLists(projection, trees, bodies, height);
          }
          await projection.close();
        },
      ),
      { numRuns: times(40) },
    );
  });

  async function checkLog(
    projection: FollowedProjection,
    trees: MemoryTrees,
    { size, log }: CheckpointBody,
    at: number,
  ): Promise<void> {
    expect(await projection.leaves(0, 1000)).to.deep.equal(
      trees.leaves().map((leaf, position) => ({ position, leaf })),
    );
    if (size === 0) return;
    const position = at % size;
    const leaf = (await projection.leafAt(position))!;
    const path = (await projection.inclusion(position, size)).map((hash) => Buffer.from(hash, 'hex'));
    expect(path).to.deep.equal(
      proveInclusion(trees.logReader(), position, size).map((hash) => Buffer.from(hash)),
    );
    checkInclusion(leafHash(leaf), position, size, path, hashOfDigest(log));
    const texts = await projection.effectiveTexts(position);
    expect(await projection.effectiveWrites(position)).to.deep.equal(
      texts.map(([key, text]) => [key, digestOf(text)]),
    );
    const envelope = (await projection.envelope(leaf.block, leaf.index))!;
    expect(digestOf(envelope)).to.equal(leaf.envelope);
    expect((await projection.positionOf(leaf.txId))?.leaf).to.deep.equal(leaf);
  }

  async function checkLists(
    projection: FollowedProjection,
    trees: MemoryTrees,
    bodies: readonly CheckpointBody[],
    height: number,
  ): Promise<void> {
    for (const list of ['dataset/d0', 'dataset/d3', 'dataset/none']) {
      const head = await projection.listHeadAt(list, height);
      const proof = ProvenMap.read(await projection.mapProof(height, [{ space: 'list', key: list }]));
      expect(proof.get('list', list)).to.deep.equal(head);
      const [from, to] = [head?.count ?? 0, trees.usages(list).length];
      const range = await projection.listRange(list, from, to);
      expect(range.usages).to.deep.equal(trees.usages(list).slice(from));
      const { first, last } = headsOfRange(range);
      expect(first).to.deep.equal(head);
      expect(last).to.deep.equal(await projection.listHeadAt(list, bodies.length - 1));
      expect(first).to.deep.equal(headOf(new LogFrontier(from, peaksOf(trees.listReader(list), from))));
    }
  }

  it('of the last 1,000 heights are proven, older ones are not kept, and nothing else is left of them', async () => {
    const chain = programOf('prune', 1100, 40);
    const { trees, bodies, roots } = await planted(chain);
    const file = join(directory, 'prune.db');
    await (await followed(chain.slice(0, 700), file)).close();
    const projection = await followed(chain, file);
    const keys: MapKey[] = [{ space: 'record', key: keyText('grant', 'r1') }];
    for (let height = 99; height < 1100; height += height < 110 ? 1 : 53) {
      expect(await projection.mapProof(height, keys), `${height}`).to.deep.equal(
        proveMap(roots[height]!, keys, trees.nodes),
      );
    }
    expect(await code(projection.mapProof(98, keys))).to.equal('HEIGHT_NOT_KEPT');
    expect(await code(projection.mapProof(0, keys))).to.equal('HEIGHT_NOT_KEPT');
    expect(await code(projection.mapProof(1100, keys))).to.equal('OUT_OF_RANGE');
    expect(await projection.body(5), 'bodies are kept longer').to.deep.equal(bodies[5]);
    await projection.close();
    await expectNothingLeft(file);
  });

  it('of a map that began with one entry, nothing is left either', async () => {
    const one = [{ writes: [record('grant', 'a')] }];
    const two = [{ writes: [record('grant', 'b')] }];
    const chain = extended([], [[], one, two, ...Array.from({ length: 1002 }, () => [])]);
    const file = join(directory, 'one.db');
    await (await followed(chain, file, 500)).close();
    await expectNothingLeft(file);
  });

  /** Every row is needed by the map of some height that is kept, and none that is needed is missing. */
  async function expectNothingLeft(file: string): Promise<void> {
    const raw = openSqlite(file, { synchronous: 'NORMAL' });
    const heights = raw.handle.prepare('SELECT count(*) AS heights FROM map_heights');
    expect(heights.all()).to.deep.equal([{ heights: 1001 }]);
    const rows = raw.handle.prepare('SELECT id, body FROM map_nodes').all() as {
      id: number;
      body: ArrayBuffer;
    }[];
    const bodyOf = new Map(rows.map(({ id, body }) => [id, Buffer.from(body)]));
    const reachable = new Set<number>();
    const walk = (id: number): void => {
      if (reachable.has(id)) return;
      reachable.add(id);
      decodeBundle(bodyOf.get(id)!, { node: () => undefined, below: (_, below) => walk(below) });
    };
    const kept = raw.handle.prepare('SELECT bundle FROM map_heights WHERE bundle IS NOT NULL');
    for (const { bundle } of kept.all() as { bundle: number }[]) walk(bundle);
    expect([...bodyOf.keys()].sort((one, other) => one - other)).to.deep.equal(
      [...reachable].sort((one, other) => one - other),
    );
    expect(Math.max(...bodyOf.keys()), 'rows were let go of').to.be.greaterThan(bodyOf.size);
    await raw.close();
  }

  it('questions beyond what there is are refused', async () => {
    const chain = programOf('beyond', 10);
    const projection = await followed(chain);
    const { size = 0 } = (await projection.newestBody()) ?? {};
    expect(await code(projection.inclusion(size, size))).to.equal('OUT_OF_RANGE');
    expect(await code(projection.inclusion(0, size + 1))).to.equal('OUT_OF_RANGE');
    expect(await code(projection.inclusion(-1, size))).to.equal('OUT_OF_RANGE');
    expect(await code(projection.inclusion(0.5, size))).to.equal('OUT_OF_RANGE');
    expect(await code(projection.listRange('dataset/d0', 0, 1000))).to.equal('OUT_OF_RANGE');
    expect(await code(projection.listRange('dataset/d0', 2, 1))).to.equal('OUT_OF_RANGE');
    expect(await code(projection.listHeadAt('dataset/d0', 10))).to.equal('OUT_OF_RANGE');
    expect(await code(projection.keepBody(10))).to.equal('OUT_OF_RANGE');
    expect(await projection.body(10)).to.equal(undefined);
    expect(await projection.leafAt(size)).to.equal(undefined);
    expect(await projection.positionOf('none')).to.equal(undefined);
    expect(await projection.verdictOf('none')).to.equal(undefined);
    expect(await projection.envelope(99, 0)).to.equal(undefined);
    expect(await code(projection.divergences({ limit: 5, after: 'x' }))).to.equal('BAD_CURSOR');
    await projection.close();
    const empty = scriptedProjection({ file: ':memory:', ledger: scriptedLedger() });
    expect(await empty.newestBody()).to.equal(undefined);
    expect(await code(empty.mapProof(0, []))).to.equal('OUT_OF_RANGE');
    await empty.close();
  });

  it('bodies stay where an hour begins, where something names them, and of the newest 10,000', async () => {
    const hour = (at: number): string => new Date(Date.UTC(2026, 10, 24, 8) + at * 3_600_000).toISOString();
    const at = (time: string): { writes: []; time: string } => ({ writes: [], time });
    const chain = extended(
      [],
      [
        ...[[at(hour(0))], [], [at(hour(0)), at(hour(0))], [at(hour(1))], [at('9999-01-01T00:00:00.000Z')]],
        // Whoever claims a time far ahead hides no hour that begins.
        ...[[at(hour(2)), at('9999-01-01T00:00:00.000Z')], [at(hour(1))], [at(hour(1))], [at(hour(1))]],
        ...Array.from({ length: 10_000 }, () => []),
      ],
    );
    const file = join(directory, 'bodies.db');
    const first = await followed(chain.slice(0, 9), file);
    await first.keepBody(7);
    await first.keepBody(7);
    await first.close();
    const projection = await followed(chain, file, 500);
    const kept = async (): Promise<readonly number[]> => {
      const there = await Promise.all(Array.from({ length: 12 }, (_, height) => projection.body(height)));
      return there.flatMap((body) => body?.height ?? []);
    };
    expect(await kept()).to.deep.equal([0, 3, 4, 5, 6, 7, 9, 10, 11]);
    expect(await code(projection.keepBody(2))).to.equal('HEIGHT_NOT_KEPT');
    expect(await projection.firstBlockFrom(hour(1))).to.equal(3);
    expect(await projection.firstBlockFrom(hour(9))).to.equal(4);
    expect(await projection.firstBlockFrom('9999-01-01T00:00:00.001Z')).to.equal(undefined);
    expect(await projection.lastBlockBefore(hour(0))).to.equal(undefined);
    expect(await projection.lastBlockBefore(hour(1))).to.equal(2);
    expect(await projection.lastBlockBefore(hour(2))).to.equal(8);
    const digest = await projection.digest();
    await projection.rebuild();
    expect(await kept(), 'what was named is kept again').to.deep.equal([0, 3, 4, 5, 6, 7, 9, 10, 11]);
    expect(await projection.digest()).to.equal(digest);
    await projection.close();
    const other = await followed(chain, ':memory:', 500);
    expect(await other.digest(), 'what one gateway has named is its own').to.equal(digest);
    await other.close();
  });

  it('say what diverges, until it agrees again', async () => {
    const differing = digestOf('forged');
    const chain = extended(
      [],
      [
        [{ writes: [], isCall: false, txId: '' }],
        [{ writes: [record('grant', 'a', { n: 1 })], lint: ['ACTION_HEADER'] }],
        [
          {
            writes: [],
            verdict: 'VOID',
            noted: [keyText('grant', 'a'), 'x'],
            standing: [[keyText('grant', 'a'), differing]],
            txId: 'f1',
          },
          { writes: [], verdict: 'VOID', noted: ['x'], standing: [['x', null]], txId: 'f2' },
        ],
      ],
    );
    const projection = await followed(chain);
    const text = (await projection.effectiveTexts(1))[0]![1];
    expect(await projection.standing()).to.deep.equal([
      { key: keyText('grant', 'a'), standing: differing, text },
      { key: 'x', standing: null, text: null },
    ]);
    expect(
      await projection.divergingAmong([keyText('grant', 'b'), keyText('grant', 'a'), keyText('grant', 'a')]),
    ).to.deep.equal([keyText('grant', 'a')]);
    expect(await projection.divergingAmong([])).to.deep.equal([]);
    expect(await projection.divergenceCount()).to.equal(2);
    const page = await projection.divergences({ limit: 1 });
    expect(page.items).to.deep.equal([
      {
        ...{
          txId: 'f1',
          blockNumber: 2n,
          txIndex: 0,
          position: 2,
          verdict: 'VOID',
          keys: [keyText('grant', 'a'), 'x'],
        },
        ...{ reason: 'WRITES_DIFFER', facts: { keys: '1' }, time: '2026-11-24T08:00:00.000Z' },
      },
    ]);
    const rest = await projection.divergences({ limit: 9, after: page.next! });
    expect(rest.items.map(({ txId }) => txId)).to.deep.equal(['f2']);
    expect(rest.next).to.equal(undefined);
    expect(await projection.verdictOf('f1')).to.deep.equal({
      ...{ position: 2, verdict: 'VOID', flags: [], lint: [], noted: [keyText('grant', 'a'), 'x'] },
    });
    expect(await projection.verdictOf(chain[1]!.transactions[0]!.txId)).to.deep.equal({
      ...{ position: 1, verdict: 'REPLAYED', flags: [], lint: ['ACTION_HEADER'], noted: [] },
    });
    await projection.close();
    const restored = await followed(
      extended(chain, [[{ writes: [], standing: [[keyText('grant', 'a'), '']] }]]),
    );
    expect((await restored.standing()).map(({ key }) => key)).to.deep.equal(['x']);
    await restored.close();
  });

  it('a table that cannot be written, whichever: the rows of a height exactly are left, and it goes on', async () => {
    const chain = programOf('every table', 30);
    const digests = new Map<bigint, string>();
    const digestAt = async (height: bigint): Promise<string> => {
      const known = digests.get(height);
      if (known !== undefined) return known;
      const projection = await followed(chain.slice(0, Number(height) + 1));
      const digest = await projection.digest();
      await projection.close();
      digests.set(height, digest);
      return digest;
    };
    const tables = ['transactions', 'envelopes', 'history', 'records', 'standings', 'divergences', 'lists'];
    tables.push('members', 'subtrees', 'map_nodes', 'map_heights', 'bodies', 'clock', 'checkpoint');
    for (const table of tables) {
      const file = join(directory, `${table}.db`);
      await (await followed(chain.slice(0, 10), file)).close();
      const raw = openSqlite(file, { synchronous: 'NORMAL' });
      raw.handle.exec(`CREATE TRIGGER full BEFORE ${table === 'checkpoint' ? 'UPDATE' : 'INSERT'} ON ${table}
        WHEN (SELECT count(*) FROM bodies) >= 11 BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
      await raw.close();
      await new Promise<void>((resolve) => {
        const stopped = scriptedProjection({
          ...{ file, batch: 1, ledger: scriptedLedger(chain) },
          onAlarm: () => void stopped.close().then(resolve),
        });
        stopped.start();
      });
      const again = scriptedProjection({ file, batch: 7, ledger: scriptedLedger(chain) });
      const height = await again.height();
      expect(height < 29n, table).to.equal(true);
      expect(await again.digest(), table).to.equal(await digestAt(height));
      const lifted = openSqlite(file, { synchronous: 'NORMAL' });
      lifted.handle.exec('DROP TRIGGER full');
      await lifted.close();
      again.start();
      await again.reached(29n);
      expect(await again.digest(), table).to.equal(await digestAt(29n));
      await again.close();
    }
  });
});
