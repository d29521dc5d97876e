import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { ProcessError } from './errors.js';

// Below the range from which systems take the ports of outgoing connections (32768 on Linux, 49152 elsewhere), so that
// a port chosen now is still free when a server that was killed comes back to it among many connections.
const LOWEST = 15_000;
const HIGHEST = 32_768;
const ATTEMPTS = 200;

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

/** Distinct ports that are free at this moment, chosen at random. Throws `NO_FREE_PORT`. */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  for (let attempt = 0; found.size < count && attempt < count + ATTEMPTS; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (!found.has(port) && (await isPortFree(port))) found.add(port);
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
