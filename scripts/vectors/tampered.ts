/**
 * Makes `test/vectors/evidence/tampered.json` anew from the valid vectors: `npm run vectors:tampered`. What is expected is the verifier's
 * answer, but only after it agrees with what each tampering states.
 */
import { writeFileSync } from 'node:fs';
import { judge } from '../../test/evidence/judging.js';
import { tamperedCase, tamperedFile, type Tampered } from '../../test/evidence/tampering/edits.js';
import { patchOf, TAMPERINGS } from '../../test/evidence/tampering/list.js';
import type { Tampering } from '../../test/evidence/tampering/tampering.js';
import { formatted } from '../formatted.js';

async function made(name: string, tampering: Tampering): Promise<Tampered | string> {
  const { base, at } = tampering;
  const patch = patchOf(tampering);
  const { outcome, steps } = await judge(tamperedCase({ base, patch }));
  const open = steps.filter(({ result }) => result !== 'pass');
  const found = open.find(({ code, result }) => code === at && (result === 'fail' || outcome === 'INCOMPLETE'));
  if (outcome === 'VERIFIED' || !found) {
    const seen = open.map(({ code, result, reason = '' }) => `${code} ${result} ${reason}`).join(', ');
    return `${name} is ${outcome}, and not seen at ${at}: ${seen}`;
  }
  return { name, base, patch, outcome, code: at, reason: found.reason ?? '' };
}

const cases: Tampered[] = [];
const wrong: string[] = [];
for (const [name, tampering] of Object.entries(TAMPERINGS)) {
  const result = await made(name, tampering).catch((error: unknown) => `${name}: ${String(error)}`);
  if (typeof result === 'string') wrong.push(result);
  else cases.push(result);
}
if (wrong.length > 0) {
  process.stderr.write(`${wrong.join('\n')}\n`);
  process.exitCode = 1;
} else {
  writeFileSync(tamperedFile, await formatted(tamperedFile, JSON.stringify({ cases }), { printWidth: 140 }));
  process.stdout.write(`${cases.length} vectors\n`);
}
