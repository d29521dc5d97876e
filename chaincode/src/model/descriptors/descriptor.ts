import type * as z from 'zod';

/**
 * Who may call: `officer` disposes of rights; `staff` is an officer or an operator; `component` is a key of a
 * certified component (the rule checks which); `anyone` only reads.
 */
export type Actor = 'officer' | 'staff' | 'component' | 'anyone';

/** State the caller's participant must be in before the rule is asked. `NONE`: the rule itself judges. */
export type Standing = 'ACTIVE' | 'ADMITTED' | 'NONE';

export interface Descriptor<Name extends string, Request, Response> {
  /** `<contract>:<Verb>`. */
  readonly name: Name;
  readonly summary: string;
  readonly by: Actor;
  readonly standing: Standing;
  /** True for oversight and for what must stay possible while the space is paused. */
  readonly whilePaused: boolean;
  /**
   * Not refused with TIME_REGRESSION: oversight, endings, contests and rulings, which a future-dated transaction of somebody else must
   * not be able to void. What is written bears the caller's own time all the same, also an earlier one: it heals a record that was
   * future-dated, and windows are reckoned from times that records state, never from `updatedAt`.
   */
  readonly anyTime: boolean;
  /**
   * Endorsers refuse a time that is far from their own clock (CLOCK_SKEW). All but oversight and endings, which no clock may hold up; of
   * those, too, where a time ahead or behind would itself decide: what lapses, is overdue, or has to be said within a window.
   */
  readonly clocked: boolean;
  /** Kinds of record it may write. What endorsers wrote beside them, no rule gave. */
  readonly writes: readonly string[];
  readonly request: z.ZodType<Request>;
  readonly response: z.ZodType<Response>;
}

interface Options {
  readonly by?: Actor;
  readonly standing?: Standing;
  readonly whilePaused?: boolean;
  readonly anyTime?: boolean;
  readonly clocked?: boolean;
  readonly writes?: readonly string[];
}

/** The kind of record that a contract is about: the one its transactions write unless they say otherwise. */
const KINDS: Readonly<Record<string, string>> = {
  space: 'space',
  participants: 'participant',
  components: 'component',
  datasets: 'dataset',
  claims: 'claim',
  grants: 'grant',
  usage: 'usage',
  attestations: 'attestation',
  consents: 'consents',
  events: 'event',
  transformations: 'transformation',
  obligations: 'obligation',
  valuations: 'valuation',
  holds: 'holds',
  disputes: 'dispute',
  compromises: 'compromises',
};

/** Of a contract that is about no kind, nothing. */
const kindsOf = (name: string): readonly string[] => {
  const kind = KINDS[name.slice(0, name.indexOf(':'))];
  return kind === undefined ? [] : [kind];
};

/** Describe one transaction: the contract's method, the gateway's route, the reference page, what is replayed. */
export function describe<Name extends string, Request, Response>(
  name: Name,
  summary: string,
  request: z.ZodType<Request>,
  response: z.ZodType<Response>,
  {
    by = 'staff',
    standing = 'ACTIVE',
    whilePaused = false,
    anyTime = false,
    clocked = !anyTime && by !== 'anyone',
    writes = kindsOf(name),
  }: Options = {},
): Descriptor<Name, Request, Response> {
  return { name, summary, by, standing, whilePaused, anyTime, clocked, writes, request, response };
}

export type AnyDescriptor = Descriptor<string, unknown, unknown>;
export type RequestOf<D> = D extends Descriptor<string, infer R, unknown> ? R : never;
export type ResponseOf<D> = D extends Descriptor<string, infer _Request, infer R> ? R : never;
