import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encode, keys, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { castOf, type Cast } from '../../scripts/demo/cast.js';
import { Narrator } from '../../scripts/demo/report.js';
import { found } from '../../scripts/demo/story.js';
import { startSpace, type Space } from '../../scripts/space.js';
import { Outlaw } from '../policy/held.js';
import { ALSO, bundleCollusion } from './bundle.js';

const PATIENCE_MS = 120_000;

interface Shown {
  readonly items: readonly {
    readonly verdict: string;
    readonly keys: readonly string[];
    readonly standing: readonly string[];
    readonly restored: boolean;
  }[];
}

describe('what a majority wrote against the rules', () => {
  let directory: string;
  let space: Space;
  let cast: Cast;
  let outlaw: Outlaw;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tallystick-restoration-'));
    const bundle = await bundleCollusion(directory);
    space = await startSpace({ dataDir: join(directory, 'space'), bundle });
    cast = await castOf(space);
    await found(cast, new Narrator(() => undefined));
    outlaw = await Outlaw.of(space, 'SteelMSP');
  });
  after(async () => {
    await space.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const standing = (key: string): Promise<unknown> =>
    cast.regulator.officer.get(`/records?key=${encodeURIComponent(key)}`).catch(() => null);

  /** Declares an event, with these writes besides. */
  const forge = async (writes: readonly (readonly [string, string | null])[]): Promise<void> => {
    const also = writes.map(([key, text]) => [
      key,
      text === null ? null : Buffer.from(text).toString('base64'),
    ]);
    const request = { nonce: `${Date.now()}`.padStart(32, '0'), name: 'Nothing of note' };
    await outlaw.submit('officer', 'events:Declare', request, { [ALSO]: JSON.stringify(also) });
  };

  async function whenRestored(count: number): Promise<Shown> {
    for (const until = Date.now() + PATIENCE_MS; ;) {
      const shown = await cast.supplier.officer.get<Shown>('/divergences');
      if (shown.items.length === count && shown.items.every(({ restored }) => restored)) return shown;
      if (Date.now() > until) throw new Error(`not restored: ${JSON.stringify(shown.items)}`);
      await sleep(500);
    }
  }

  it('is brought back by any of the others, without anybody asking', async () => {
    const participant = keys.participant(cast.supplier.participant as Id<'participant'>).text;
    const before = (await standing(participant)) as object;
    const invented = keys.participant(`participant-${'a'.repeat(52)}`).text;
    await forge([
      [participant, encode({ ...before, state: 'SUSPENDED' })],
      [invented, encode({ ...before, id: `participant-${'a'.repeat(52)}` })],
      ['garbage/of-the-forger', 'no record'],
    ]);
    const { items } = await whenRestored(1);
    expect(items[0]).to.deep.include({ verdict: 'CORRECTED', standing: [] });
    expect(items[0]?.keys).to.include.members([participant, invented, 'garbage/of-the-forger']);
    expect(await standing(participant)).to.deep.equal(before);
    expect(await standing(invented)).to.equal(null);
  });

  it('is brought back where a record was deleted', async () => {
    const participant = keys.participant(cast.supplier.participant as Id<'participant'>).text;
    const before = await standing(participant);
    await forge([[participant, null]]);
    await whenRestored(2);
    expect(await standing(participant)).to.deep.equal(before);
  });
});
