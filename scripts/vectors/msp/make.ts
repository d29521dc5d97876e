/**
 * Makes the cases of MSP material, with fresh keys, one file for each kind. What Fabric says to them is added by `ask.go`
 * (README.md of test/vectors/msp says how). Usage: node --conditions=source --import tsx scripts/vectors/msp/make.ts DIRECTORY
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chainCases } from './cases-chains.js';
import { extensionCases } from './cases-extensions.js';
import { keyCases } from './cases-keys.js';
import { listCases } from './cases-lists.js';
import { nameCases } from './cases-names.js';
import { pemCases } from './cases-pem.js';
import { roleCases } from './cases-roles.js';

const KINDS = {
  pem: pemCases,
  chains: chainCases,
  keys: keyCases,
  extensions: extensionCases,
  names: nameCases,
  lists: listCases,
  roles: roleCases,
};

const [directory = '.'] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
for (const [kind, make] of Object.entries(KINDS)) {
  const cases = make();
  if (new Set(cases.map(({ name }) => name)).size !== cases.length) throw new Error(`${kind}: two of one name`);
  writeFileSync(join(directory, `${kind}.json`), `${JSON.stringify(cases, null, 1)}\n`);
  console.log(`${kind}: ${cases.length}`);
}
