import { Busboy, type BusboyFileStream, type BusboyInstance } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { JSON_TYPE } from './answer.js';
import { malformed, Problem } from './problem.js';
import { parseStrictJson } from './strict-json.js';

export const FORM_TYPE = 'multipart/form-data';

export interface UploadOptions {
  /** Name of the first part, a JSON document. */
  readonly document: string;
  /** Name of the second and last part, the file. */
  readonly file: string;
  /** Bytes that either may have. */
  readonly documentLimit: number;
  readonly fileLimit: number;
}

/** A form of two parts, read as far as the beginning of the file. */
export interface Upload {
  readonly document: unknown;
  /** The file as it arrives. It ends only after the form has ended well, and throws when that does not come to pass. */
  readonly file: AsyncIterable<Uint8Array>;
  /** What was wrong with the form, whatever the reader of `file` made of it. */
  failure(): Problem | undefined;
  /** Give up on what has not been read; harmless after the end. */
  abandon(): void;
}

interface Part {
  readonly name: string | undefined;
  readonly type: string;
  readonly stream: BusboyFileStream;
}

const unexpected = (expected: string): Problem =>
  malformed([{ parameter: expected, reason: 'must be the next part of the form' }]);

/** Reads the form of one request. Parts arrive one after the other, and each waits until the one before is read. */
class UploadForm {
  readonly #options: UploadOptions;
  readonly #request: IncomingMessage;
  readonly #form: BusboyInstance;
  readonly #waiting: Part[] = [];
  readonly #end: Promise<void>;
  #settle: () => void = () => undefined;
  #wake: () => void = () => undefined;
  #current: BusboyFileStream | undefined;
  #parts = 0;
  #isFinished = false;
  #failure: Problem | undefined;

  constructor(request: IncomingMessage, options: UploadOptions) {
    this.#options = options;
    this.#request = request;
    this.#form = newForm(request, options.fileLimit);
    this.#end = new Promise((resolve) => (this.#settle = resolve));
    this.#form.on('file', (name, stream, _filename, _encoding, type) => this.#arrive({ name, stream, type }));
    pipeline(request, this.#form).then(
      () => this.#finish(),
      (cause: unknown) => void this.#fail(new Problem('UPLOAD_TRUNCATED', { cause })),
    );
  }

  failure = (): Problem | undefined => this.#failure;

  /** The rest of the body is let in and dropped, so that the client reads our answer instead of a broken pipe. */
  abandon = (): void => {
    if (this.#isFinished) return;
    this.#request.unpipe(this.#form);
    this.#request.resume();
  };

  async document(): Promise<unknown> {
    const { stream, type } = await this.#next(this.#options.document);
    if (type !== JSON_TYPE) throw this.#fail(wrongType(this.#options.document));
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of this.#read(stream)) {
      size += piece.length;
      if (size > this.#options.documentLimit)
        throw this.#fail(tooLarge('document', this.#options.documentLimit));
      pieces.push(piece);
    }
    return parseStrictJson(Buffer.concat(pieces));
  }

  async file(): Promise<AsyncIterable<Uint8Array>> {
    const { stream } = await this.#next(this.#options.file);
    return this.#whole(stream);
  }

  async *#read(stream: BusboyFileStream): AsyncGenerator<Uint8Array> {
    try {
      yield* stream as AsyncIterable<Uint8Array>;
    } catch (cause) {
      throw this.#fail(new Problem('UPLOAD_TRUNCATED', { cause }));
    }
  }

  async *#whole(stream: BusboyFileStream): AsyncGenerator<Uint8Array> {
    yield* this.#read(stream);
    // Only now is it known that the last boundary came, and that nothing follows it.
    await this.#end;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #next(name: string): Promise<Part> {
    while (this.#waiting.length === 0 && !this.#isFinished && this.#failure === undefined) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const part = this.#waiting.shift();
    if (this.#failure === undefined && part?.name === name) return part;
    throw this.#fail(unexpected(name));
  }

  #arrive(part: Part): void {
    const { stream } = part;
    // Busboy emits errors on parts that nobody may be reading yet; without a listener that would end the process.
    stream.on('error', (cause) => void this.#fail(new Problem('UPLOAD_TRUNCATED', { cause })));
    stream.on('limit', () => void this.#fail(tooLarge('file', this.#options.fileLimit)));
    this.#current = stream;
    this.#parts += 1;
    if (this.#parts > 2) this.#fail(malformed([{ reason: 'the form must have two parts' }]));
    this.#waiting.push(part);
    this.#wake();
  }

  #finish(): void {
    this.#isFinished = true;
    this.#settle();
    this.#wake();
  }

  /** The first failure stands, whoever reports it; whoever reads a part gets it. */
  #fail(problem: Problem): Problem {
    this.#failure ??= problem;
    this.#current?.destroy(this.#failure);
    this.#settle();
    this.#wake();
    return this.#failure;
  }
}

function newForm(request: IncomingMessage, fileSize: number): BusboyInstance {
  const headers = { ...request.headers, 'content-type': request.headers['content-type'] ?? '' };
  try {
    return new Busboy({
      headers,
      isPartAFile: () => true,
      limits: { fileSize, headerPairs: 20, headerSize: 8192 },
    });
  } catch (cause) {
    throw new Problem('MALFORMED', {
      cause,
      errors: [{ parameter: 'Content-Type', reason: 'has no boundary' }],
    });
  }
}

const tooLarge = (limit: string, most: number): Problem =>
  new Problem('BODY_TOO_LARGE', { facts: { limit, most } });

const wrongType = (part: string): Problem =>
  new Problem('UNSUPPORTED_MEDIA_TYPE', { errors: [{ parameter: part, reason: `must be ${JSON_TYPE}` }] });

/**
 * Read a form of a JSON document and a file, in this order, as it streams.
 * @throws Problem MALFORMED, UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, INVALID_JSON, DUPLICATE_KEY, UPLOAD_TRUNCATED
 */
export async function readUpload(request: IncomingMessage, options: UploadOptions): Promise<Upload> {
  const form = new UploadForm(request, options);
  try {
    const document = await form.document();
    const file = await form.file();
    return { document, file, failure: form.failure, abandon: form.abandon };
  } catch (error) {
    form.abandon();
    throw error;
  }
}
