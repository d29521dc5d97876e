import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  ConnectionProfileError,
  isCertificates,
  peersInProfile,
  type ProfilePeer,
} from './connection-profile.js';
import type { PeerAddress, TlsClient } from './connection.js';

/** Where the peers are: either addresses, or a connection profile. All the others are names of files with PEM. */
export interface PeerSettings {
  /** `host:port` each; none when the profile names them. */
  readonly addresses: readonly string[];
  readonly tlsCa: string | undefined;
  /** One for all peers, or one for each; none when their hosts are their names. */
  readonly serverNames: readonly string[];
  readonly profile: string | undefined;
  readonly tlsClientCertificate: string | undefined;
  readonly tlsClientKey: string | undefined;
}

const invalid = (problem: string): ConnectionProfileError => new ConnectionProfileError([problem]);

async function contentOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'cannot be read';
    throw invalid(`${file}: ${reason}`);
  }
}

async function certificatesIn(file: string): Promise<Buffer> {
  const pem = await contentOf(file);
  if (!isCertificates(pem)) throw invalid(`${file}: holds no certificate in PEM form`);
  return Buffer.from(pem);
}

async function tlsClientOf(settings: PeerSettings): Promise<TlsClient | undefined> {
  const { tlsClientCertificate: certificateFile, tlsClientKey: keyFile } = settings;
  if (certificateFile === undefined || keyFile === undefined) return undefined;
  const certificate = await certificatesIn(certificateFile);
  const privateKey = await contentOf(keyFile);
  if (!belongTogether(certificate, privateKey))
    throw invalid(`${keyFile}: holds no key in PEM form that belongs to ${certificateFile}`);
  return { certificate, privateKey: Buffer.from(privateKey) };
}

function belongTogether(certificate: Buffer, privateKey: string): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
  } catch {
    return false;
  }
}

const rootsOf = async (roots: ProfilePeer['tlsRoots'], directory: string): Promise<Buffer | undefined> => {
  if (roots === undefined) return undefined;
  return 'pem' in roots ? Buffer.from(roots.pem) : certificatesIn(resolve(directory, roots.path));
};

interface FoundPeer {
  readonly address: string;
  readonly roots: Buffer | undefined;
  readonly serverName: string | undefined;
}

async function inProfile(file: string, mspId: string, channel: string): Promise<readonly FoundPeer[]> {
  const peers = peersInProfile(await contentOf(file), { file, mspId, channel });
  // As Fabric's own clients read them, paths start at the profile.
  return Promise.all(
    peers.map(async ({ address, tlsRoots, serverName }) => {
      return { address, serverName, roots: await rootsOf(tlsRoots, dirname(file)) };
    }),
  );
}

async function inSettings({ addresses, tlsCa, serverNames }: PeerSettings): Promise<readonly FoundPeer[]> {
  const roots = tlsCa === undefined ? undefined : await certificatesIn(tlsCa);
  return addresses.map((address, index) => {
    return { address, roots, serverName: serverNames[serverNames.length === 1 ? 0 : index] };
  });
}

/** The addresses of the own organisation's peers, with everything read that their connections need. Throws ConnectionProfileError. */
export async function readPeerAddresses(
  settings: PeerSettings,
  mspId: string,
  channel: string,
): Promise<readonly PeerAddress[]> {
  const { profile } = settings;
  const found = await (profile === undefined ? inSettings(settings) : inProfile(profile, mspId, channel));
  const tlsClient = await tlsClientOf(settings);
  return found.map(({ address, roots, serverName }) => ({
    address,
    ...(roots !== undefined && { tlsRootCertificates: roots }),
    ...(serverName !== undefined && { serverName }),
    ...(roots !== undefined && tlsClient !== undefined && { tlsClient }),
  }));
}
