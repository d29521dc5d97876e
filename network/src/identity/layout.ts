import { join } from 'node:path';
import { ROOT_CERTIFICATE, type NodeOu } from './node-ous.js';

/**
 * Where things are inside an organisation's directory. Only `msp/` is ever handed to others.
 *
 *     organisation.json      MSP id, name, domain
 *     msp/                   public: cacerts, tlscacerts, config.yaml, crls
 *     ca/  tlsca/            private: the two authorities
 *     peers/<name>/          msp (with keystore) and tls
 *     orderers/<name>/       the same
 *     users/<name>/          msp (with keystore)
 *     servers/<name>/        TLS of programs that are no members
 */
export const layout = {
  description: 'organisation.json',
  publicMsp: 'msp',
  authority: 'ca',
  tlsAuthority: 'tlsca',
  servers: 'servers',
  revocations: 'msp/crls/crl.pem',
} as const;

/** Files inside any MSP directory, in the places where Fabric looks (fabric:msp/configbuilder.go). */
export const msp = {
  root: ROOT_CERTIFICATE,
  tlsRoot: 'tlscacerts/tlsca.pem',
  config: 'config.yaml',
  certificate: 'signcerts/cert.pem',
  key: 'keystore/key.pem',
  crls: 'crls',
  keystore: 'keystore',
} as const;

/** Files of an authority; both private, since nobody but the organisation has a use for the directory. */
export const authorityFiles = { certificate: 'cert.pem', key: 'key.pem' } as const;

/** The root certificate of an organisation's TLS, public. */
export const tlsRootFile = (organisation: string): string =>
  join(organisation, layout.publicMsp, msp.tlsRoot);

/** TLS files of a peer or orderer, named as cryptogen names them. */
export const tls = { root: 'ca.crt', certificate: 'server.crt', key: 'server.key' } as const;

/** The TLS files in a directory: a node's `tls`, or that of a program that is no member. */
export const tlsFilesIn = (directory: string): Readonly<Record<'root' | 'certificate' | 'key', string>> => ({
  root: join(directory, tls.root),
  certificate: join(directory, tls.certificate),
  key: join(directory, tls.key),
});

const GROUPS: Readonly<Record<NodeOu, 'peers' | 'orderers' | 'users'>> = {
  peer: 'peers',
  orderer: 'orderers',
  client: 'users',
  admin: 'users',
};

/** Peers and orderers are nodes: they listen, so they have TLS certificates too. */
export const isNode = (ou: NodeOu): boolean => GROUPS[ou] !== 'users';

/** Directory of one member; the role decides the group, so a user can never take the place of a peer. */
export const memberDirectory = (organisation: string, ou: NodeOu, name: string): string =>
  join(organisation, GROUPS[ou], name);

const local = [msp.root, msp.tlsRoot, msp.config, msp.certificate, msp.key].map((path) => join('msp', path));

/** What a whole member directory holds; nodes have TLS, users do not. */
export const memberFiles = (ou: NodeOu): readonly string[] =>
  isNode(ou) ? [...local, ...Object.values(tls).map((path) => join('tls', path))] : local;

/** What a whole organisation directory holds apart from its members. */
export const organisationFiles: readonly string[] = [
  layout.description,
  ...[msp.root, msp.tlsRoot, msp.config].map((path) => join(layout.publicMsp, path)),
  ...[layout.authority, layout.tlsAuthority].flatMap((path) =>
    Object.values(authorityFiles).map((file) => join(path, file)),
  ),
];
