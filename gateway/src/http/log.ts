import { pino, type DestinationStream, type Logger } from 'pino';

const MAX_CAUSES = 5;

/**
 * What of an error may be logged: kind, code, words and where it was raised. Members that an error carries besides (facts, requests,
 * headers) could hold what must not leave the process.
 */
function presentError(error: unknown, depth = 0): object | undefined {
  if (!(error instanceof Error) || depth > MAX_CAUSES) return undefined;
  const code: unknown = 'code' in error ? error.code : undefined;
  const cause = presentError(error.cause, depth + 1);
  return {
    type: error.name,
    ...(typeof code === 'string' && { code }),
    message: error.message,
    stack: error.stack,
    ...(cause && { cause }),
  };
}

/** Member names whose values are never written, at the top level and one below. */
const SECRET = [
  'authorization',
  'secret',
  'privateKey',
  'identityKey',
  'payload',
  'body',
  'openings',
  'header',
];

/** JSON lines on stderr: stdout is for the one line that says the gateway is ready. */
export function newLog(level: string, destination: DestinationStream = process.stderr): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => presentError(error) },
      redact: { paths: SECRET.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    destination,
  );
}
