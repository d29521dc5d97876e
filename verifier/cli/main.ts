import { hash, webcrypto } from 'node:crypto';
import { computeSha256By } from '@tallystick/chaincode/model';
import { verify } from '../src/verify.js';
import { run } from './run.js';

computeSha256By({
  bytes: (input) => new Uint8Array(hash('sha256', input, 'buffer')),
  hex: (input) => hash('sha256', input, 'hex'),
});

// Whoever reads only the beginning (`tallystick-verify ... | head`) must not take the command down with it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  verify,
  subtle: webcrypto.subtle,
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
  isWatched: process.stderr.isTTY,
  now: () => new Date().toISOString(),
});
