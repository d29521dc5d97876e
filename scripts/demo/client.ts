import { setTimeout as sleep } from 'node:timers/promises';

/** A problem answered by a gateway (RFC 9457), or the code of a refusal inside it. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: string;
  readonly status: number;
  /** What the refusal looked at. */
  readonly facts: unknown;

  constructor(status: number, body: { code?: string; detail?: string; facts?: unknown }) {
    super(`${status} ${body.code ?? ''} ${body.detail ?? ''}`);
    this.status = status;
    this.code = body.code ?? `HTTP_${status}`;
    this.facts = body.facts;
  }
}

export interface Committed<Result> {
  readonly txId: string;
  readonly blockNumber: number | string;
  readonly result: Result;
}

/** The newest block that anybody of a cast was told of. */
export interface Horizon {
  block: number;
}

/** One API key at one gateway. */
export class Client {
  readonly url: string;
  readonly #key: string;
  readonly #horizon: Horizon;
  #seen = 0;

  /** Clients that share a horizon act on what the others have done: one organisation's peer may be a block behind another's. */
  constructor(url: string, key: string, horizon: Horizon = { block: 0 }) {
    this.url = url;
    this.#key = key;
    this.#horizon = horizon;
  }

  /** `grants:Accept` at `POST /grants/accept`. */
  async submit<Result = Record<string, string>>(
    transaction: string,
    request: unknown,
  ): Promise<Committed<Result>> {
    const [contract = '', verb = ''] = transaction.split(':');
    const path = `/${contract === 'usage' ? 'usages' : contract}/${verb.replaceAll(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase()}`;
    await this.#catchUp();
    return this.#committed(await this.post<Committed<Result>>(path, request));
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return (await this.#json('POST', path, JSON.stringify(body), 'application/json')) as T;
  }

  async get<T>(path: string): Promise<T> {
    return (await this.#json('GET', path)) as T;
  }

  /** What is no JSON, or must stay as it is byte for byte. */
  async text(path: string): Promise<string> {
    return (await this.#fetch('GET', path)).text();
  }

  /** Multipart upload: the registration first, then the file as it streams. */
  async upload<T>(path: string, part: string, metadata: unknown, file: Blob): Promise<T> {
    const form = new FormData();
    form.append(part, new Blob([JSON.stringify(metadata)], { type: 'application/json' }));
    form.append('file', file, 'payload');
    await this.#catchUp();
    return this.#committed((await this.#json('POST', path, form)) as T);
  }

  /** The plaintext of an allowed use. Rejects when the gateway destroys the response. */
  async open(usageId: string): Promise<Uint8Array> {
    const response = await this.#fetch('POST', `/usages/${usageId}/open`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** A use once its custodian has answered, asked about every `pause` milliseconds. */
  async answered(usageId: string, deadline = 60_000, pause = 40): Promise<AnsweredUse> {
    const until = Date.now() + deadline;
    for (;;) {
      const use = await this.get<AnsweredUse>(`/usages/${usageId}`).catch((error: unknown) => {
        if (error instanceof Problem && error.status === 404) return undefined;
        throw error;
      });
      if (use && use.state !== 'REQUESTED') return use;
      if (Date.now() > until) throw new Error(`no answer for ${usageId}`);
      await sleep(pause);
    }
  }

  async #catchUp(): Promise<void> {
    const { block } = this.#horizon;
    if (block <= this.#seen) return;
    await this.get(`/participants?limit=1&minBlock=${block}`);
    this.#seen = block;
  }

  #committed<T>(answer: T): T {
    const { blockNumber } = answer as Partial<Committed<unknown>>;
    if (blockNumber !== undefined) {
      this.#seen = Math.max(this.#seen, Number(blockNumber));
      this.#horizon.block = Math.max(this.#horizon.block, this.#seen);
    }
    return answer;
  }

  async #json(method: string, path: string, body?: string | FormData, type?: string): Promise<unknown> {
    return (await this.#fetch(method, path, body, type)).json();
  }

  async #fetch(method: string, path: string, body?: string | FormData, type?: string): Promise<Response> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { authorization: `Bearer ${this.#key}`, ...(type && { 'content-type': type }) },
      ...(body !== undefined && { body }),
    });
    if (!response.ok) throw new Problem(response.status, (await response.json()) as { code?: string });
    return response;
  }
}

export interface AnsweredUse {
  readonly id: string;
  readonly state: string;
  readonly answer?: {
    readonly outcome: string;
    readonly code?: string;
    readonly header?: string;
    readonly facts: readonly unknown[];
  };
  readonly acknowledgement?: { readonly bytes: string };
}
