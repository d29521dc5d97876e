import { join } from 'node:path';
import { createOrganisation, type IssueOptions } from '../identity/index.js';
import type { Topology } from './schema.js';

/** Directory of one organisation. On one machine they lie side by side; nothing but `msp` is read across them. */
export const organisationDirectory = ({ dataDir }: Pick<Topology, 'dataDir'>, mspId: string): string =>
  join(dataDir, 'organisations', mspId);

/** Makes, or completes, the directories of all organisations; throws what `createOrganisation` throws. */
export async function createIdentities(topology: Topology, options?: IssueOptions): Promise<void> {
  const make = (spec: Topology['organisations'][number]): Promise<unknown> =>
    createOrganisation(organisationDirectory(topology, spec.mspId), spec, options);
  await Promise.all(topology.organisations.map(make));
}
