import * as z from 'zod';
import type { Json } from '../../model/index.js';
import type { Enforcement } from '../duties/plan.js';

/** A usage-policy class: what it is called, what has to be said for a policy of it, and how far the ledger sees to it. */
export interface PolicyTemplate {
  /** Its number in the catalogue of the IDS (IDS-G, UsageControl/Contract/Policies, `pc1` to `pc25`). */
  readonly number: number;
  /** What the command line and the routes call it. */
  readonly name: string;
  /** Its name in IDS-G. */
  readonly title: string;
  /** Its term in the IDS information model (codes/UsagePolicyClass.ttl), which has the first 21. */
  readonly code?: string;
  readonly parameters: z.ZodType;
  /** Parameters that make a policy, to show what it looks like. */
  readonly example: Json;
  /** The ways in which it is enforced; the sentence says how. */
  readonly enforcement: readonly Enforcement[];
  readonly how: string;
  /** What the label does not cover, for whoever relies on it. */
  readonly limit: string;
  /** A policy of the class in compact JSON-LD. @throws ZodError for parameters that are not its own. */
  make(parameters: unknown): Json;
}

interface Draft<T extends z.ZodType> extends Omit<PolicyTemplate, 'parameters' | 'example' | 'make'> {
  readonly parameters: T;
  readonly example: z.input<T> & Json;
  readonly make: (parameters: z.output<T>) => Json;
}

/** A template whose policies are made from parameters that were judged first. */
export function template<T extends z.ZodType>({ make, ...draft }: Draft<T>): PolicyTemplate {
  return { ...draft, make: (parameters) => make(draft.parameters.parse(parameters)) };
}
