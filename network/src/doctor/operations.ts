import { parseMetrics, type Metrics } from './metrics.js';
import { oneLine, reasonOf } from './one-line.js';

/** What a node tells on its operations port (fabric:docs/source/operations_service.rst). */
export interface Operations {
  /** `well`; `ill` by its own account; `strange` when something else answers; `silent` when nothing does. */
  readonly health: 'well' | 'ill' | 'strange' | 'silent';
  /** Why it is not well. */
  readonly reason: string;
  /** Such as `3.1.5`. */
  readonly version: string | undefined;
  readonly metrics: Metrics | undefined;
  /** Milliseconds that the node's clock is ahead of ours. */
  readonly ahead: number | undefined;
}

const WITHIN = 3_000;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly date: string | undefined;
  /** Our time half way between question and answer. */
  readonly at: number;
}

async function ask(port: number, path: string, now: () => Date): Promise<Answer> {
  const sent = now().getTime();
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(WITHIN) });
  const at = (sent + now().getTime()) / 2;
  const date = response.headers.get('date') ?? undefined;
  return { status: response.status, text: await response.text(), date, at };
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function healthOf({ status, text }: Answer): Pick<Operations, 'health' | 'reason'> {
  const told = objectOf(text);
  if (told?.['status'] === undefined) {
    return { health: 'strange', reason: `${status} ${oneLine(text, 80)}` };
  }
  if (status === 200) return { health: 'well', reason: '' };
  return { health: 'ill', reason: oneLine(JSON.stringify(told['failed_checks'] ?? told['status'])) };
}

/** The body tells the time to the nanosecond, the header to the second, cut off. */
function aheadOf({ text, date, at }: Answer): number | undefined {
  const told = objectOf(text)?.['time'];
  const exact = typeof told === 'string' ? Date.parse(told) : NaN;
  const time = Number.isNaN(exact) ? Date.parse(date ?? '') + 500 : exact;
  return Number.isNaN(time) ? undefined : Math.round(time - at);
}

function versionOf({ text }: Answer): string | undefined {
  const version = objectOf(text)?.['Version'];
  return typeof version === 'string' ? version.replace(/^v/, '') : undefined;
}

/** What a node counts now; `undefined` when it does not tell. */
export async function askMetrics(port: number, now: () => Date): Promise<Metrics | undefined> {
  const answer = await ask(port, '/metrics', now).catch(() => undefined);
  return answer?.status === 200 ? parseMetrics(answer.text) : undefined;
}

/** Asks a node how it is. It never throws: not to answer is an answer. */
export async function askOperations(port: number, now: () => Date): Promise<Operations> {
  try {
    const health = await ask(port, '/healthz', now);
    const [version, metrics] = await Promise.all([
      ask(port, '/version', now).then(versionOf, () => undefined),
      askMetrics(port, now),
    ]);
    return { ...healthOf(health), version, metrics, ahead: aheadOf(health) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const nothing = { version: undefined, metrics: undefined, ahead: undefined };
    return { health: 'silent', reason: reasonOf(cause), ...nothing };
  }
}
