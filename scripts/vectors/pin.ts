/** Writes SHA256SUMS of the evidence vectors and their one digest into the verifier's README: `npm run vectors:pin`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { digestOfVectors, sumsFile, sumsOfVectors, verifierReadme } from '../../test/evidence/digest.js';

const PINNED = /(SHA-256 of `SHA256SUMS`:\s+)`[0-9a-f]{64}`/;

writeFileSync(sumsFile, sumsOfVectors());
const text = readFileSync(verifierReadme, 'utf8');
if (!PINNED.test(text)) throw new Error('the README has no place for the digest');
writeFileSync(verifierReadme, text.replace(PINNED, (_, before: string) => `${before}\`${digestOfVectors()}\``));
process.stdout.write(`${digestOfVectors()}\n`);
