import type { Opening } from '@tallystick/chaincode/model';
import * as z from 'zod';
import { createApp } from '../../src/app.js';
import { newLog } from '../../src/http/log.js';
import { listen, type HttpServer } from '../../src/http/server.js';
import { PayloadError } from '../../src/payload/port.js';
import type { Ports } from '../../src/routes/index.js';
import { Faces } from '../../src/feature/face.js';
import { CHECKPOINTS, DIVERGENCES } from '../../src/features/checkpoints/port.js';
import { SIGNED_TERMS, USE_CASES } from '../../src/features/custody/port.js';
import { EVIDENCE } from '../../src/features/evidence/port.js';
import type { Host } from '../../src/feature/host.js';
import { features } from '../../src/features/index.js';
import { OBLIGATIONS, type Obligations } from '../../src/features/obligations/port.js';
import { POLICIES } from '../../src/features/policies/port.js';
import { TRANSFORMATIONS, type Transformations } from '../../src/features/transformations/port.js';
import { openState, type OpenedState } from '../../src/state/store.js';
import { FakeEvidence } from './fake-evidence.js';
import { FakeCheckpoints, FakeDivergences } from './fake-checkpoints.js';
import { FakePolicies } from './fake-policies.js';
import {
  FakeApiKeys,
  FakeIdempotency,
  FakeLedger,
  FakeOffers,
  FakeOperations,
  FakeProjection,
  FakeUseCases,
} from './fakes.js';
import { CID, completeSamples, sampleId, sha } from './samples.js';

export const MSP_ID = 'SteelMSP';
export const BODY_LIMIT = 32 * 1024;
export const UPLOAD_LIMIT = 1024 * 1024;

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestInit['body'];
  /** API key; none when empty. */
  readonly key?: string;
}

/** A problem as a client sees it. */
export interface SeenProblem {
  readonly type: string;
  readonly status: number;
  readonly code: string;
  readonly retryable: boolean;
  readonly advice: string;
  readonly txId?: string;
  readonly detail?: string;
  readonly facts?: unknown;
  readonly requestId: string;
  readonly traceId: string;
  readonly errors: readonly { pointer?: string; parameter?: string; reason: string }[];
}

/** Features whose faces are fakes here. */
const FAKED: ReadonlySet<string> = new Set([
  'channel',
  'policies',
  'custody',
  'obligations',
  'checkpoints',
  'evidence',
  'transformations',
]);

/** The app over fakes, on a port of its own. */
export class ServedApp {
  readonly ledger = new FakeLedger();
  readonly projection = new FakeProjection();
  readonly apiKeys = new FakeApiKeys();
  readonly idempotency = new FakeIdempotency();
  readonly operations = new FakeOperations();
  readonly offers = new FakeOffers();
  /** Blocks that the projection is behind. */
  lag = 0;
  readonly useCases = new FakeUseCases();
  readonly evidence = new FakeEvidence();
  readonly checkpoints = new FakeCheckpoints();
  readonly divergences = new FakeDivergences();
  readonly policies = new FakePolicies();
  readonly notices: unknown[] = [];
  readonly transformed: unknown[] = [];
  transform: Transformations['transform'] = (_by, asked) => {
    this.transformed.push(asked);
    const { versionId: of, duty } = asked;
    const { action, parameters } = duty;
    const versionId = sampleId('version', 'made');
    const stored = { cid: CID, commitment: sha('made'), bytes: 5n };
    return Promise.resolve({
      txId: 'd'.repeat(64),
      blockNumber: 8n,
      versionId,
      of,
      number: 2,
      action,
      parameters,
      ...stored,
    });
  };
  obligations: Obligations = {
    deleteUse: (usageId) => Promise.resolve({ usageId, wasKeyHere: true, obligations: [] }),
    receive: (notice) => {
      this.notices.push(notice);
      return Promise.resolve({ obligationId: sampleId('obligation') });
    },
  };
  now = '2026-06-01T00:00:00.000Z';
  readonly openings: Opening[] = [];
  readonly blocks = new Map<string, Uint8Array>();
  readonly log: string[] = [];
  readonly ports: Ports;
  isDraining = false;
  #server: HttpServer | undefined;
  #state: OpenedState | undefined;
  readonly #everything: string;
  readonly #rateLimit: number;

