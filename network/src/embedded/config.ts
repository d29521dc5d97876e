import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { EmbeddedNodeError, messageOf } from './errors.js';

// The names go into ledger keys, paths and policies; Fabric's own rules (configtx channel ids, lifecycle names).
const CHANNEL = /^[a-z][a-z0-9.-]{0,248}$/;
const CHAINCODE = /^[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*$/;
const CHAINCODE_VERSION = /^[A-Za-z0-9_.+-]+$/;
const MSP_ID = /^[A-Za-z0-9][A-Za-z0-9.-]*$/;
const LISTEN = /^(?<host>[^\s:]+|\[[0-9a-fA-F:]+\]):(?<port>\d{1,5})$/;

/** A signature policy: a role of an organisation, or n of several. */
export type EndorsementRule =
  | { readonly signedBy: { readonly mspId: string; readonly role: 'member' | 'peer' | 'client' | 'admin' } }
  | { readonly n: number; readonly of: readonly EndorsementRule[] };

const path = z.string().min(1);
const mspId = z.string().regex(MSP_ID, 'is no MSP id');
const address = z.string().regex(LISTEN, 'is no host:port');

const rule: z.ZodType<EndorsementRule> = z.lazy(() =>
  z.union([
    z.strictObject({
      signedBy: z.strictObject({ mspId, role: z.enum(['member', 'peer', 'client', 'admin']) }),
    }),
    z
      .strictObject({ n: z.int().min(1), of: z.array(rule).min(1).max(64) })
      .refine(({ n, of }) => n <= of.length, 'n is more than there are rules'),
  ]),
);

const organisation = z.strictObject({ mspId, mspDir: path, peerDir: path, listen: address });

const chaincode = z
  .strictObject({
    name: z.string().regex(CHAINCODE, 'is no chaincode name'),
    version: z.string().regex(CHAINCODE_VERSION, 'is no chaincode version'),
    bundle: path.optional(),
    address: address.optional(),
  })
  .refine(
    ({ bundle, address: at }) => bundle !== undefined || at !== undefined,
    'needs a bundle to start or the address of a server',
  );

function isDistinct(values: readonly string[]): boolean {
  return new Set(values).size === values.length;
}

const schema = z
  .strictObject({
    dataDir: path,
    channel: z.string().regex(CHANNEL, 'is no channel name'),
    chaincode,
    organisations: z.array(organisation).min(1).max(16),
    orderer: z.strictObject({ mspId, mspDir: path, ordererDir: path }),
    endorsement: z.union([z.literal('MAJORITY'), rule]).default('MAJORITY'),
    batch: z
      .strictObject({
        timeoutMs: z.int().min(0).max(10_000).default(10),
        maxMessages: z.int().min(1).max(10_000).default(500),
      })
      .prefault({}),
    tls: z.boolean(),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  })
  .refine(
    ({ organisations }) => isDistinct(organisations.map((each) => each.mspId)),
    'an MSP id appears twice',
  )
  .refine(
    ({ organisations, orderer }) => organisations.every((each) => each.mspId !== orderer.mspId),
    "the orderer's MSP id must not be a peer organisation's",
  );

/** A checked configuration; see README.md for the meaning of each field. */
export type EmbeddedNodeConfig = z.output<typeof schema>;
/** What a caller may write: defaults left out. */
export type EmbeddedNodeConfigInput = z.input<typeof schema>;

function describe(issue: z.core.$ZodIssue): string {
  const at = issue.path.length > 0 ? issue.path.join('.') : 'configuration';
  return `${at}: ${issue.message}`;
}

/**
 * Checks a configuration and fills in the defaults.
 * @throws EmbeddedNodeError CONFIG_INVALID, naming every problem
 */
export function checkConfig(value: unknown): EmbeddedNodeConfig {
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const problems = checked.error.issues.map(describe).join('; ');
  throw new EmbeddedNodeError('CONFIG_INVALID', problems, { cause: checked.error });
}

function resolvePaths(config: EmbeddedNodeConfig, base: string): EmbeddedNodeConfig {
  const at = (relative: string): string => resolve(base, relative);
  const { chaincode: code, orderer, organisations } = config;
  return {
    ...config,
    dataDir: at(config.dataDir),
    chaincode: { ...code, ...(code.bundle === undefined ? {} : { bundle: at(code.bundle) }) },
    organisations: organisations.map((each) => ({
      ...each,
      mspDir: at(each.mspDir),
      peerDir: at(each.peerDir),
    })),
    orderer: { ...orderer, mspDir: at(orderer.mspDir), ordererDir: at(orderer.ordererDir) },
  };
}

/**
 * Reads a configuration file (JSON); relative paths in it are relative to the file.
 * @throws EmbeddedNodeError CONFIG_INVALID
 */
export async function readConfig(file: string): Promise<EmbeddedNodeConfig> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new EmbeddedNodeError('CONFIG_INVALID', `${file}: ${messageOf(cause)}`, { cause });
  }
  return resolvePaths(checkConfig(value), dirname(resolve(file)));
}
