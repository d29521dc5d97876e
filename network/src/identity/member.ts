import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Attributes } from './attributes.js';
import type { Authority } from './authority.js';
import { distinguishedName, issue, MEMBER_VALIDITY } from './certificates.js';
import type { NewFile } from './directory.js';
import { isNode, msp, tls } from './layout.js';
import { NODE_OUS_YAML, type NodeOu } from './node-ous.js';
import { enrolmentExtensions, tlsExtensions } from './profiles.js';
import type { Authorities } from './opening.js';
import { newKeyPair, privateKeyPem } from './signing.js';
import type { Extension, Name } from './x509.js';

/** Who is to be enrolled. The name is a directory of the organisation and never leaves it. */
export interface MemberRequest {
  readonly name: string;
  readonly ou: NodeOu;
  readonly attributes?: Attributes;
}

interface Credentials {
  readonly certificate: string;
  readonly key: string;
}

async function credentials(
  authority: Authority,
  name: Name,
  extensions: Extension[],
  now: Date,
): Promise<Credentials> {
  const { publicKey, privateKey } = await newKeyPair();
  const request = { name, publicKey, validity: MEMBER_VALIDITY, now, extensions };
  return { certificate: await issue(authority.issuer, request), key: privateKeyPem(privateKey) };
}

// Persons are not put on a ledger: the common name says the role and nothing else that lasts.
const pseudonym = (ou: NodeOu): string => `${ou}-${randomBytes(8).toString('hex')}`;

function mspFiles(authorities: Authorities, { certificate, key }: Credentials): NewFile[] {
  return [
    { path: join('msp', msp.root), content: authorities.enrolment.certificate },
    { path: join('msp', msp.tlsRoot), content: authorities.tls.certificate },
    { path: join('msp', msp.config), content: NODE_OUS_YAML },
    { path: join('msp', msp.certificate), content: certificate },
    { path: join('msp', msp.key), content: key, isPrivate: true },
  ];
}

/** A key pair and certificate for both ends of a TLS connection, as the files of a `tls` directory. */
export async function tlsCredentials(
  authorities: Authorities,
  subject: Name,
  host: string,
  now: Date,
): Promise<NewFile[]> {
  const hosts = tlsExtensions(['localhost', `${host}.${authorities.domain}`]);
  const { certificate, key } = await credentials(authorities.tls, subject, hosts, now);
  return [
    { path: tls.root, content: authorities.tls.certificate },
    { path: tls.certificate, content: certificate },
    { path: tls.key, content: key, isPrivate: true },
  ];
}

/** Makes a member's keys and certificates: the content of its directory, not yet written anywhere. */
export async function newMember(
  authorities: Authorities,
  member: MemberRequest,
  now: Date,
): Promise<NewFile[]> {
  const cn = pseudonym(member.ou);
  const name = distinguishedName({ OU: member.ou, CN: cn });
  const enrolment = enrolmentExtensions(member.attributes ?? {});
  const files = mspFiles(authorities, await credentials(authorities.enrolment, name, enrolment, now));
  if (!isNode(member.ou)) return files;
  const forTls = await tlsCredentials(authorities, distinguishedName({ CN: cn }), member.name, now);
  return [...files, ...forTls.map((file) => ({ ...file, path: join('tls', file.path) }))];
}
