import { readFile } from 'node:fs/promises';
import type { Wallet } from 'ethers';
import { ConfigError } from '../../config/error.js';
import type { OwnerKeySettings } from './configuration.js';
import type { SignClaim } from './parts.js';

/** A key that no certificate authority has issued: what it signed stands when certificates have ended and the channel is another. */
export interface OwnerKey {
  /** As the participant's record names it (`ownerKey`): lower case. */
  readonly address: string;
  readonly sign: SignClaim;
}

/**
 * Opens the owner's keystore; `undefined` where none is configured.
 * @throws ConfigError, which quotes neither file
 */
export async function openOwnerKey(settings: OwnerKeySettings): Promise<OwnerKey | undefined> {
  const { ownerKeystore, ownerPasswordFile } = settings;
  if (ownerKeystore === undefined && ownerPasswordFile === undefined) return undefined;
  if (ownerKeystore === undefined || ownerPasswordFile === undefined)
    throw new ConfigError([
      'TALLYSTICK_OWNER_KEYSTORE, TALLYSTICK_OWNER_PASSWORD_FILE: both are needed, or neither',
    ]);
  const keystore = await read('TALLYSTICK_OWNER_KEYSTORE', ownerKeystore);
  const password = await read('TALLYSTICK_OWNER_PASSWORD_FILE', ownerPasswordFile);
  // Editors end a file with a line break, which is no part of the password.
  return ownerKeyOf(await opened(keystore, password.replace(/\r?\n$/, '')));
}

async function read(variable: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new ConfigError([`${variable}: the file cannot be read`]);
  }
}

async function opened(
  keystore: string,
  password: string,
): Promise<Pick<Wallet, 'address' | 'signTypedData'>> {
  // Most gateways have no such key, and the library is a third of a second of every start.
  const { Wallet } = await import('ethers');
  try {
    return await Wallet.fromEncryptedJson(keystore, password);
  } catch {
    throw new ConfigError(['TALLYSTICK_OWNER_KEYSTORE: no keystore, or another password']);
  }
}

function ownerKeyOf(wallet: Pick<Wallet, 'address' | 'signTypedData'>): OwnerKey {
  const address = wallet.address.toLowerCase();
  return {
    address,
    // The library adds the type of the domain by itself.
    sign: async ({ domain, types: { RightsClaim }, message }) => ({
      address,
      signature: await wallet.signTypedData(domain, { RightsClaim }, message),
    }),
  };
}
