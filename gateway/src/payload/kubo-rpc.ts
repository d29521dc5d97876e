import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { KuboRefusal, KuboSilence } from './kubo-errors.js';

/**
 * Kubo's RPC API (docs.ipfs.tech/reference/kubo/rpc), as far as a content store needs it. Not `kubo-rpc-client`, and not `fetch`:
 * Kubo reports what goes wrong after the first byte in a trailer, which fetch does not show, so that half an answer looks like all of it;
 * and a call must end when either side stops moving bytes, however long the whole may take.
 */
export interface KuboRpc {
  /** An answer that fits into memory. @throws KuboRefusal, KuboSilence */
  call(path: string, args: Arguments, how?: CallOptions): Promise<Buffer>;
  /** The JSON objects of an answer of any length, line by line. @throws the same, also at its end */
  lines(path: string, args: Arguments, how?: CallOptions): AsyncIterable<unknown>;
}

/** Query parameters; a list is repeated. */
type Arguments = Readonly<Record<string, string | number | boolean>>;

/** Sent as the one file of a form. */
interface Upload {
  readonly bytes: number;
  readonly content: () => AsyncIterable<Uint8Array>;
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly upload?: Upload;
  /** Longest time without a byte moved, milliseconds. */
  readonly stallMs?: number;
  /** The same once the upload is over, where Kubo has much to do before it answers. */
  readonly answerMs?: number;
  /** Longest time for all of it, milliseconds. Unbounded for what may be of any length. */
  readonly withinMs?: number;
  /** Longest answer of `call`, bytes. */
  readonly limit?: number;
}

const ANSWER_LIMIT = 64 * 1024;
const STREAM_ERROR = 'x-stream-error';

/** `api`: base URL, with user and password where the API asks for them. `stallMs` holds for every call that names none. */
export function newKuboRpc(api: string, stallMs: number): KuboRpc {
  return new Rpc(new URL(api), stallMs);
}

class Rpc implements KuboRpc {
  readonly #api: URL;
  readonly #stallMs: number;
  // A connection for each call: one kept alive may be closed by Kubo at the moment it is used again.
  readonly #agent = new HttpAgent({ keepAlive: false });

  constructor(api: URL, stallMs: number) {
    this.#api = api;
    this.#stallMs = stallMs;
  }

  async call(path: string, args: Arguments, how: CallOptions = {}): Promise<Buffer> {
    const limit = how.limit ?? ANSWER_LIMIT;
    const parts: Uint8Array[] = [];
    let bytes = 0;
    for await (const part of this.#answer(path, args, how)) {
      bytes += part.length;
      if (bytes > limit) throw new KuboSilence(`Kubo’s answer to ${path} is longer than ${limit} bytes`);
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  async *lines(path: string, args: Arguments, how: CallOptions = {}): AsyncGenerator {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const part of this.#answer(path, args, how)) {
      const lines = (rest + decoder.decode(part, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield parsed(path, line);
    }
    if (rest !== '') yield parsed(path, rest);
  }

  async *#answer(path: string, args: Arguments, how: CallOptions): AsyncGenerator<Uint8Array> {
    const deadline = how.withinMs === undefined ? [] : [AbortSignal.timeout(how.withinMs)];
    const signal = AbortSignal.any([...deadline, ...(how.signal === undefined ? [] : [how.signal])]);
    try {
      signal.throwIfAborted();
      const response = await this.#send(path, args, how, signal);
      if (response.statusCode !== 200) throw await failureOf(response);
      yield* response as AsyncIterable<Uint8Array>;
      const late = response.trailers[STREAM_ERROR];
      if (late !== undefined) throw new KuboRefusal(late);
    } catch (cause) {
      how.signal?.throwIfAborted();
      if (cause instanceof KuboRefusal || cause instanceof KuboSilence) throw cause;
      const why = signal.aborted ? `took longer than ${String(how.withinMs)} ms` : reasonOf(cause);
      throw new KuboSilence(`Kubo’s ${path}: ${why}`, { cause });
    }
  }

  #send(path: string, args: Arguments, how: CallOptions, signal: AbortSignal): Promise<IncomingMessage> {
    const stallMs = how.stallMs ?? this.#stallMs;
    const url = new URL(`${this.#api.pathname.replace(/\/$/, '')}/api/v0/${path}`, this.#api);
    url.username = this.#api.username;
    url.password = this.#api.password;
    for (const [name, value] of Object.entries(args)) url.searchParams.append(name, String(value));
    const form = how.upload === undefined ? undefined : formOf(how.upload);
    const isPlain = url.protocol === 'http:';
    const options: RequestOptions = {
      method: 'POST',
      timeout: stallMs,
      signal,
      headers: form?.headers ?? { 'content-length': 0 },
      ...(isPlain && { agent: this.#agent }),
    };
    return new Promise((resolve, reject) => {
      const request = (isPlain ? httpRequest : httpsRequest)(url, options, resolve);
      const { answerMs } = how;
      if (answerMs !== undefined) request.on('finish', () => request.setTimeout(answerMs));
      request.on('timeout', () => request.destroy(new KuboSilence(`Kubo’s ${path} stalled`)));
      request.on('error', reject);
      if (form === undefined) request.end();
      // Kubo may answer, and close, before it has read everything: then its answer counts, not the broken pipe.
      else pipeline(form.content, request).catch(reject);
    });
  }
}

interface Form {
  readonly headers: Readonly<Record<string, string | number>>;
  readonly content: () => AsyncIterable<Uint8Array>;
}

const BOUNDARY = 'tallystick-6d1f0a7c9b3e';
const HEAD = Buffer.from(
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: application/octet-stream\r\n\r\n`,
);
const TAIL = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

/** RFC 7578, one part, its length known: a form that breaks off is no form, so Kubo cannot take a part for the whole. */
function formOf({ bytes, content }: Upload): Form {
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield HEAD;
    yield* content();
    yield TAIL;
  }
  const headers = {
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    'content-length': HEAD.length + bytes + TAIL.length,
  };
  return { headers, content: parts };
}

/** The `Message` of Kubo's error object. Anything else is not Kubo's: what it says must not be taken for a missing block. */
async function failureOf(response: IncomingMessage): Promise<Error> {
  let text = '';
  for await (const part of response) {
    text += String(part);
    if (text.length > ANSWER_LIMIT) break;
  }
  try {
    const { Message: message } = JSON.parse(text) as { Message?: unknown };
    if (typeof message === 'string') return new KuboRefusal(message.slice(0, 500));
  } catch {
    // Not JSON: a proxy, or a version of Kubo that we do not know.
  }
  return new KuboSilence(`status ${String(response.statusCode)}: ${text.slice(0, 200).trim()}`);
}

function parsed(path: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new KuboSilence(`Kubo’s answer to ${path} is no JSON`, { cause });
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'failed');
