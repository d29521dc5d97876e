import { expect } from 'chai';
import { sweepOrphans } from '../../src/features/custody/orphans.js';
import { ask, attend, storyBeforeEach } from './story.js';

describe('custody: files that no record names', () => {
  const story = storyBeforeEach();

  /** A sweep over these files, as the store does it. */
  const over =
    (files: readonly string[]) =>
    async (isNeeded: (cid: string) => Promise<boolean>): Promise<{ seen: number; released: string[] }> => {
      const released: string[] = [];
      for (const cid of files) if (!(await isNeeded(cid))) released.push(cid);
      return { seen: files.length, released };
    };

  it('are let go of; payloads of versions and released headers are not', async () => {
    const { space, steel } = story;
    const usageId = await ask(story);
    await attend(steel, space);
    const [version] = (await steel.projection.list({ kind: 'version', limit: 1 })).items;
    const { delivery } = version!.value as { delivery: { cid: string } };
    const { answer } = space.usage(usageId);
    const projection = {
      list: steel.projection.list.bind(steel.projection),
      status: () => ({ state: 'FOLLOWING', height: 0n }) as const,
    };
    const files = [delivery.cid, answer!.header!, 'bafkreiorphan'];
    expect(await sweepOrphans(over(files), projection, Date.now())).to.deep.equal(['bafkreiorphan']);
  });

  it('are all kept while the projection is being rebuilt', async () => {
    const { steel } = story;
    const projection = {
      list: steel.projection.list.bind(steel.projection),
      status: () => ({ state: 'REBUILDING', height: 0n }) as const,
    };
    expect(await sweepOrphans(over(['bafkreiorphan']), projection, Date.now())).to.deep.equal([]);
  });
});
