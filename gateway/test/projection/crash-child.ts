// Follows a known chain into a database until it is killed; run by crash.test.ts.
import { programOf } from './programs.js';
import { scriptedLedger, scriptedProjection } from './scripted-ledger.js';

const [file = '', seed = '', length = '0', batch = '1'] = process.argv.slice(2);
const projection = scriptedProjection({
  file,
  ledger: scriptedLedger(programOf(seed, Number(length))),
  batch: Number(batch),
});
projection.onBlock((number) => {
  if (number === 0n) process.stdout.write('following\n');
});
projection.start();
await projection.reached(BigInt(length) - 1n);
process.stdout.write('done\n');
// Stay until the parent ends us.
process.stdin.resume();
