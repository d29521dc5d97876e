#!/usr/bin/env node
// Stands here rather than in dist so that installing links it before anything has been compiled.
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write('tallystick-gateway is not compiled yet: run "npm run build" first\n');
  process.exitCode = 1;
}
