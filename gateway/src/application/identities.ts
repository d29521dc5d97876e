import { callerFrom, KNOWN_RULES, RULES_VERSION } from '@tallystick/chaincode/rules';
import { ConfigError } from '../config/error.js';
import type { Rules } from '../feature/host.js';
import { allScopes } from '../http/scopes.js';
import type { EnrolledIdentity } from '../identities/index.js';
import type { EnrolledFacts } from '../routes/index.js';
import { readApiKeySeeds, type ApiKeySeed } from '../state/api-keys.js';
import { now } from './clock.js';

export type Identities = ReadonlyMap<string, EnrolledIdentity>;

/** An identity that no gateway can do without. Throws ConfigError. */
export function enrolled(identities: Identities, name: string, variable: string): EnrolledIdentity {
  const identity = identities.get(name);
  if (identity === undefined) throw new ConfigError([`${variable}: is not enrolled`]);
  return identity;
}

/** What features hear of the rules. */
export const rules: Rules = {
  newest: RULES_VERSION,
  known: [...KNOWN_RULES],
  factsOf: (creator) => callerFrom(creator, now()),
};

/** What the ledger sees of each. */
export const factsOf = (identities: Identities): ReadonlyMap<string, EnrolledFacts> =>
  new Map([...identities].map(([name, identity]) => [name, rules.factsOf(identity)]));

/** API keys for the first start. Throws ConfigError where one acts as nobody, or may do what nothing asks for. */
export async function seedsOf(
  file: string | undefined,
  identities: Identities,
): Promise<readonly ApiKeySeed[]> {
  if (file === undefined) return [];
  const seeds = await readApiKeySeeds(file);
  const known: readonly string[] = allScopes;
  const problems = seeds.flatMap(({ name, identity, scopes }) => [
    ...(identities.has(identity) ? [] : [`API key ${name}: no enrolled identity is named ${identity}`]),
    ...scopes.filter((scope) => !known.includes(scope)).map((scope) => `API key ${name}: no scope ${scope}`),
  ]);
  if (problems.length > 0) throw new ConfigError(problems);
  return seeds;
}
