import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { newKuboStore } from '../../src/payload/index.js';
import { blocksOfCar, fileOf } from './fake-kubo.js';
import { expectCode, rejection, someBytes, streamOf } from './fixtures.js';
import { QUICK, withKubo } from './with-kubo.js';

describe('payload: pins in Kubo', () => {
  it('are released, twice if need be', () =>
    withKubo(async (fake, store) => {
      const { cid } = await store.put(streamOf(someBytes(10)));
      await store.pins.release(cid);
      await store.pins.release(cid);
      expect(fake.pins.size).to.equal(0);
    }));

  it('are swept when old, ours, and needed by nobody; once found needed, they are not asked about again', () =>
    withKubo(async (fake, store) => {
      const [orphan, needed] = [
        await store.put(streamOf(someBytes(10))),
        await store.put(streamOf(someBytes(11))),
      ];
      fake.pins.add('operators-own');
      const asked: string[] = [];
      const isNeeded = (cid: string): Promise<boolean> => (
        asked.push(cid),
        Promise.resolve(cid === needed.cid)
      );
      expect(await store.pins.sweep(isNeeded, Date.now() - 60_000)).to.deep.equal({ seen: 0, released: [] });
      const late = await store.pins.sweep(isNeeded, Date.now() + 1);
      expect(late).to.deep.equal({ seen: 2, released: [orphan.cid] });
      expect([...fake.pins]).to.have.members([needed.cid, 'operators-own']);
      expect(await store.pins.sweep(isNeeded, Date.now() + 1)).to.deep.equal({ seen: 0, released: [] });
      expect(asked).to.have.members([orphan.cid, needed.cid]);
    }));

  it('of an import that a crash cut off are known: it is written down before it is delivered', () =>
    withKubo(async (fake, store, incoming) => {
      const file = someBytes(10);
      fake.answer = ({ path, body }) => {
        if (path !== 'dag/import') return undefined;
        for (const [cid] of blocksOfCar(fileOf(body))) fake.pins.add(cid);
        return true;
      };
      expectCode(await rejection(store.put(streamOf(file))), 'STORE_FAILED');
      fake.answer = undefined;
      const directory = join(incoming, '..');
      await appendFile(join(directory, 'imports'), '17');
      const again = await newKuboStore({ api: fake.api, directory, ...QUICK });
      const { released } = await again.pins.sweep(() => Promise.resolve(false), Date.now() + 1);
      expect(released).to.have.length(1);
      expect(fake.pins.size).to.equal(0);
    }));

  it('of a file that is imported again are left alone: its registration may be under way', () =>
    withKubo(async (fake, store) => {
      const file = someBytes(10);
      const { cid } = await store.put(streamOf(file));
      await delay(20);
      const between = Date.now();
      await delay(5);
      await store.put(streamOf(file));
      const swept = await store.pins.sweep(() => Promise.resolve(false), between);
      expect(swept).to.deep.equal({ seen: 1, released: [] });
      expect([...fake.pins]).to.deep.equal([cid]);
    }));

  it('of which Kubo says nothing stay in the journal', () =>
    withKubo(async (fake, store) => {
      const { cid } = await store.put(streamOf(someBytes(10)));
      fake.answer = ({ path }) => path === 'pin/rm' || undefined;
      const sweep = (): Promise<unknown> => store.pins.sweep(() => Promise.resolve(false), Date.now() + 1);
      expectCode(await rejection(sweep()), 'STORE_FAILED');
      fake.answer = undefined;
      expect(await sweep()).to.deep.equal({ seen: 1, released: [cid] });
    }));

  it('are swept while imports go on: no entry is lost', () =>
    withKubo(async (_, store) => {
      const cids: string[] = [];
      const put = async (): Promise<void> => void cids.push((await store.put(streamOf(someBytes(50)))).cid);
      const swept: string[] = [];
      const sweep = async (): Promise<void> =>
        void swept.push(...(await store.pins.sweep(() => Promise.resolve(false), Date.now() + 1)).released);
      for (let turn = 0; turn < 10; turn += 1) await Promise.all([put(), sweep(), put()]);
      await sweep();
      expect(swept).to.have.members(cids);
    }));
});
