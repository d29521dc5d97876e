import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { replaceFile } from '../identity/index.js';
import type { Topology } from '../topology/index.js';
import type { Binaries } from './binaries.js';
import { run } from './command.js';
import { configtx, PROFILE } from './configtx.js';
import { fabricDirectory } from './layout.js';

export interface Genesis {
  /** The channel's first block. */
  readonly block: string;
  /** Whether it was made just now, so that no node can have joined its channel. */
  readonly isNew: boolean;
}

/** Makes the channel's genesis block, or finds the one that is there: a channel has one for ever. */
export async function ensureGenesis(topology: Topology, { configtxgen }: Binaries): Promise<Genesis> {
  const directory = fabricDirectory(topology);
  const block = join(directory, 'genesis.block');
  const isThere = await access(block).then(
    () => true,
    () => false,
  );
  if (isThere) return { block, isNew: false };
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
  return { block, isNew: true };
}
