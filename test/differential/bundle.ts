import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleChaincodeOf } from '../bundling.js';

export const CHAINCODE = { name: 'raw', version: '1.0' } as const;

/** Bundles the test chaincode into one file in `directory`, and returns its path. */
export async function bundleChaincode(directory: string): Promise<string> {
  const main = fileURLToPath(new URL('chaincode/main.ts', import.meta.url));
  return bundleChaincodeOf(main, join(directory, 'raw-chaincode.cjs'));
}
