import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { loadAuthority, type Authority } from './authority.js';
import { missingFiles } from './directory.js';
import { IdentityError } from './errors.js';
import { layout, organisationFiles } from './layout.js';
import { DOMAIN, MSP_ID, ORGANISATION_NAME } from './names.js';

/** Who an organisation is; the content of its `organisation.json`. */
export interface OrganisationName {
  readonly mspId: string;
  readonly name: string;
  readonly domain: string;
}

/** An organisation on disk. */
export interface Organisation extends OrganisationName {
  readonly directory: string;
}

/** What an organisation issues with. */
export interface Authorities {
  readonly domain: string;
  readonly enrolment: Authority;
  readonly tls: Authority;
}

const Description = z.strictObject({
  mspId: z.string().regex(MSP_ID),
  name: z.string().regex(ORGANISATION_NAME),
  domain: z.string().regex(DOMAIN),
});

/** Throws `HALF_MADE` when any of the files is missing or empty; we never mend a directory that may hold keys. */
export async function refuseHalfMade(directory: string, paths: readonly string[]): Promise<void> {
  const missing = await missingFiles(directory, paths);
  if (missing.length === 0) return;
  const message = `${directory} is half made: ${missing.join(', ')} missing or empty`;
  throw new IdentityError('HALF_MADE', message, { directory, missing });
}

/** Opens an existing organisation. Throws `HALF_MADE` or `NOT_READABLE`. */
export async function openOrganisation(directory: string): Promise<Organisation> {
  await refuseHalfMade(directory, organisationFiles);
  const path = join(directory, layout.description);
  try {
    return { directory, ...Description.parse(JSON.parse(await readFile(path, 'utf8'))) };
  } catch (cause) {
    throw new IdentityError('NOT_READABLE', `${path} does not describe an organisation`, { path }, { cause });
  }
}

/** Reads the private keys that an organisation issues with. Throws `NOT_READABLE`. */
export async function openAuthorities({ directory, domain }: Organisation): Promise<Authorities> {
  const [enrolment, tls] = await Promise.all([
    loadAuthority(join(directory, layout.authority)),
    loadAuthority(join(directory, layout.tlsAuthority)),
  ]);
  return { domain, enrolment, tls };
}
