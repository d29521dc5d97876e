import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpServer {
  /** `http://host:port` as bound. */
  readonly url: string;
  /** Accept nothing more, wait for what is in flight, and break what is not done after the deadline (milliseconds). */
  stop(deadline: number): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

/** How long a connection may say nothing, while it sends a body or takes an answer. */
const IDLE_MS = 120_000;
const SWEEP_MS = 25;

const hostOf = ({ family, address }: AddressInfo): string => (family === 'IPv6' ? `[${address}]` : address);

/** Serve an app. Rejects when the address cannot be bound. */
export async function listen(app: RequestListener, { host, port }: ListenOptions): Promise<HttpServer> {
  // No limit on the whole request, or a large upload on a slow line could never end; a silent connection is closed instead.
  const server = createServer({ requestTimeout: 0 }, app);
  server.setTimeout(IDLE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${hostOf(address)}:${address.port}`,
    stop: (deadline) =>
      new Promise((resolve) => {
        // Kept-alive connections become idle one by one, and would each keep the server for seconds more.
        const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
        const breakOff = setTimeout(() => server.closeAllConnections(), deadline);
        server.close(() => {
          clearInterval(sweep);
          clearTimeout(breakOff);
          resolve();
        });
      }),
  };
}
