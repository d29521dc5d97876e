import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv6, type AddressInfo } from 'node:net';
import type { Metrics } from './metrics.js';

/** Health and metrics over HTTP. They are for everybody who reaches the address: it belongs on the loopback or a private network. */
export interface Operations {
  /** host:port, the port as it was given out where 0 was asked for. */
  readonly address: string;
  stop(): void;
}

export interface OperationsOptions {
  /** host:port; port 0 is any free one. */
  readonly address: string;
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>;
  /** Whether the server takes transactions. */
  readonly isServing: () => boolean;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (status: number, body: object): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(body)}\n`,
});

async function answerTo(
  { method, url }: IncomingMessage,
  { metrics, isServing }: OperationsOptions,
): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return json(405, { error: 'GET only' });
  // The words are those of Fabric's own operations service (fabric:docs/source/operations_service.md).
  if (url === '/healthz')
    return isServing() ? json(200, { status: 'OK' }) : json(503, { status: 'Service Unavailable' });
  if (url === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.text() };
  return json(404, { error: '/healthz and /metrics are here' });
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}

/** Host and port of `host:port`, IPv6 in brackets. @throws TypeError */
export function hostAndPort(address: string): { host: string; port: number } {
  const { groups } = /^(?:\[(?<v6>[^\]]+)\]|(?<name>[^:]+)):(?<port>\d{1,5})$/.exec(address) ?? {};
  const host = groups?.['v6'] ?? groups?.['name'];
  const port = Number(groups?.['port']);
  if (host === undefined || port > 65_535) throw new TypeError(`${address} is no host:port`);
  return { host, port };
}

/** Serves health and metrics. Rejects when the address cannot be listened on. */
export async function serveOperations(options: OperationsOptions): Promise<Operations> {
  const { host, port } = hostAndPort(options.address);
  const server = createServer((request, response) => {
    answerTo(request, options).then(
      (answer) => send(response, answer),
      () => send(response, json(500, { error: 'metrics could not be collected' })),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host, port }, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    address: `${isIPv6(host) ? `[${host}]` : host}:${actual}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
