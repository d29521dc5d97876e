import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { replaceFile } from '../identity/index.js';
import { CliError } from './errors.js';

/*
 * How a command reaches the `run` that owns the processes: HTTP on the loopback address, with a token from a file that only the
 * owner of the data directory can read. Whoever can read that file could send signals to the processes anyway; other users of
 * the machine, and pages in a browser, cannot.
 */
const deployRequest = z.strictObject({ version: z.string(), bundle: z.string() });
const outcome = z.union([
  z.strictObject({ done: z.string() }),
  z.strictObject({ failed: z.string() }),
  z.strictObject({ say: z.string() }),
]);
const controlFile = z.strictObject({ port: z.int(), token: z.string() });

export type DeployRequest = z.output<typeof deployRequest>;
type Say = (line: string) => void;

export interface ControlOptions {
  readonly dataDir: string;
  /** Says in a line what has come of it; tells of its steps meanwhile. */
  readonly deploy: (request: DeployRequest, say: Say) => Promise<string>;
}

export interface Control {
  close(): Promise<void>;
}

const fileOf = (dataDir: string): string => join(dataDir, 'control.json');
const TOKEN_BYTES = 32;
const DEPLOY = '/deploy';
const MOST_BYTES = 64 * 1024;

function isAuthorised({ headers }: IncomingMessage, token: string): boolean {
  const said = Buffer.from(headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${token}`);
  return said.length === expected.length && timingSafeEqual(said, expected);
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end();
}

async function requestIn(request: IncomingMessage): Promise<DeployRequest | undefined> {
  if (Number(request.headers['content-length'] ?? Infinity) > MOST_BYTES) return undefined;
  try {
    return deployRequest.parse(JSON.parse(await text(request)));
  } catch {
    return undefined;
  }
}

async function serveDeploy(
  request: IncomingMessage,
  response: ServerResponse,
  { deploy }: ControlOptions,
): Promise<void> {
  const asked = await requestIn(request);
  if (asked === undefined) {
    refuse(response, 400);
    return;
  }
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const send = (line: z.input<typeof outcome>): void => void response.write(`${JSON.stringify(line)}\n`);
  try {
    send({ done: await deploy(asked, (line) => send({ say: line })) });
  } catch (error) {
    send({ failed: error instanceof Error ? error.message : String(error) });
  }
  response.end();
}

/** Takes requests until it is closed. The file with the address appears when it does. */
export async function serveControl(options: ControlOptions): Promise<Control> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const server = createServer((request, response) => {
    if (!isAuthorised(request, token)) refuse(response, 401);
    else if (request.method !== 'POST' || request.url !== DEPLOY) refuse(response, 404);
    else void serveDeploy(request, response, options);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const file = fileOf(options.dataDir);
  await replaceFile(file, `${JSON.stringify({ port, token })}\n`, { isPrivate: true });
  return {
    async close() {
      server.close();
      server.closeAllConnections();
      await rm(file, { force: true });
    },
  };
}

async function addressOf(dataDir: string): Promise<z.output<typeof controlFile>> {
  try {
    return controlFile.parse(JSON.parse(await readFile(fileOf(dataDir), 'utf8')));
  } catch (cause) {
    throw new CliError('NOT_RUNNING', `the network in ${dataDir} takes no requests (yet)`, { cause });
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

/** Asks the `run` of a data directory to deploy; returns what it says at the end. @throws CliError NOT_RUNNING, NOT_DEPLOYED */
export async function askToDeploy(dataDir: string, request: DeployRequest, say: Say): Promise<string> {
  const { port, token } = await addressOf(dataDir);
  const response = await fetch(`http://127.0.0.1:${port}${DEPLOY}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  if (!response.ok || response.body === null) {
    throw new CliError('NOT_DEPLOYED', `the network refused the request (${response.status})`);
  }
  for await (const line of linesOf(response.body)) {
    const told = outcome.parse(JSON.parse(line));
    if ('done' in told) return told.done;
    if ('failed' in told) throw new CliError('NOT_DEPLOYED', told.failed);
    say(told.say);
  }
  throw new CliError('NOT_DEPLOYED', 'the network ended before the version was deployed');
}
