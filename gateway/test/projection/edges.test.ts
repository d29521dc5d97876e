import { decodeRecord, readKey, type Id } from '@tallystick/chaincode/model';
import { EMPTY_STATE, StateOverlay } from '@tallystick/verifier/fold';
import { expect } from 'chai';
import fc from 'fast-check';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { envelopesOf } from '../../src/projection/block-writer.js';
import { edgeKinds, type Edge, type EdgeEnd, type FollowedProjection } from '../../src/projection/port.js';
import { referencesIn } from '../../src/projection/edges/references.js';
import { keyText, named } from './named.js';
import {
  extended,
  record,
  scriptedFold,
  scriptedLedger,
  scriptedProjection,
  type ScriptedWrite,
} from './scripted-ledger.js';

const [dataset, other] = [named('dataset', 'd'), named('dataset', 'e')];
const parties = ['p', 'q', 'r'].map((name) => named('participant', name));
const grants = ['a', 'b', 'c'];
const [buyer, broker] = parties as [Id<'participant'>, Id<'participant'>, Id<'participant'>];

const grant = (name: string, members: Record<string, unknown> = {}): ScriptedWrite =>
  record('grant', name, { state: 'ACTIVE', dataset, selector: { all: true }, consumer: buyer, ...members });

async function followed(chain: readonly LedgerBlock[], batch = 200): Promise<FollowedProjection> {
  const projection = scriptedProjection({ file: ':memory:', ledger: scriptedLedger(chain), batch });
  projection.start();
  await projection.reached(BigInt(chain.length - 1));
  return projection;
}

const writing = (...blocks: readonly (readonly ScriptedWrite[])[]): LedgerBlock[] =>
  extended(
    [],
    blocks.map((writes) => [{ writes }]),
  );

const said = ({ from, kind, to }: Pick<Edge, 'from' | 'kind' | 'to'>): string => `${from} ${kind} ${to}`;

async function from(projection: FollowedProjection, end: EdgeEnd, at?: number): Promise<readonly Edge[]> {
  const { items } = await projection.edges({ from: end, limit: 1000, ...(at !== undefined && { at }) });
  return items;
}

/** What stood at each height, as the records of that height say. */
async function expectedAt(chain: readonly LedgerBlock[]): Promise<string[][]> {
  const overlay = new StateOverlay(EMPTY_STATE);
  const heights: string[][] = [];
  for (const block of chain) {
    await scriptedFold(envelopesOf(block), overlay, { chaincode: 'tallystick' });
    const records = [...overlay.texts()].map(([key, text]) => decodeRecord(readKey(key)!.type, text));
    const live = records.flatMap((each) => [...referencesIn(each).values()].filter(({ isLive }) => isLive));
    heights.push(live.map(said).sort());
  }
  return heights;
}

const party = fc.constantFrom(...parties);
const name = fc.constantFrom(...grants);
const anyGrant = fc
  .record({
    state: fc.constantFrom('OFFERED', 'ACTIVE', 'SUSPENDED', 'REVOKED'),
    dataset: fc.constantFrom(dataset, other),
    consumer: party,
    parent: fc.option(
      name.map((each) => ({ grant: named('grant', each), depth: 1 })),
      { nil: undefined },
    ),
  })
  .chain((members) => name.map((each) => grant(each, members)));
const anyHolds = fc
  .record({ held: fc.integer({ min: 0, max: 3 }), released: fc.integer({ min: 0, max: 3 }) })
  .chain(({ held, released }) =>
    name.map((each) =>
      record('holds', each, {
        subject: named('grant', each),
        holds: Array.from({ length: held }, (_, index) => ({
          id: named('hold', `${each}${index}`),
          ...(index < released && { released: {} }),
        })),
      }),
    ),
  );
const anyConsents = fc
  .uniqueArray(fc.record({ by: party, withdrawn: fc.option(fc.constant({}), { nil: undefined }) }), {
    selector: ({ by }) => by,
    maxLength: 3,
  })
  .chain((consents) =>
    name.map((each) => record('consents', each, { grant: named('grant', each), consents })),
  );
const anySpace = fc
  .record({ operator: party, regulators: fc.uniqueArray(party) })
  .map((members) => record('space', '', { ...members, registrars: [], auditors: [] }));
