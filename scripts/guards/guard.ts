/** A line of defence: where it stands, what is left when it is taken out, and the tests that must notice. */
export interface Guard {
  readonly name: string;
  readonly file: string;
  /** Text of the guard; stands in the file exactly once. */
  readonly source: string;
  readonly without: string;
  readonly tests: readonly string[];
  /** Of those tests, the ones whose names match; all by default. */
  readonly only?: string;
}
