// Bundles the contract into one file for deployment: dist/tallystick-chaincode.cjs. Deterministic: no timestamps, no
// absolute paths, so that its digest can stand in the package metadata and the package id commits to the code.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const outfile = 'dist/tallystick-chaincode.cjs';
await build({
  entryPoints: ['src/contract/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minify: false,
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
});
const digest = createHash('sha256').update(readFileSync(outfile)).digest('hex');
writeFileSync(`${outfile}.sha256`, `${digest}  tallystick-chaincode.cjs\n`);
