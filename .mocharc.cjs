'use strict';

// `npx mocha FILE` and `npm test -- FILE` run these files alone: mocha itself would add them to the whole suite.
const isNamed = process.argv.slice(2).some((argument) => /^[^-].*\.ts$/.test(argument));

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
        spec: ['test/**/{*.test,together}.ts', '{chaincode,verifier,gateway,network}/test/**/*.test.ts'],
        // What `together.ts` beside them imports.
        ignore: [
          'test/{policy,histories,collusion}/{,classes/}{classes,envelopes,gateways,leaks,revocation,withheld,histories,walks}.test.ts',
        ],
        parallel: true,
        jobs: 2,
      }),
};
