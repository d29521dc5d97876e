import { build, type Plugin } from 'esbuild';

/** Bundles a chaincode's main file into `outfile` as the product's own is bundled (`chaincode/bundle.mjs`), and returns its path. */
export async function bundleChaincodeOf(
  main: string,
  outfile: string,
  plugins: Plugin[] = [],
): Promise<string> {
  await build({
    entryPoints: [main],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    keepNames: true,
    legalComments: 'none',
    logLevel: 'warning',
    plugins,
  });
  return outfile;
}
