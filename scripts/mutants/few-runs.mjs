import fc from 'fast-check';

// A mutant that a property can see is seen early; thousands of mutants cannot wait for the last run of each,
// and nobody reads the smallest case of a mutant that died: shrinking it takes minutes.
fc.configureGlobal({ numRuns: 40, seed: 6, endOnFailure: true });
