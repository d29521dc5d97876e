import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createOrganisation, memberDirectory } from '@tallystick/network/identity';
import { dump } from 'js-yaml';

/** An organisation's directory as `cryptogen generate` lays it out (fabric:cmd/cryptogen). */
export interface CryptogenLayout {
  readonly directory: string;
  readonly users: string;
  /** `tls/` of a peer: `ca.crt`, `server.crt`, `server.key`. */
  tlsOf(peer: string): string;
  /** Writes `connection-org1.yaml` as fabric-samples does, with these ports by peer; returns the file. */
  writeProfile(ports: Readonly<Record<string, number>>): Promise<string>;
}

export const DOMAIN = 'org1.example.com';
const PEERS = ['peer0', 'peer1'];
const USERS = { admin: 'Admin', user1: 'User1' } as const;

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, await readFile(from));
}

/** `msp/` with cryptogen's names for the files of a member. */
async function copyMsp(from: string, to: string, name: string): Promise<void> {
  await copy(join(from, 'msp/signcerts/cert.pem'), join(to, 'msp/signcerts', `${name}-cert.pem`));
  await copy(join(from, 'msp/keystore/key.pem'), join(to, 'msp/keystore/priv_sk'));
  await copy(join(from, 'msp/config.yaml'), join(to, 'msp/config.yaml'));
  const tlsRoot = join(to, `msp/tlscacerts/tlsca.${DOMAIN}-cert.pem`);
  await copy(join(from, 'msp/tlscacerts/tlsca.pem'), tlsRoot);
}

/** Makes one with two peers, `Admin` and `User1`, below `root`. */
export async function makeCryptogenLayout(root: string): Promise<CryptogenLayout> {
  const made = await createOrganisation(join(root, 'made'), {
    mspId: 'Org1MSP',
    name: 'Org1',
    domain: DOMAIN,
    peers: PEERS.map((name) => ({ name })),
    orderers: [],
    users: [
      { name: 'admin', ou: 'admin' },
      { name: 'user1', ou: 'client' },
    ],
  });
  const directory = join(root, 'peerOrganizations', DOMAIN);
  const tlsOf = (peer: string): string => join(directory, 'peers', `${peer}.${DOMAIN}`, 'tls');
  for (const peer of PEERS) {
    const from = memberDirectory(made.directory, 'peer', peer);
    await copyMsp(from, dirname(tlsOf(peer)), `${peer}.${DOMAIN}`);
    for (const file of ['ca.crt', 'server.crt', 'server.key'])
      await copy(join(from, 'tls', file), join(tlsOf(peer), file));
  }
  for (const [name, user] of Object.entries(USERS)) {
    const called = `${user}@${DOMAIN}`;
    const from = memberDirectory(made.directory, 'client', name);
    await copyMsp(from, join(directory, 'users', called), called);
  }

  async function writeProfile(ports: Readonly<Record<string, number>>): Promise<string> {
    const peers = Object.entries(ports).map(async ([peer, port]) => {
      const name = `${peer}.${DOMAIN}`;
      const pem = await readFile(join(tlsOf(peer), 'ca.crt'), 'utf8');
      const grpcOptions = { 'ssl-target-name-override': name, hostnameOverride: name };
      return [name, { url: `grpcs://127.0.0.1:${port}`, tlsCACerts: { pem }, grpcOptions }] as const;
    });
    const described = Object.fromEntries(await Promise.all(peers));
    const organizations = { Org1: { mspid: 'Org1MSP', peers: Object.keys(described) } };
    const file = join(directory, 'connection-org1.yaml');
    await writeFile(
      file,
      dump({ name: 'test-network-org1', version: '1.0.0', organizations, peers: described }),
    );
    return file;
  }

  return { directory, users: join(directory, 'users'), tlsOf, writeProfile };
}
