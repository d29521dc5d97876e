import { expect } from 'chai';
import fc from 'fast-check';
import type { FollowedProjection, ProjectedEvent } from '../../src/projection/port.js';
import { extended, scriptedLedger, scriptedProjection, type ScriptedTransaction } from './scripted-ledger.js';

type Script = readonly (readonly ScriptedTransaction[])[];

async function followed(script: Script): Promise<FollowedProjection> {
  const chain = extended([], script);
  const projection = scriptedProjection({ file: ':memory:', ledger: scriptedLedger(chain), batch: 3 });
  projection.start();
  await projection.reached(BigInt(chain.length - 1));
  return projection;
}

const emitting = (...names: readonly string[]): ScriptedTransaction => ({
  writes: [],
  events: names.map((name) => ({ name, n: names.length })),
});

const named = (events: readonly ProjectedEvent[]): string[] => events.map(({ name }) => name);

/** Everything, as somebody takes it in who asks for so many at a time. */
async function taken(
  projection: FollowedProjection,
  limit: number,
  names?: readonly string[],
): Promise<ProjectedEvent[]> {
  const found: ProjectedEvent[] = [];
  for (;;) {
    const after = found.at(-1);
    const more = await projection.events({ limit, ...(after && { after }), ...(names && { names }) });
    if (more.length === 0) return found;
    expect(more.length).to.be.at.most(limit);
    found.push(...more);
  }
}

describe('events', () => {
  it('come with the transaction that emitted them, in the order of the ledger', async () => {
    const projection = await followed([
      [emitting('grant.offered')],
      [],
      [emitting(), emitting('usage.requested', 'usage.requested')],
    ]);
    const [first, , last] = await projection.events({ limit: 10 });
    const txId = (await projection.leaves(0, 10)).map(({ leaf }) => leaf.txId);
    expect(first).to.deep.equal({
      ...{ name: 'grant.offered', members: { n: 1 }, position: 0, index: 0 },
      ...{ txId: txId[0], blockNumber: 0n, txIndex: 0 },
    });
    expect(last).to.deep.equal({
      ...{ name: 'usage.requested', members: { n: 2 }, position: 2, index: 1 },
      ...{ txId: txId[2], blockNumber: 2n, txIndex: 1 },
    });
    await projection.close();
  });

  it('of what took no effect are none', async () => {
    const projection = await followed([
      [
        { ...emitting('a.b'), verdict: 'VOID' },
        { ...emitting('a.c'), code: 'MVCC_READ_CONFLICT' },
        { ...emitting('a.d'), verdict: 'CORRECTED' },
      ],
    ]);
    expect(named(await projection.events({ limit: 10 }))).to.deep.equal(['a.d']);
    await projection.close();
  });

  it('taken in by so many at a time, of all names or some, are each there once; and a rebuild makes the same', async () => {
    const name = fc.constantFrom('a.a', 'a.b', 'b.a');
    const anyScript = fc.array(fc.array(fc.array(name, { maxLength: 3 }), { maxLength: 3 }), {
      minLength: 1,
      maxLength: 8,
    });
    const names = fc.option(fc.array(name, { maxLength: 3 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(anyScript, fc.integer({ min: 1, max: 5 }), names, async (script, limit, asked) => {
        const projection = await followed(script.map((block) => block.map((each) => emitting(...each))));
        const expected = script.flat(2).filter((each) => asked?.includes(each) ?? true);
        expect(named(await taken(projection, limit, asked))).to.deep.equal(expected);
        const digest = await projection.digest();
        await projection.rebuild();
        expect(await projection.digest()).to.equal(digest);
        expect(named(await taken(projection, limit, asked))).to.deep.equal(expected);
        await projection.close();
      }),
      { numRuns: 20 },
    );
  });
});