const anyWrites = fc.array(fc.oneof(anyGrant, anyHolds, anyConsents, anySpace), { maxLength: 3 });
const anyChain = fc
  .array(fc.array(anyWrites, { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map((blocks) =>
    extended(
      [],
      blocks.map((transactions) => transactions.map((writes) => ({ writes }))),
    ),
  );
const ends: readonly EdgeEnd[] = [
  'space',
  dataset,
  other,
  ...parties,
  ...grants.flatMap((each) => [named('grant', each), ...[0, 1, 2].map((n) => named('hold', `${each}${n}`))]),
];

describe('edges', () => {
  it('at a height are what the records of that height say, from either end', async () => {
    await fc.assert(
      fc.asyncProperty(anyChain, fc.integer({ min: 1, max: 9 }), async (chain, batch) => {
        const projection = await followed(chain, batch);
        const expected = await expectedAt(chain);
        for (const [at, live] of expected.entries()) {
          const out = await Promise.all(ends.map((end) => from(projection, end, at)));
          const back = await Promise.all(
            ends.map(async (to) => (await projection.edges({ to, at, limit: 1000 })).items),
          );
          expect(out.flat().map(said).sort(), `from, at ${at}`).to.deep.equal(live);
          expect(back.flat().map(said).sort(), `to, at ${at}`).to.deep.equal(live);
        }
        const digest = await projection.digest();
        await projection.rebuild();
        expect(await projection.digest()).to.equal(digest);
        await projection.close();
      }),
      { numRuns: 20 },
    );
  });

  it('name the transaction and the height that made them, and end when the record names another or comes to an end', async () => {
    const chain = writing(
      [grant('a')],
      [grant('a', { consumer: broker })],
      [grant('a', { state: 'REVOKED', consumer: broker })],
    );
    const projection = await followed(chain);
    const id = named('grant', 'a');
    const [first, second, third] = chain.map(({ transactions }) => transactions[0]!.txId);
    const edge = (
      kind: Edge['kind'],
      to: Id,
      height: number,
      txId: string | undefined,
      until: number,
    ): object => ({
      ...{ from: id, kind, to, height, txId, until },
    });
    expect(await from(projection, id)).to.deep.equal([
      edge('grant.consumer', buyer, 0, first, 1),
      edge('grant.consumer', broker, 1, second, 2),
      edge('grant.dataset', dataset, 0, first, 2),
    ]);
    expect(third).to.be.a('string');
    expect((await from(projection, id, 1)).map(({ to }) => to)).to.deep.equal([broker, dataset]);
    expect(await from(projection, id, 2)).to.deep.equal([]);
    await projection.close();
  });

  it('of a record that is at its end from the beginning begin and end at once; of one taken up again there are two', async () => {
    const consents = (withdrawn?: object): ScriptedWrite =>
      record('consents', 'a', { grant: named('grant', 'a'), consents: [{ by: buyer, withdrawn }] });
    const projection = await followed(
      writing(
        [record('amendment', 'a', { state: 'EFFECTIVE', proposedBy: buyer })],
        [consents()],
        [consents({})],
        [consents()],
      ),
    );
    const { items } = await projection.edges({ to: buyer, limit: 10 });
    expect(items.map(({ kind, height, until }) => [kind, height, until])).to.deep.equal([
      ['amendment.proposedBy', 0, 0],
      ['consents.consents.by', 1, 2],
      ['consents.consents.by', 3, undefined],
    ]);
    await projection.close();
  });

  it('come in pages that hold each once, of one kind where it is asked for', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `g${index}`);
    const projection = await followed(
      writing(...names.map((each) => [grant(each, { provider: broker })]), [
        record('dataset', 'd', { custodian: buyer }),
      ]),
    );
    const paged = async (query: object, limit: number): Promise<string[]> => {
      const found: string[] = [];
      let after: string | undefined;
      do {
        const page = await projection.edges({
          to: buyer,
          ...query,
          limit,
          ...(after !== undefined && { after }),
        });
        expect(page.items.length).to.be.at.most(limit);
        found.push(...page.items.map(said));
        after = page.next;
      } while (after !== undefined);
      return found;
    };
    const whole = await paged({}, 1000);
    expect(whole).to.have.length(10);
    for (const limit of [1, 2, 3, 10, 11]) expect(await paged({}, limit)).to.deep.equal(whole);
    const ofGrants = names.map((each) => `${named('grant', each)} grant.consumer ${buyer}`);
    expect(await paged({ kind: 'grant.consumer' }, 4)).to.deep.equal(ofGrants);
    expect(await paged({ kind: 'grant.consumer', at: 3 }, 3)).to.deep.equal(ofGrants.slice(0, 4));
    expect(await paged({ kind: 'grant.provider' }, 4)).to.deep.equal([]);
    await projection.close();
  });

  it('refuse a cursor of another question, and a height that is not there', async () => {
    const projection = await followed(writing([grant('a')]));
    const codeOf = (work: Promise<unknown>): Promise<unknown> =>
      work.then(
        () => undefined,
        (error: unknown) => (error as { code?: string }).code,
      );
    const id = named('grant', 'a');
    const { next } = await projection.edges({ from: id, limit: 1 });
    expect(await codeOf(projection.edges({ from: id, limit: 1, after: next! }))).to.equal(undefined);
    expect(await codeOf(projection.edges({ to: id, limit: 1, after: next! }))).to.equal('BAD_CURSOR');
    expect(await codeOf(projection.edges({ from: dataset, limit: 1, after: next! }))).to.equal('BAD_CURSOR');
    expect(await codeOf(projection.edges({ from: id, at: 0, limit: 1, after: next! }))).to.equal(
      'BAD_CURSOR',
    );
    expect(await codeOf(projection.edges({ from: id, at: 1, limit: 1 }))).to.equal('OUT_OF_RANGE');
    await projection.close();
  });

  it('are of kinds that name a record and a member of it', () => {
    for (const kind of [
      'usage.grant',
      'grant.parent.grant',
      'transformation.of',
      'holds.subject',
      'component.owner',
    ])
      expect(edgeKinds).to.include(kind);
    expect(new Set(edgeKinds).size).to.equal(edgeKinds.length);
  });

  it('of a corrected record follow the effective text, and none come of what has no effect', async () => {
    const projection = await followed(
      extended(
        [],
        [
          [
            { writes: [grant('a')], verdict: 'CORRECTED' },
            { writes: [grant('b')], verdict: 'VOID' },
          ],
        ],
      ),
    );
    expect(await from(projection, named('grant', 'a'))).to.have.length(2);
    expect(await from(projection, named('grant', 'b'))).to.deep.equal([]);
    expect(keyText('grant', 'a')).to.equal(`grant/${named('grant', 'a')}`);
    await projection.close();
  });
});
