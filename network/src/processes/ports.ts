import { randomInt } from 'node:crypto';
import { mkdir, open, stat, utimes } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ProcessError } from './errors.js';

// Below the range from which systems take the ports of outgoing connections (32768 on Linux, 49152 elsewhere), so that
// a port chosen now is still free when a server that was killed comes back to it among many connections.
const LOWEST = 15_000;
const HIGHEST = 32_768;
const ATTEMPTS = 200;

// Between choosing a port and listening on it, whoever looks finds it free, too: a choice stands in a file for as long as a start may take.
const CHOICES = join(tmpdir(), `tallystick-ports-${userInfo().uid}`);
const STANDS_MS = 300_000;

const LOOPBACK = '127.0.0.1';

/** Whether a server could listen on this port of the loopback address at this moment. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: LOOPBACK, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Whether something listens on this port of the loopback address. Unlike `isPortFree` it is never in a server's way. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: LOOPBACK });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });
}

/** False where another process of this user chose the port lately. */
async function choose(port: number): Promise<boolean> {
  const file = join(CHOICES, String(port));
  try {
    await (await open(file, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs < STANDS_MS) return false;
    await utimes(file, new Date(), new Date());
    return true;
  }
}

/**
 * Distinct ports that are free at this moment, chosen at random, and for five minutes not chosen again, so that networks which start side
 * by side do not meet. Throws `NO_FREE_PORT`.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  await mkdir(CHOICES, { recursive: true, mode: 0o700 });
  for (let attempt = 0; found.size < count && attempt < count + ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!found.has(port) && (await isPortFree(port)) && (await choose(port))) found.add(port);
  }
  if (found.size < count)
    throw new ProcessError('NO_FREE_PORT', `found ${found.size} of ${count} free ports`);
  return [...found];
}

/** Throws `PORT_TAKEN` naming the first port that is not free. */
export async function requireFreePorts(ports: readonly number[], name: string): Promise<void> {
  for (const port of ports) {
    if (await isPortFree(port)) continue;
    throw new ProcessError('PORT_TAKEN', `${name}: port ${port} is taken`, { name, port });
  }
}
