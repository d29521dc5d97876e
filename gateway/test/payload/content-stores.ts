import { newBlockStore, newKuboStore, type BlockSource, type ContentStore } from '../../src/payload/index.js';
import { ipfsOrSkip, Swarm } from '../../../network/test/kubo/fixture.js';
import { startFakeKubo } from './fake-kubo.js';

/** A kind of content store to run the contract against. */
export interface StoreKind {
  readonly name: string;
  /** Before all tests; may skip them. */
  prepare(context: Mocha.Context): Promise<void>;
  /** A store with a directory of its own; the blocks of the kind may be shared. */
  open(directory: string, sources?: readonly BlockSource[]): Promise<ContentStore>;
  end(): Promise<void>;
}

const none = (): Promise<void> => Promise.resolve();

export const embedded: StoreKind = {
  name: 'embedded',
  prepare: none,
  open: (directory, sources = []) => newBlockStore(directory, { sources }),
  end: none,
};

const SHORT = { timeoutMs: 5_000, fetchTimeoutMs: 400 };

function kuboAt(api: () => string): StoreKind['open'] {
  return (directory, [members] = []) =>
    newKuboStore({
      api: api(),
      directory,
      ...SHORT,
      ...(members && { members }),
    });
}

/** The adapter against Kubo's API over blocks in memory: runs everywhere. */
export function overFakeKubo(): StoreKind {
  let fake: Awaited<ReturnType<typeof startFakeKubo>> | undefined;
  return {
    name: 'Kubo’s API over memory',
    prepare: async () => void (fake = await startFakeKubo()),
    open: kuboAt(() => fake?.api ?? ''),
    end: async () => fake?.close(),
  };
}

/** The adapter against a Kubo of its own. */
export function overKubo(): StoreKind {
  let swarm: Swarm | undefined;
  let api = '';
  return {
    name: 'Kubo',
    prepare: async (context) => {
      swarm = await Swarm.in(await ipfsOrSkip(context));
      ({ api } = await swarm.start((await swarm.node()).node));
    },
    open: kuboAt(() => api),
    end: async () => swarm?.end(),
  };
}
