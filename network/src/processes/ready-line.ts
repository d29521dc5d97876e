import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** What a process says of itself when it is ready: one line, a JSON object with `"ready": true`. */
export type Ready = Readonly<Record<string, unknown>>;

const POLL = 10;
const CHUNK = 64 * 1024;
const LINE_FEED = 0x0a;

const isObject = (value: unknown): value is Ready => typeof value === 'object' && value !== null;

/** The ready line's object, or undefined for any other line; programs also log what only looks like JSON. */
export function parseReadyLine(line: string): Ready | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) && value['ready'] === true ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a growing file line by line from a byte on, until `signal` ends it. */
export async function* logLines(
  file: FileHandle,
  start: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const chunk = Buffer.alloc(CHUNK);
  let rest = Buffer.alloc(0);
  let position = start;
  while (!signal.aborted) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK, position);
    position += bytesRead;
    rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      yield rest.subarray(0, end).toString('utf8');
      rest = rest.subarray(end + 1);
    }
    if (bytesRead === 0) await delay(POLL, undefined, { ref: true });
  }
}

/**
 * Waits until the log file, from byte `start` on, holds a ready line. Undefined when `signal` ends the wait.
 * The log is read rather than a pipe, so that a process never waits for its parent to read, nor dies with it.
 */
export async function readyLine(
  path: string,
  start: number,
  signal: AbortSignal,
): Promise<Ready | undefined> {
  const file = await open(path, 'r');
  try {
    for await (const line of logLines(file, start, signal)) {
      const ready = parseReadyLine(line);
      if (ready !== undefined) return ready;
    }
    return undefined;
  } finally {
    await file.close();
  }
}
