'use strict';

// `npx mocha FILE` and `npm test -- FILE` run these files alone: mocha itself would add them to the whole suite.
const isNamed = process.argv.slice(2).some((argument) => /^[^-].*\.ts$/.test(argument));

module.exports = {
  'node-option': ['conditions=source', 'import=tsx'],
  require: ['./test/sampling.ts'],
  // That a test hangs: no test is meant to be ended by it, on however busy a machine. What must end in time measures it.
  timeout: process.env.TALLYSTICK_THOROUGH === '1' ? 1_800_000 : 300_000,
  ...(isNamed
    ? { exit: true }
    : {
        // The long ones stand in test, so that no process waits for the last one.
        spec: ['test/**/*.test.ts', '{chaincode,verifier,gateway,network}/test/**/*.test.ts'],
        parallel: true,
        jobs: 2,
      }),
};
