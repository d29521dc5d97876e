import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from 'pino';
import { contextOf } from './context.js';
import { PROBLEM_TYPE, send, type Answer } from './answer.js';
import { problemUri, type Problem } from './problem.js';
import { problemOf } from './problem-of.js';
import type { Trace } from './trace.js';

/** What both sides may know of any problem. */
function commonPart(problem: Problem, trace: Trace): Record<string, unknown> {
  const { code, title, status } = problem.type;
  return {
    type: problemUri(code),
    title,
    status,
    requestId: trace.requestId,
    traceId: trace.traceId,
  };
}

function memberPart({ type, options, isRetryable }: Problem): Record<string, unknown> {
  const { txId, errors, facts, detail } = options;
  const { code, advice, status } = type;
  return {
    code,
    advice: isRetryable ? 'retry' : advice,
    retryable: isRetryable,
    ...(txId !== undefined && { txId }),
    // A failure of ours is explained in our log, under the request id, and not to whoever caused it.
    ...(status < 500 && { detail, errors, facts }),
  };
}

/** A problem as an answer (RFC 9457). INTERNAL tells the request id and nothing else. */
export function problemAnswer(problem: Problem, trace: Trace): Answer {
  const body = {
    ...commonPart(problem, trace),
    ...(problem.code !== 'INTERNAL' && memberPart(problem)),
  };
  const { status, retryAfter } = problem.type;
  return {
    status,
    headers: {
      'content-type': PROBLEM_TYPE,
      'cache-control': 'no-store',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...problem.options.headers,
    },
    body: JSON.stringify(body),
  };
}

/**
 * Answer any error, once, for all routes. When the answer has begun there is no status left to change: the connection
 * is destroyed, so that nobody takes a part for the whole.
 */
function answerError(
  error: unknown,
  { request, response, trace, log }: { request: Request; response: Response; trace: Trace; log: Logger },
): void {
  const problem = problemOf(error);
  const about = {
    requestId: trace.requestId,
    traceId: trace.traceId,
    method: request.method,
    code: problem.code,
  };
  if (problem.status >= 500) log.error({ ...about, err: error }, 'request failed');
  else log.debug(about, 'request refused');
  if (response.headersSent) response.destroy();
  else send(response, problemAnswer(problem, trace));
}

/** The one error handler of the app. */
export const newErrorHandler =
  (log: Logger): ErrorRequestHandler =>
  (error: unknown, request, response, _next) =>
    answerError(error, { request, response, trace: contextOf(request).trace, log });
