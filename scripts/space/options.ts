import { FabricError, findBinaries } from '@tallystick/network/fabric';
import { KuboError, requireIpfs } from '@tallystick/network/kubo';
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

type Environment = Readonly<Record<string, string | undefined>>;

/** What the system suite runs on, as `npm run test:system` tells the tests; embedded by default. */
export const kindsOfSuite = (environment: Environment = process.env): SpaceKinds =>
  spaceKinds({
    ledger: environment['TALLYSTICK_SUITE_LEDGER'] ?? 'embedded',
    store: environment['TALLYSTICK_SUITE_STORE'] ?? 'embedded',
  });

/** The variables that `kindsOfSuite` reads. */
export const suiteVariables = ({ ledger, store }: SpaceKinds): Record<string, string> => ({
  TALLYSTICK_SUITE_LEDGER: ledger,
  TALLYSTICK_SUITE_STORE: store,
});

const isMissing = (error: unknown): error is Error =>
  (error instanceof FabricError && error.code === 'BINARIES_MISSING') ||
  (error instanceof KuboError && error.code === 'NO_BINARY');

/** Which programs of others are not there, and how to get them: one line for each that is missing. */
export async function missingPrograms(
  { ledger, store }: SpaceKinds,
  environment: Environment = process.env,
): Promise<string[]> {
  const searches = [
    ...(ledger === 'embedded' ? [] : [findBinaries(environment)]),
    ...(store === 'kubo' ? [requireIpfs(environment)] : []),
  ];
  const found = await Promise.allSettled<unknown>(searches);
  return found.flatMap((each) => {
    if (each.status === 'fulfilled') return [];
    if (isMissing(each.reason)) return [each.reason.message];
    throw each.reason;
  });
}

/** Exit code of a command that cannot run because programs of others are missing. */
export const EXIT_PROGRAMS_MISSING = 3;
