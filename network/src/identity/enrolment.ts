import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { placeDirectory } from './directory.js';
import { IdentityError } from './errors.js';
import { memberDirectory, memberFiles } from './layout.js';
import { newMember, type MemberRequest } from './member.js';
import { checkedName, MEMBER_NAME } from './names.js';
import {
  openAuthorities,
  openOrganisation,
  refuseHalfMade,
  type Authorities,
  type Organisation,
} from './opening.js';
import { readIdentity, type Identity } from './reading.js';

export interface IssueOptions {
  /** The moment of issue; the present by default. */
  readonly now?: Date;
}

const isPresent = (directory: string): Promise<boolean> =>
  readdir(directory).then(
    (entries) => entries.length > 0,
    () => false,
  );

async function refuseOther(
  directory: string,
  organisation: Organisation,
  member: MemberRequest,
): Promise<void> {
  await refuseHalfMade(directory, memberFiles(member.ou));
  const { ou, attributes } = await readIdentity(join(directory, 'msp'), organisation.mspId);
  if (ou === member.ou && isDeepStrictEqual(attributes, member.attributes ?? {})) return;
  const message = `${directory} is enrolled already, with another role or other attributes`;
  throw new IdentityError('MEMBER_DIFFERS', message, { directory, ou, attributes });
}

/** Sees to it that the member is there, with authorities that are opened only if needed; the rest is as for `enroll`. */
export async function ensureMember(
  organisation: Organisation,
  open: () => Promise<Authorities>,
  member: MemberRequest,
  now: Date,
): Promise<string> {
  const name = checkedName(member.name, MEMBER_NAME, 'member name');
  const directory = memberDirectory(organisation.directory, member.ou, name);
  if (!(await isPresent(directory))) {
    const files = await newMember(await open(), member, now);
    if (await placeDirectory(directory, organisation.directory, files)) return directory;
  }
  await refuseOther(directory, organisation, member);
  return directory;
}

/**
 * Enrols a peer, an orderer or a user: makes its keys in the organisation's own directory and has the organisation's
 * authority certify them. Asking again for the same member returns the one there is; keys are never overwritten.
 * Throws `NAME_NOT_ALLOWED`, `ATTRIBUTE_NOT_ALLOWED`, `MEMBER_DIFFERS`, `HALF_MADE`.
 */
export async function enroll(
  directory: string,
  member: MemberRequest,
  { now = new Date() }: IssueOptions = {},
): Promise<Identity> {
  const organisation = await openOrganisation(directory);
  const placed = await ensureMember(organisation, () => openAuthorities(organisation), member, now);
  return readIdentity(join(placed, 'msp'), organisation.mspId);
}
