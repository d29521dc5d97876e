import type { Advice } from '@tallystick/chaincode/model';

/** What a problem type means to a client (RFC 9457): its title, HTTP status, and what can be done about it. */
export interface ProblemKind {
  readonly title: string;
  readonly status: number;
  readonly advice: Advice;
  /** Seconds after which asking again is worth it, where nothing better is known. */
  readonly retryAfter?: number;
}

/** A problem type: its code, unique in a gateway, and what it means. */
export interface ProblemType extends ProblemKind {
  readonly code: string;
}

type Kind = (status: number, title: string) => ProblemKind;

/** The request itself is at fault. */
export const change: Kind = (status, title) => ({ title, status, advice: 'change the request' });
/** Nothing that the client can do makes it succeed. */
export const giveUp: Kind = (status, title) => ({ title, status, advice: 'give up' });
/** The same request made anew may succeed. */
export const retry: Kind = (status, title) => ({ title, status, advice: 'retry' });
/** It will be otherwise in a moment: the answer says so with `Retry-After`. */
export const retrySoon: Kind = (status, title) => ({ ...retry(status, title), retryAfter: 1 });

/** Problem types out of what they mean, by code. */
export const problemTypes = <Code extends string>(
  kinds: Readonly<Record<Code, ProblemKind>>,
): Readonly<Record<Code, ProblemType>> =>
  Object.fromEntries(
    Object.entries<ProblemKind>(kinds).map(([code, kind]) => [code, { ...kind, code }]),
  ) as Record<Code, ProblemType>;
