import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { authorityName, newAuthority } from './authority.js';
import { placeDirectory, type NewFile } from './directory.js';
import { ensureMember, type IssueOptions } from './enrolment.js';
import { IdentityError } from './errors.js';
import { authorityFiles, layout, msp } from './layout.js';
import type { MemberRequest } from './member.js';
import { checkedName, DOMAIN, MSP_ID, ORGANISATION_NAME } from './names.js';
import { NODE_OUS_YAML } from './node-ous.js';
import {
  openAuthorities,
  openOrganisation,
  type Authorities,
  type Organisation,
  type OrganisationName,
} from './opening.js';

/** An organisation and the members it starts with. */
export interface OrganisationSpec extends OrganisationName {
  readonly peers: readonly { readonly name: string }[];
  readonly orderers: readonly { readonly name: string }[];
  readonly users: readonly MemberRequest[];
}

type NewAuthority = Awaited<ReturnType<typeof newAuthority>>;

const authorityContent = (path: string, authority: NewAuthority): NewFile[] => [
  { path: join(path, authorityFiles.certificate), content: authority.certificate, isPrivate: true },
  { path: join(path, authorityFiles.key), content: authority.key, isPrivate: true },
];

async function organisationContent({ mspId, name, domain }: OrganisationName, now: Date): Promise<NewFile[]> {
  const [enrolment, tls] = await Promise.all([
    newAuthority(authorityName({ name, domain }, 'ca'), now),
    newAuthority(authorityName({ name, domain }, 'tlsca'), now),
  ]);
  return [
    { path: layout.description, content: `${JSON.stringify({ mspId, name, domain }, null, 2)}\n` },
    { path: join(layout.publicMsp, msp.root), content: enrolment.certificate },
    { path: join(layout.publicMsp, msp.tlsRoot), content: tls.certificate },
    { path: join(layout.publicMsp, msp.config), content: NODE_OUS_YAML },
    ...authorityContent(layout.authority, enrolment),
    ...authorityContent(layout.tlsAuthority, tls),
  ];
}

function checkNames({ mspId, name, domain }: OrganisationName): void {
  checkedName(mspId, MSP_ID, 'MSP id');
  checkedName(name, ORGANISATION_NAME, 'organisation name');
  checkedName(domain, DOMAIN, 'domain');
}

async function placed(directory: string, spec: OrganisationName, now: Date): Promise<Organisation> {
  const isEmpty = await readdir(directory).then(
    (entries) => entries.length === 0,
    () => true,
  );
  if (isEmpty) await placeDirectory(directory, dirname(directory), await organisationContent(spec, now));
  const organisation = await openOrganisation(directory);
  if (organisation.mspId === spec.mspId) return organisation;
  const facts = { directory, mspId: organisation.mspId };
  throw new IdentityError('OTHER_ORGANISATION', `${directory} belongs to ${organisation.mspId}`, facts);
}

/** Asks for a value once, on first need: reading authority keys is needless when everybody is enrolled already. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/**
 * Makes an organisation with its authorities and the members it starts with, or completes the one that is there:
 * whatever exists is kept, keys are never overwritten, members of the spec that are missing are enrolled.
 * Throws `NAME_NOT_ALLOWED`, `OTHER_ORGANISATION`, `HALF_MADE` and what `enroll` throws.
 */
export async function createOrganisation(
  directory: string,
  spec: OrganisationSpec,
  { now = new Date() }: IssueOptions = {},
): Promise<Organisation> {
  checkNames(spec);
  const organisation = await placed(directory, spec, now);
  const authorities = once<Authorities>(() => openAuthorities(organisation));
  const members: MemberRequest[] = [
    ...spec.peers.map(({ name }) => ({ name, ou: 'peer' as const })),
    ...spec.orderers.map(({ name }) => ({ name, ou: 'orderer' as const })),
    ...spec.users,
  ];
  await Promise.all(members.map((member) => ensureMember(organisation, authorities, member, now)));
  return organisation;
}
