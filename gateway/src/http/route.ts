import type { Request, Response } from 'express';
import type * as z from 'zod';
import type { Answer, StreamAnswer } from './answer.js';
import type { Principal } from './principal.js';
import type { Scope } from './scopes.js';
import type { Trace } from './trace.js';

/** Writes down a transaction id before anything is sent; does nothing where no idempotency key was given. */
export type Bind = (txId: string, transaction: string) => Promise<void>;

/** One request on its way through a route, after everything that all routes have in common. */
export interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly trace: Trace;
  /** Path parameters, checked. */
  readonly params: Readonly<Record<string, string>>;
  /** Query parameters, checked; those left out are absent. */
  readonly query: Readonly<Record<string, string>>;
  /** Media type of the body, one of those the route accepts; empty without a body. */
  readonly mediaType: string;
  /** The whole body; empty for routes that read it as a stream. */
  readonly body: Uint8Array;
  readonly bind: Bind;
  /** Aborted when the client leaves before the answer is sent. For reading only: what is written goes on without it. */
  readonly signal: () => AbortSignal;
}

/** An exchange with somebody we know. */
export interface KeyedExchange extends Exchange {
  readonly principal: Principal;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema of zod, one with a few members seen differently from outside, or JSON Schema where the thing is no value (a file). */
export type Described =
  | z.ZodType
  | { readonly jsonSchema: JsonSchema }
  | {
      readonly schema: z.ZodType;
      /** Members that a client may leave out although the schema wants them. */
      readonly optional?: readonly string[];
      /** Members whose schema is given elsewhere. */
      readonly replace?: Readonly<Record<string, JsonSchema>>;
      /** Members that are not the client's to say, as paths. */
      readonly without?: readonly (readonly string[])[];
    };

export interface ResponseDoc {
  readonly description: string;
  readonly mediaType?: string;
  readonly schema?: Described;
  /** The same in other media types, for who asks with `Accept`. */
  readonly alternatives?: Readonly<Record<string, Described>>;
}

/** What OpenAPI says about a route beyond what the route itself says. */
export interface RouteDoc {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Schemas by name, for `schemaRef`. */
  readonly components?: Readonly<Record<string, Described>>;
  /** Bodies by media type. */
  readonly body?: Readonly<Record<string, Described>>;
  readonly responses: Readonly<Record<number, ResponseDoc>>;
}

interface RouteBase {
  readonly method: 'get' | 'post' | 'delete';
  /** Path with `{name}` for parameters, as OpenAPI writes it. */
  readonly path: string;
  /** Schemas of the path parameters. */
  readonly params?: Readonly<Record<string, z.ZodType<string>>>;
  /** Schema of the query; without one, any query parameter is refused. */
  readonly query?: z.ZodObject;
  /** Media types of the body, and whether it is read into memory before the handler runs. */
  readonly accepts?: { readonly types: readonly string[]; readonly isStreamed?: boolean };
  /** True when an `Idempotency-Key` is honoured; elsewhere one is refused, not ignored. */
  readonly isIdempotent?: boolean;
  readonly doc: RouteDoc;
}

/** A resource of members and the public: no key is asked for. */
export interface PublicRoute extends RouteBase {
  readonly scope: 'public';
  handle(exchange: Exchange): Promise<Answer | StreamAnswer>;
}

export interface KeyedRoute extends RouteBase {
  readonly scope: Scope;
  handle(exchange: KeyedExchange): Promise<Answer | StreamAnswer>;
}

/** A resource and a method as a value: Express, the 405 answers and OpenAPI all derive from the list of these. */
export type Route = PublicRoute | KeyedRoute;
