import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../identity/index.js';
import { freePorts } from '../processes/index.js';
import type { TopologyOrganisation } from '../topology/index.js';
import { CliError } from './errors.js';

export interface OrganisationOptions {
  readonly mspId: string;
  readonly name: string;
  readonly domain: string;
  /** First of the three ports of its peer; free ones otherwise. */
  readonly basePort?: number;
}

const port = z.int();
const stored = z.strictObject({
  mspId: z.string(),
  name: z.string(),
  domain: z.string(),
  peers: z.array(
    z.strictObject({
      name: z.string(),
      port,
      chaincodePort: port.optional(),
      operationsPort: port.optional(),
    }),
  ),
  orderers: z.array(z.strictObject({ name: z.string() })),
  users: z.array(
    z.strictObject({
      name: z.string(),
      ou: z.enum(['client', 'admin']),
      attributes: z.record(z.string(), z.string()),
    }),
  ),
});

const PORTS = 3;
const ROLES = ['officer', 'operator', 'auditor', 'witness'];

const fileIn = (dataDir: string): string => join(dataDir, 'organisation.json');

/** One peer, an administrator, a person for each role, a witness, and one component: what the members of the default topology have. */
async function newOrganisation({
  mspId,
  name,
  domain,
  basePort,
}: OrganisationOptions): Promise<TopologyOrganisation> {
  const ports =
    basePort === undefined
      ? await freePorts(PORTS)
      : Array.from({ length: PORTS }, (_, index) => basePort + index);
  const [listen = 0, chaincodePort, operationsPort] = ports;
  return {
    mspId,
    name,
    domain,
    peers: [{ name: 'peer0', port: listen, chaincodePort, operationsPort }],
    orderers: [],
    users: [
      ...ROLES.map((role) => ({
        name: role,
        ou: 'client' as const,
        attributes: { 'tallystick.role': role },
      })),
      { name: 'connector', ou: 'client', attributes: {} },
      { name: 'admin', ou: 'admin', attributes: {} },
    ],
  };
}

/** The organisation whose data directory it is. @throws CliError FILE_UNREADABLE */
export async function readOrganisation(dataDir: string): Promise<TopologyOrganisation> {
  const path = fileIn(dataDir);
  try {
    return stored.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const text = `${path} cannot be read: "tallystick-network join offer" makes it`;
    throw new CliError('FILE_UNREADABLE', text, { cause });
  }
}

/** The organisation in a data directory, or a new one, which is written down there. @throws CliError OTHER_TOPOLOGY */
export async function ensureOrganisation(
  dataDir: string,
  options: OrganisationOptions,
): Promise<TopologyOrganisation> {
  const found = await readOrganisation(dataDir).catch(() => undefined);
  if (found === undefined) {
    const made = await newOrganisation(options);
    await replaceFile(fileIn(dataDir), `${JSON.stringify(made, null, 2)}\n`, { isPrivate: false });
    return made;
  }
  if (found.mspId === options.mspId) return found;
  throw new CliError(
    'OTHER_TOPOLOGY',
    `${dataDir} is the directory of ${found.mspId}: name another one with --data`,
  );
}
