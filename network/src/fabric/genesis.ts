import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { replaceFile } from '../identity/index.js';
import type { Topology } from '../topology/index.js';
import type { Binaries } from './binaries.js';
import { run } from './command.js';
import { configtx, PROFILE } from './configtx.js';
import { fabricDirectory } from './layout.js';

/** Makes the channel's genesis block, or finds the one that is there: a channel has one for ever. Returns its path. */
export async function ensureGenesis(topology: Topology, { configtxgen }: Binaries): Promise<string> {
  const directory = fabricDirectory(topology);
  const block = join(directory, 'genesis.block');
  const isThere = await access(block).then(
    () => true,
    () => false,
  );
  if (isThere) return block;
  await replaceFile(
    join(directory, 'configtx.yaml'),
    dump(configtx(topology), { lineWidth: -1, noRefs: true }),
    {
      isPrivate: false,
    },
  );
  const args = [
    '-profile',
    PROFILE,
    '-channelID',
    topology.channel,
    '-outputBlock',
    block,
    '-configPath',
    directory,
  ];
  await run({ program: configtxgen, args });
  return block;
}
