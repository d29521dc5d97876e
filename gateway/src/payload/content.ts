import { join } from 'node:path';
import { newBlockStore } from './block-store.js';
import type { KuboPins } from './kubo-pins.js';
import { newKuboStore } from './kubo-store.js';
import type { BlockSource, ContentStore } from './port.js';

/** Where a gateway keeps its payloads. */
export type ContentSettings =
  | { readonly kind: 'embedded' }
  | {
      readonly kind: 'kubo';
      /** Base URL of Kubo's RPC API; may hold user and password. */
      readonly api: string;
      /** Milliseconds; see `KuboStoreOptions`. */
      readonly timeoutMs: number;
      readonly fetchTimeoutMs: number;
    };

export interface Content {
  readonly store: ContentStore;
  /** Why payloads can be neither stored nor read now; `undefined` when they can. */
  verdict(): Promise<string | undefined>;
  /** See `KuboPins.sweep`; only where something else than this gateway decides when room is made. */
  readonly sweep?: KuboPins['sweep'];
}

/** The content store that was chosen. `members` are asked for what is not here. One process a data directory. */
export async function openContent(
  settings: ContentSettings,
  dataDir: string,
  members: BlockSource,
): Promise<Content> {
  if (settings.kind === 'embedded') {
    const store = await newBlockStore(join(dataDir, 'blocks'), { sources: [members] });
    return { store, verdict: () => Promise.resolve(undefined) };
  }
  const { api, timeoutMs, fetchTimeoutMs } = settings;
  const directory = join(dataDir, 'kubo');
  const store = await newKuboStore({ api, timeoutMs, fetchTimeoutMs, directory, members });
  return {
    store,
    verdict: () => store.verdict(),
    sweep: (isNeeded, before) => store.pins.sweep(isNeeded, before),
  };
}
