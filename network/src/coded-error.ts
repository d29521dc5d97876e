/** What every error of this package has beside its message, which is for people: a code that programs go by, and facts. */
export abstract class CodedError<Code extends string> extends Error {
  readonly code: Code;
  /** Safe to log: paths, names, codes; never key material. */
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(
    code: Code,
    message: string,
    facts: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.facts = facts;
  }
}
