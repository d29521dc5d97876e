import * as z from 'zod';
import { ConfigError } from './config/error.js';
import { parseUrl } from './config/forms.js';
import {
  conflictsBetween,
  conflictsIn,
  gatewayConfigOf,
  gatewayVariables,
  type GatewayConfig,
} from './config/gateway.js';
import { features } from './features/index.js';

export { ConfigError } from './config/error.js';

/** A gateway's configuration, read once. Nothing else reads the environment. */
export interface Config extends GatewayConfig {
  /** Settings of features, by their names. */
  readonly features: Readonly<Record<string, unknown>>;
}

/** Every variable, its form, its default and its meaning. CONFIGURATION.md is made from this (`npm run pages`). */
export const variables = z.object({
  ...gatewayVariables.shape,
  ...Object.fromEntries(
    features.flatMap(({ configuration }) => Object.entries(configuration?.variables ?? {})),
  ),
});

const problemsIn = (environment: NodeJS.ProcessEnv, issues: readonly z.core.$ZodIssue[]): string[] =>
  issues.map(({ path, message }) => {
    const [name, ...member] = path.map(String);
    const isMissing = name !== undefined && environment[name] === undefined;
    return `${[name, ...member].join('/')}: ${isMissing ? 'is not set' : message}`;
  });

const settingsOf = (values: object): Config['features'] =>
  Object.fromEntries(
    features.flatMap(({ name, configuration }) =>
      configuration === undefined ? [] : [[name, configuration.settings(values)]],
    ),
  );

/** Judge an environment, once. Throws ConfigError. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const parsed = variables.safeParse(environment);
  const problems = [
    ...problemsIn(environment, parsed.error?.issues ?? []),
    ...conflictsIn(environment),
    ...(parsed.success ? conflictsBetween(parsed.data) : []),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return { ...gatewayConfigOf(parsed.data), features: settingsOf(parsed.data) };
}

/** Variables that look like ours and mean nothing: most likely misspelt. */
export const strangersIn = (environment: NodeJS.ProcessEnv): readonly string[] =>
  Object.keys(environment).filter((name) => name.startsWith('TALLYSTICK_') && !(name in variables.shape));

/** For people and logs: the same without what may hold a credential. */
export const redacted = (config: Config): object => withoutUsers(config) as object;

function withoutUsers(value: unknown): unknown {
  if (typeof value === 'string') return withoutUser(value);
  if (Array.isArray(value)) return value.map(withoutUsers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutUsers(member)]));
}

function withoutUser(text: string): string {
  const url = parseUrl(text);
  if (url === null || (url.username === '' && url.password === '')) return text;
  url.username = '';
  url.password = '';
  return url.toString();
}
