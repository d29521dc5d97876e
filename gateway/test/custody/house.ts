import { join } from 'node:path';
import type { Instant } from '@tallystick/chaincode/model';
import type { EditionTable } from '@tallystick/chaincode/rules';
import { openAgeIdentity } from '../../src/features/custody/age-identity.js';
import { newCustody } from '../../src/features/custody/custody.js';
import type { Failpoint } from '../../src/features/custody/failpoint.js';
import { DEFAULT_SETTINGS, type CustodySettings } from '../../src/features/custody/parts.js';
import type { Custodian, UseCases } from '../../src/features/custody/port.js';
import type { Memberships } from '../../src/features/channel/port.js';
import type { SignClaim } from '../../src/features/custody/parts.js';
import type { Signers } from '../../src/features/custody/signers.js';
import type { Ledger } from '../../src/ledger/port.js';
import { newBlockStore, newPayloads, type BlockSource, type ContentStore } from '../../src/payload/index.js';
import type { FollowedProjection } from '../../src/projection/port.js';
import { newProjection } from '../../src/projection/projection.js';
import { openStores, type AllStores } from '../state/stores.js';
import { connect, type MemoryChain } from './memory-chain.js';

export interface HouseOptions {
  readonly chain: MemoryChain;
  readonly directory: string;
  readonly signers: Signers;
  readonly memberships: Memberships;
  readonly sources?: readonly BlockSource[];
  /** Which definitions name which rules, where it is not the table of this software. */
  readonly editions?: EditionTable;
  readonly settings?: Partial<CustodySettings>;
  readonly signClaim?: SignClaim;
  /** Our own clock, where it is not the chain's. */
  readonly now?: () => Instant;
  /** Whether the process dies here. */
  readonly dies?: (failpoint: Failpoint) => boolean;
}

/** One run of an organisation's gateway process: real state, projection and payloads, over the chain in memory. */
export interface House {
  readonly useCases: UseCases;
  readonly custodian: Custodian;
  readonly state: AllStores;
  readonly ledger: Ledger;
  readonly projection: FollowedProjection;
  readonly store: ContentStore;
  readonly reached: readonly Failpoint[];
  readonly warnings: readonly object[];
  /** Resolves when the process has died at a failpoint. */
  readonly died: Promise<void>;
  readonly isDead: () => boolean;
  /** Closes its files, dead or alive. */
  close(): Promise<void>;
}

/** Short pauses: nothing here is far away. */
const SETTINGS: CustodySettings = {
  ...DEFAULT_SETTINGS,
  pause: 5,
  looks: 3,
  headerLooks: 2,
  acknowledgement: { attempts: 5, pause: 5 },
};

const forever = (): Promise<never> => new Promise<never>(() => undefined);

/** A process that has died does nothing more: no call of its own goes out, and no answer reaches it. */
function gated<T extends object>(target: T, isDead: () => boolean): T {
  return new Proxy(target, {
    get: (object, name) => {
      const member: unknown = Reflect.get(object, name);
      if (typeof member === 'function') {
        return (...args: unknown[]): unknown => {
          if (isDead()) return forever();
          const result: unknown = Reflect.apply(member, object, args);
          if (result instanceof Promise) return result.then(...unlessDead(isDead));
          return typeof result === 'object' && result !== null && 'submit' in result
            ? gated(result, isDead)
            : result;
        };
      }
      return typeof member === 'object' && member !== null ? gated(member, isDead) : member;
    },
  });
}

const unlessDead = (isDead: () => boolean): [(value: unknown) => unknown, (error: unknown) => unknown] => [
  (value) => (isDead() ? forever() : value),
  (error) => {
    if (isDead()) return forever();
    throw error;
  },
];

export async function openHouse(options: HouseOptions): Promise<House> {
  const { chain, directory, signers, sources = [], editions, settings = {}, signClaim } = options;
  const now = options.now ?? ((): string => chain.now);
  const state = await openStores(join(directory, 'state.db'), { clock: () => new Date(now()) });
  const store = await newBlockStore(join(directory, 'blocks'), { sources });
  const ledger = connect(chain, signers);
  const projection = newProjection({
    file: join(directory, 'projection.db'),
    ledger,
    channel: 'ledger',
    chaincode: 'tallystick',
    ...(editions && { editions }),
  });
  projection.start();
  const reached: Failpoint[] = [];
  const warnings: object[] = [];
  let isDead = false;
  let die: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  const dead = (): boolean => isDead;
  const note = (facts: object): void => void warnings.push(facts);
  const { useCases, custodian } = newCustody({
    ledger: gated(ledger, dead),
    projection: gated<FollowedProjection>(projection, dead),
    memberships: options.memberships,
    state: gated(state, dead),
    payloads: gated(newPayloads(store), dead),
    signers,
    component: 'connector',
    operator: 'operator',
    age: await openAgeIdentity(directory),
    failpoints: {
      reach: async (name) => {
        if (isDead) return forever();
        reached.push(name);
        if (options.dies?.(name) !== true) return;
        isDead = true;
        die();
        return forever();
      },
    },
    log: { info: () => undefined, warn: note, error: note },
    now,
    settings: { ...SETTINGS, ...settings },
    ...(signClaim && { signClaim }),
  });
  const close = async (): Promise<void> => {
    if (!isDead) await custodian.stop();
    isDead = true;
    await projection.close();
    await store.close();
    await state.close();
  };
  return {
    useCases,
    custodian,
    state,
    ledger,
    projection,
    store,
    reached,
    warnings,
    died,
    isDead: dead,
    close,
  };
}
