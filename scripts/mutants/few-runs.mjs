import fc from 'fast-check';

// A mutant that a property can see is seen early; thousands of mutants cannot wait for the last run of each.
fc.configureGlobal({ numRuns: 40, seed: 6 });
