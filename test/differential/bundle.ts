import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const CHAINCODE = { name: 'raw', version: '1.0' } as const;

/** Bundles the test chaincode into one file in `directory`, as the product's chaincode is bundled, and returns its path. */
export async function bundleChaincode(directory: string): Promise<string> {
  const outfile = join(directory, 'raw-chaincode.cjs');
  await build({
    entryPoints: [fileURLToPath(new URL('chaincode/main.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outfile;
}
