/** Where a worker says what an operator should know. Facts hold ids and codes, never keys. */
export interface Log {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
