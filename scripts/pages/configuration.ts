import * as z from 'zod';
import { variables } from '../../gateway/src/config.js';
import { tableOf, type Row } from '../policy-classes/page.js';
import { CHAINCODE_VARIABLES, NETWORK_VARIABLES, type Variable } from './program-variables.js';

const HEAD = `# Configuration

Every environment variable that a program of ours reads. Made by \`npm run pages\`: the gateway's from its own schema, which is
also what judges it.`;

const GATEWAY = `## Gateway

\`node gateway/dist/main.js --print-config\` shows what was understood, without passwords. All problems are named at once, and a
variable that begins with \`TALLYSTICK_\` and is not in this table is named in the log, as it may be misspelt.
[gateway/OPERATIONS.md](gateway/OPERATIONS.md) says how they are used together.`;

const CHAINCODE = `## Chaincode server

The bundle reads the environment of \`fabric-chaincode-node server\`, and some more. Networks that
\`tallystick-network\` starts set the first six by themselves, and pass the others on from their own environment.`;

const NETWORK = `## Networks and tools

What \`tallystick-network\` builds is said in a topology ([network/README.md](network/README.md)), and the embedded node has a
configuration file ([network/src/embedded/README.md](network/src/embedded/README.md)). Besides:`;

/** What is under \`optional\` and \`default\`. */
function bare(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod;
  return 'innerType' in def ? bare(def.innerType as z.core.$ZodType) : schema;
}

const metaOf = (schema: z.core.$ZodType): Readonly<Record<string, unknown>> =>
  z.globalRegistry.get(schema) ?? {};

/** The nearest word on it, from the outside in. */
function said(schema: z.core.$ZodType, what: 'form' | 'description'): string | undefined {
  const here = metaOf(schema)[what];
  if (typeof here === 'string') return here;
  const { def } = schema._zod;
  const inner = 'innerType' in def ? def.innerType : 'out' in def ? def.out : undefined;
  return inner === undefined ? undefined : said(inner as z.core.$ZodType, what);
}

function formOf(schema: z.core.$ZodType): string {
  const { def } = bare(schema)._zod;
  if (def.type === 'enum' && 'entries' in def)
    return Object.values(def.entries as Record<string, string>)
      .map((value) => `\`${value}\``)
      .join(', ');
  return said(schema, 'form') ?? 'text';
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

function usualOf(schema: z.core.$ZodType): string {
  const { def } = schema._zod;
  if (def.type === 'optional') return 'none';
  if (!('defaultValue' in def)) return '**required**';
  return isEmpty(def.defaultValue) ? 'none' : `\`${String(def.defaultValue)}\``;
}

/** Variables of the gateway, as its schema has them. @throws Error for one that says nothing of itself */
const gatewayVariables = (): readonly Variable[] =>
  Object.entries(variables.shape).map(([name, schema]) => {
    const meaning = said(schema, 'description');
    if (meaning === undefined) throw new Error(`${name} has no description in the gateway's schema`);
    return { name, form: formOf(schema), usual: usualOf(schema), meaning };
  });

const rowOf = ({ name, form, usual, meaning }: Variable): Row => [`\`${name}\``, form, usual, meaning];
const table = (all: readonly Variable[]): string =>
  tableOf(['variable', 'form', 'default', 'meaning'], all.map(rowOf));

export const configurationPage = (): string =>
  [
    HEAD,
    GATEWAY,
    table(gatewayVariables()),
    CHAINCODE,
    table(CHAINCODE_VARIABLES),
    NETWORK,
    table(NETWORK_VARIABLES),
  ].join('\n\n');
