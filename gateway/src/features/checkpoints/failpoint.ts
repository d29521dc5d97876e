/** Every place between a body and its served signature where a process may die. */
export const WITNESS_FAILPOINTS = [
  'witness.body-read',
  'witness.signed',
  'witness.kept',
  'restoration.proven',
  'restoration.submitted',
] as const;
export type WitnessFailpoint = (typeof WITNESS_FAILPOINTS)[number];

/** Told of each step. Does nothing in production; may never return in a fault test. */
export interface WitnessFailpoints {
  reach(name: WitnessFailpoint): Promise<void> | void;
}

export const NO_WITNESS_FAILPOINTS: WitnessFailpoints = { reach: () => undefined };