  constructor(options: { blockAccess?: Ports['blockAccess']; rateLimit?: number } = {}) {
    this.#rateLimit = options.rateLimit ?? 1_000_000;
    this.#everything = this.apiKeys.issueNow('everything', ['*']);
    this.ports = {
      ledger: this.ledger,
      projection: this.projection,
      faces: new Faces()
        .show(USE_CASES, this.useCases)
        .show(SIGNED_TERMS, this.offers)
        .show(EVIDENCE, this.evidence)
        .show(CHECKPOINTS, this.checkpoints)
        .show(DIVERGENCES, this.divergences)
        .show(POLICIES, this.policies)
        .show(TRANSFORMATIONS, { transform: (by, asked) => this.transform(by, asked) })
        .show(OBLIGATIONS, {
          deleteUse: (usageId) => this.obligations.deleteUse(usageId),
          receive: (notice) => this.obligations.receive(notice),
        }),
      blocks: { block: (cid) => this.#block(cid) },
      apiKeys: this.apiKeys,
      operations: this.operations,
      keepOpenings: (openings) => Promise.resolve(void this.openings.push(...openings)),
      mspId: MSP_ID,
      identities: new Map([
        ['officer', { participant: sampleId('participant'), keyDigest: sha('key'), role: 'officer' }],
      ]),
      lag: () => this.ledger.height().then(() => this.lag),
      readiness: {
        process: () => Promise.resolve(this.isDraining ? 'stopping' : undefined),
        ledger: async () => {
          await this.ledger.outcome('0');
          return undefined;
        },
      },
      now: () => this.now,
      blockAccess: options.blockAccess ?? 'public',
      uploadLimit: UPLOAD_LIMIT,
      bodyLimit: BODY_LIMIT,
    };
  }

  get url(): string {
    return this.#server?.url ?? '';
  }

  async start(): Promise<this> {
    await completeSamples();
    await this.#startOthers();
    const app = createApp({
      ports: this.ports,
      features,
      idempotency: this.idempotency,
      log: newLog('debug', { write: (line: string) => void this.log.push(line) }),
      rateLimit: this.#rateLimit,
      isDraining: () => this.isDraining,
    });
    this.#server = await listen(app, { host: '127.0.0.1', port: 0 });
    return this;
  }

  async stop(deadline = 1000): Promise<void> {
    await this.#server?.stop(deadline);
    await this.#state?.close();
  }

  /** Features that no fake stands for, over tables of their own; what works beside requests is not started. */
  async #startOthers(): Promise<void> {
    const others = features.filter((feature) => 'start' in feature && !FAKED.has(feature.name));
    if (others.length === 0) return;
    const owners = others.flatMap(({ name, tables }) => (tables ? [{ name, steps: tables.steps }] : []));
    this.#state = await openState(':memory:', { owners });
    const { ledger, projection, ports, now } = this;
    const host = { ...ports, ledger, projection, now, log: newLog('silent') } as unknown as Host;
    for (const feature of others) {
      const { variables = {} } = feature.configuration ?? {};
      const settings = feature.configuration?.settings(z.object(variables).parse({}));
      await feature.start?.(host, { settings, stores: feature.tables?.open(this.#state.database) });
    }
  }

  ask(
    path: string,
    { method = 'GET', headers = {}, body, key = this.#everything }: Asked = {},
  ): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method,
      headers: { ...(key !== '' && { authorization: `Bearer ${key}` }), ...headers },
      ...(body !== undefined && { body }),
    });
  }

  /** POST of JSON: a value, or text as it is. */
  post(path: string, body: unknown, asked: Asked = {}): Promise<Response> {
    return this.ask(path, {
      method: 'POST',
      ...asked,
      headers: { 'content-type': 'application/json', ...asked.headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
  }

  #block(cid: string): Promise<Uint8Array> {
    const block = this.blocks.get(cid);
    return block
      ? Promise.resolve(block)
      : Promise.reject(new PayloadError(cid.startsWith('baf') ? 'BLOCK_MISSING' : 'CID_INVALID', cid));
  }
}

export const problemIn = async (response: Response): Promise<SeenProblem> =>
  (await response.json()) as SeenProblem;
