import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CID } from 'multiformats/cid';
import { varint } from 'multiformats';
import { cidOf } from '../../src/payload/cid.js';

/** One call, its body read. */
interface Call {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

export interface FakeKubo {
  readonly api: string;
  readonly blocks: Map<string, Uint8Array>;
  readonly pins: Set<string>;
  readonly calls: Call[];
  storageMax: number;
  /** Answers in place of the fake; `undefined` lets the fake answer. */
  answer: ((call: Call, response: ServerResponse, request: IncomingMessage) => unknown) | undefined;
  /** Sees a request before its body is read; true takes it over. */
  intercept: ((path: string, request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  close(): Promise<void>;
}

/** What Kubo answers to `dag/import`. */
export const imported = (root: string, blocks: number, problem = ''): object[] => [
  { Root: { Cid: { '/': root }, PinErrorMsg: problem } },
  { Stats: { BlockCount: blocks, BlockBytesCount: 0 } },
];

const missing = (cid: string): string => `block was not found locally (offline): ipld: could not find ${cid}`;

/** Kubo's RPC API over blocks in memory, as far as the adapter uses it; its answers are those of Kubo 0.42. */
export async function startFakeKubo(): Promise<FakeKubo> {
  const server = createServer((request, response) => void handle(request, response));
  const fake: FakeKubo = {
    api: '',
    blocks: new Map(),
    pins: new Set(),
    calls: [],
    storageMax: 1e12,
    answer: undefined,
    intercept: undefined,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', 'http://kubo');
    const path = url.pathname.replace('/api/v0/', '');
    if (fake.intercept?.(path, request, response) === true) return;
    const parts: Buffer[] = [];
    try {
      for await (const part of request) parts.push(part as Buffer);
    } catch {
      return;
    }
    const call = { path, query: url.searchParams, body: Buffer.concat(parts) };
    fake.calls.push(call);
    if (fake.answer !== undefined && fake.answer(call, response, request) !== undefined) return;
    serve(fake, call, response);
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(fake, { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

export const refuse = (response: ServerResponse, message: string): ServerResponse =>
  response
    .writeHead(500, { 'content-type': 'application/json' })
    .end(JSON.stringify({ Message: message, Code: 0, Type: 'error' }));

export const answerJson = (response: ServerResponse, ...values: object[]): ServerResponse =>
  response.end(values.map((value) => `${JSON.stringify(value)}\n`).join(''));

function serve(fake: FakeKubo, call: Call, response: ServerResponse): void {
  const arg = call.query.get('arg') ?? '';
  const block = fake.blocks.get(arg);
  const routes: Record<string, () => unknown> = {
    version: () => answerJson(response, { Version: '0.42.0' }),
    'repo/stat': () => answerJson(response, { RepoSize: sizeOf(fake), StorageMax: fake.storageMax }),
    'block/get': () => (block === undefined ? refuse(response, missing(arg)) : response.end(block)),
    'block/stat': () =>
      block === undefined
        ? refuse(response, missing(arg))
        : answerJson(response, { Key: arg, Size: block.length }),
    'block/put': () => {
      const codec = call.query.get('cid-codec') === 'raw' ? 0x55 : 0x70;
      const cid = cidOf(codec, fileOf(call.body)).toString();
      fake.blocks.set(cid, fileOf(call.body));
      answerJson(response, { Key: cid, Size: 0 });
    },
    'dag/import': () => {
      const found = blocksOfCar(fileOf(call.body));
      for (const [cid, bytes] of found) fake.blocks.set(cid, bytes);
      const [root = ''] = found.at(-1) ?? [];
      if (call.query.get('pin-roots') === 'true') fake.pins.add(root);
      answerJson(response, ...imported(root, found.length));
    },
    'pin/rm': () =>
      fake.pins.delete(arg)
        ? answerJson(response, { Pins: [arg] })
        : refuse(response, 'not pinned or pinned indirectly'),
  };
  (routes[call.path] ?? (() => response.writeHead(404).end('404 page not found')))();
}

const sizeOf = ({ blocks }: FakeKubo): number =>
  [...blocks.values()].reduce((sum, { length }) => sum + length, 0);

/** The one file of a form. */
export function fileOf(body: Buffer): Buffer {
  const start = body.indexOf('\r\n\r\n') + 4;
  return body.subarray(start, body.lastIndexOf('\r\n--'));
}

/** Blocks of a CAR, each checked, as Kubo checks them; the root that the header names is among them. */
export function blocksOfCar(car: Buffer): [string, Uint8Array][] {
  const found: [string, Uint8Array][] = [];
  let [length, prefix] = varint.decode(car);
  const header = car.subarray(prefix, prefix + length).toString('hex');
  // DAG-CBOR of {roots: [CID], version: 1}; the tests against Kubo itself show that this is its form.
  const root = /^a265726f6f747381d82a582500(.{72})6776657273696f6e01$/.exec(header)?.[1] ?? '';
  for (let at = prefix + length; at < car.length; at += length) {
    [length, prefix] = varint.decode(car, at);
    at += prefix;
    const [cid, bytes] = CID.decodeFirst(car.subarray(at, at + length));
    if (!createHash('sha256').update(bytes).digest().equals(cid.multihash.digest))
      throw new Error('mismatch');
    found.push([cid.toString(), bytes]);
  }
  if (found.at(-1)?.[0] !== CID.decode(Buffer.from(root, 'hex')).toString()) throw new Error('no root');
  return found;
}
