import { join } from 'node:path';
import { distinguishedName } from './certificates.js';
import { missingFiles, placeDirectory } from './directory.js';
import type { IssueOptions } from './enrolment.js';
import { layout, tls } from './layout.js';
import { tlsCredentials } from './member.js';
import { checkedName, MEMBER_NAME } from './names.js';
import { openAuthorities, openOrganisation, refuseHalfMade } from './opening.js';

const files: readonly string[] = Object.values(tls);

/**
 * Makes, or finds, the TLS key pair of a program that is no member of the MSP: a chaincode server, or a peer towards one.
 * Returns its directory, with the files of a node's `tls`. Throws `NAME_NOT_ALLOWED`, `HALF_MADE`.
 */
export async function ensureTls(
  directory: string,
  name: string,
  { now = new Date() }: IssueOptions = {},
): Promise<string> {
  const place = join(directory, layout.servers, checkedName(name, MEMBER_NAME, 'server name'));
  if ((await missingFiles(place, files)).length === files.length) {
    const authorities = await openAuthorities(await openOrganisation(directory));
    const made = await tlsCredentials(authorities, distinguishedName({ CN: name }), name, now);
    if (await placeDirectory(place, directory, made)) return place;
  }
  await refuseHalfMade(place, files);
  return place;
}
