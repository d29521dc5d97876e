import { join } from 'node:path';
import { createOrganisation, memberDirectory, readIdentity } from '@tallystick/network/identity';
import type { SigningIdentity } from './ledger.js';

async function clientOf(directory: string, mspId: string): Promise<SigningIdentity> {
  await createOrganisation(directory, {
    mspId,
    name: mspId,
    domain: 'outside.example',
    peers: [],
    orderers: [],
    users: [{ name: 'user', ou: 'client' }],
  });
  return readIdentity(join(memberDirectory(directory, 'client', 'user'), 'msp'), mspId);
}

/** Identities that no ledger may accept; their authorities are made below `directory`. */
export async function newOutsiders(
  directory: string,
  member: SigningIdentity,
): Promise<Readonly<Record<'impostor' | 'stranger' | 'borrower', SigningIdentity>>> {
  return {
    impostor: await clientOf(join(directory, 'outside-impostor'), 'Org1MSP'),
    stranger: await clientOf(join(directory, 'outside-stranger'), 'StrangerMSP'),
    borrower: { ...member, mspId: 'Org2MSP' },
  };
}
