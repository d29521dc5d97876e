import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { askToDeploy } from './control.js';
import { CliError } from './errors.js';
import { liveRecord } from './run-record.js';

export interface DeployOptions {
  readonly data: string;
  readonly bundle: string;
  /** Of the chaincode; the commander option `version` is its own. */
  readonly version: string;
}

/**
 * Deploys a version of the chaincode on the network that runs from a data directory, and returns what it runs then.
 * @throws CliError NOT_RUNNING, FILE_UNREADABLE, NOT_DEPLOYED
 */
export async function deploy(
  { data, bundle, version }: DeployOptions,
  say: (line: string) => void,
): Promise<string> {
  const dataDir = resolve(data);
  const record = await liveRecord(dataDir);
  if (record === undefined) throw new CliError('NOT_RUNNING', `no network runs from ${dataDir}`);
  const path = resolve(bundle);
  await access(path).catch((cause: unknown) => {
    throw new CliError('FILE_UNREADABLE', `${path} cannot be read`, { cause });
  });
  return askToDeploy(dataDir, { version, bundle: path }, say);
}
