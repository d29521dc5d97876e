import { join } from 'node:path';
import { newContentStore } from './block-store.js';
import { openImportJournal } from './import-journal.js';
import { openKuboBlocks } from './kubo-blocks.js';
import { newKuboPins, type KuboPins } from './kubo-pins.js';
import { newKuboRpc } from './kubo-rpc.js';
import type { BlockSource, ContentStore } from './port.js';
import { newHedgedBlocks, newSwarmBlocks } from './swarm-blocks.js';

export interface KuboStoreOptions {
  /** Base URL of the RPC API, `http://127.0.0.1:5001`; it may hold user and password. An administrator's interface: never a stranger's. */
  readonly api: string;
  /** Imports are gathered here before they are delivered: room for the largest ones under way. One process a directory. */
  readonly directory: string;
  /** Milliseconds without progress after which a call is given up, and the deadline of calls about one block. */
  readonly timeoutMs: number;
  /** How long the swarm may take to send a block, milliseconds. */
  readonly fetchTimeoutMs: number;
  /** Asked beside the swarm: other members' raw-block endpoints. */
  readonly members?: BlockSource;
}

/** A content store in the organisation's own Kubo. */
export interface KuboStore extends ContentStore {
  readonly pins: KuboPins;
  /** Why Kubo cannot be used now; `undefined` when it can. */
  verdict(): Promise<string | undefined>;
}

const VERDICT_WITHIN_MS = 2_000;
const HEAD_START_MS = 300;

/** Kubo need not run yet: until it does, calls fail with STORE_FAILED and `verdict` says why. */
export async function newKuboStore(options: KuboStoreOptions): Promise<KuboStore> {
  const { api, directory, timeoutMs, fetchTimeoutMs, members } = options;
  const incoming = join(directory, 'incoming');
  const journal = openImportJournal(join(directory, 'imports'));
  const rpc = newKuboRpc(api, timeoutMs);
  const swarm = newSwarmBlocks(rpc, fetchTimeoutMs);
  const elsewhere = members === undefined ? swarm : newHedgedBlocks(swarm, members, HEAD_START_MS);
  const store = newContentStore(await openKuboBlocks({ rpc, journal, incoming, timeoutMs }), [elsewhere]);
  const withinMs = Math.min(timeoutMs, VERDICT_WITHIN_MS);
  const verdict = (): Promise<string | undefined> =>
    rpc.call('version', {}, { withinMs }).then(
      () => undefined,
      () => 'Kubo cannot be reached',
    );
  return {
    put: (source, signal) => store.put(source, signal),
    get: (cid, signal) => store.get(cid, signal),
    block: (cid, signal) => store.block(cid, signal),
    has: (cid) => store.has(cid),
    close: () => store.close(),
    pins: newKuboPins(rpc, journal, timeoutMs),
    verdict,
  };
}
