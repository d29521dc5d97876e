import type { LedgerKind } from '@tallystick/network/topology';
import type { StoreKind } from './record.js';

const LEDGERS: readonly LedgerKind[] = ['embedded', 'fabric-bft', 'fabric-raft'];
const STORES: readonly StoreKind[] = ['embedded', 'kubo'];

/** What a command says of the space it wants; for `parseArgs`. */
export const SPACE_OPTIONS = {
  ledger: { type: 'string', default: 'embedded' },
  store: { type: 'string', default: 'embedded' },
} as const;

export const SPACE_HELP = `  --ledger KIND  embedded (default), fabric-bft or fabric-raft (Fabric's programs in FABRIC_BIN or on PATH)
  --store KIND   where payloads are kept: embedded (default), or kubo (npm run tools installs it)`;

export interface SpaceKinds {
  readonly ledger: LedgerKind;
  readonly store: StoreKind;
}

function oneOf<T extends string>(known: readonly T[], value: string, option: string): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw new TypeError(`--${option} is one of ${known.join(', ')}, not ${value}`);
  return found;
}

/** Throws a TypeError that says what is known. */
export const spaceKinds = ({ ledger, store }: { ledger: string; store: string }): SpaceKinds => ({
  ledger: oneOf(LEDGERS, ledger, 'ledger'),
  store: oneOf(STORES, store, 'store'),
});
