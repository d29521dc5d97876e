import { join } from 'node:path';
import { encode, type Opening } from '@tallystick/chaincode/model';
import { openingDigest } from '@tallystick/chaincode/rules';
import type { Logger } from 'pino';
import type { GatewayConfig } from '../config/gateway.js';
import type { Feature } from '../feature/feature.js';
import { newRemoteBlocks, openContent, type Content } from '../payload/index.js';
import { operationAnswer, type Ports } from '../routes/index.js';
import type { ApiKeySeed } from '../state/api-keys.js';
import type { Openings, StateStore, StoredResponse } from '../state/port.js';
import { openState, type OpenedState } from '../state/store.js';
import { Periodic } from '../workers/periodic.js';
import type { Worker } from '../workers/worker.js';
import type { Started } from './started.js';

const PURGE_MS = 3_600_000;

/** What the organisation must not lose, with the tables of all features. */
export async function openOrganisation(
  { dataDir }: GatewayConfig,
  features: readonly Feature[],
  seeds: readonly ApiKeySeed[],
  started: Started,
): Promise<OpenedState> {
  const owners = features.flatMap(({ name, tables }) => (tables ? [{ name, steps: tables.steps }] : []));
  const state = await openState(join(dataDir, 'state.sqlite'), { seeds, owners });
  started.add(() => state.close());
  return state;
}

/** Payloads, here or in Kubo. */
export async function openPayloads(
  { content: settings, dataDir, members }: GatewayConfig,
  started: Started,
): Promise<Content> {
  const content = await openContent(settings, dataDir, newRemoteBlocks(Object.values(members)));
  started.add(() => content.store.close());
  return content;
}

/** Keys of idempotency count for a day. */
export const purging = ({ idempotency }: StateStore, log: Logger): Worker =>
  new Periodic({
    name: 'idempotency',
    every: PURGE_MS,
    look: () => idempotency.purge(),
    failed: (err) => log.warn({ err }, 'could not drop old idempotency keys'),
  });

export const keepOpenings =
  (openings: Openings): Ports['keepOpenings'] =>
  (opened: readonly Opening[]) =>
    openings.put(
      opened.map((opening) => ({
        digest: openingDigest(opening),
        salt: opening.salt,
        value: encode(opening.value),
      })),
    );

/** How an operation that a crash left undecided is answered, once it is known. */
export function storedOperation(operation: Parameters<typeof operationAnswer>[0]): StoredResponse {
  const { status, headers = {}, body } = operationAnswer(operation);
  if (typeof body !== 'string') throw new Error('an operation is answered with text');
  return { status, headers, body };
}
