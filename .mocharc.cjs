'use strict';

const { readFileSync } = require('node:fs');
const { posix } = require('node:path');

// `npx mocha FILE` and `npm test -- FILE` run these files alone: mocha itself would add them to the whole suite.
const isNamed = process.argv.slice(2).some((argument) => /^[^-].*\.ts$/.test(argument));

/** Files that import suites which share a space: mocha is given them in place of what they import. */
const TOGETHER = ['test/policy/together.ts', 'test/histories/together.ts'];

const importedBy = (file) =>
  [...readFileSync(posix.join(__dirname, file), 'utf8').matchAll(/^import '(.+)\.js';$/gm)].map(([, path]) =>
    posix.join(posix.dirname(file), `${path}.ts`),
  );

module.exports = {
  // Without require(esm) mocha imports test files; with it everything below them becomes CommonJS in tsx, where each use of an import calls a getter:
  // SHA-256 takes ten times as long.
  'node-option': ['conditions=source', 'import=tsx', 'no-experimental-require-module'],
  require: ['./test/sampling.ts'],
  // That a test hangs: no test is meant to be ended by it, on however busy a machine. What must end in time measures it.
  timeout: process.env.TALLYSTICK_THOROUGH === '1' ? 1_800_000 : 300_000,
  ...(isNamed
    ? { exit: true }
    : {
        // The long ones stand in test, so that no process waits for the last one.
        spec: [...TOGETHER, 'test/**/*.test.ts', '{chaincode,verifier,gateway,network}/test/**/*.test.ts'],
        ignore: TOGETHER.flatMap(importedBy),
        parallel: true,
        jobs: 2,
      }),
};
