import { mkdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import { createApp } from './app.js';
import { now } from './application/clock.js';
import { newFailpoints } from './application/failpoints.js';
import { connect, follow } from './application/following.js';
import { enrolled, factsOf, rules, seedsOf, type Identities } from './application/identities.js';
import {
  keepOpenings,
  openOrganisation,
  openPayloads,
  purging,
  storedOperation,
} from './application/kept.js';
import { readinessOf } from './application/readiness.js';
import { Started } from './application/started.js';
import type { Config } from './config.js';
import { Faces } from './feature/face.js';
import type { Host } from './feature/host.js';
import { features } from './features/index.js';
import { newPendingOperations } from './http/pending-operations.js';
import { listen } from './http/server.js';
import { readIdentities } from './identities/index.js';
import { newEvidenceSource } from './ledger/evidence-source.js';
import { PROJECTION_FAILPOINTS } from './projection/failpoint.js';
import { newLag, newPeerHeight } from './projection/lag.js';
import type { Ports } from './routes/index.js';
import { resolveUnfinished } from './state/port-recovery.js';
import type { OpenedState } from './state/store.js';

/** A gateway that serves. */
export interface Gateway {
  /** `http://host:port`. */
  readonly url: string;
  /** Readiness flips, nothing more is accepted, what is in flight ends; then everything stops in the reverse order of starting. */
  stop(): Promise<void>;
}

const OWNER_ONLY = 0o700;

/** Opens what is kept, connects, finds out what a crash left undecided, and follows the blocks. */
async function newHost(
  config: Config,
  identities: Identities,
  state: OpenedState,
  log: Logger,
  started: Started,
): Promise<Host> {
  const operator = enrolled(identities, config.operatorIdentity, 'TALLYSTICK_OPERATOR_IDENTITY');
  const component = enrolled(identities, config.componentIdentity, 'TALLYSTICK_COMPONENT_IDENTITY');
  const steps = [...PROJECTION_FAILPOINTS, ...features.flatMap((feature) => feature.failpoints ?? [])];
  const failpoints = newFailpoints(config.failpoint, steps);
  const content = await openPayloads(config, started);
  const { peers, ledger } = await connect(config, identities, log, started);
  // Before anything is served: what is in flight afterwards is this process's own.
  await resolveUnfinished(state, (txId) => ledger.outcome(txId), storedOperation);
  const projection = follow(config, { ledger, failpoints, log }, started);
  const openBlocks: Host['openBlocks'] = () => {
    const source = newEvidenceSource({ peers, channel: config.channel, reader: operator });
    started.add(() => source.close());
    return source;
  };
  const peerHeight = newPeerHeight(ledger);
  const lag = newLag(projection, peerHeight);
  const { openings } = state;
  const { participant } = rules.factsOf(component);
  const people = { identities, operator, component, participant, rules };
  const own = { config, content, openings, faces: new Faces() };
  return { ...own, ...people, ledger, projection, peerHeight, lag, failpoints, openBlocks, log, now };
}

/** All features, one after the other. */
async function startFeatures(
  config: Config,
  host: Host,
  { database }: OpenedState,
  started: Started,
): Promise<void> {
  for (const feature of features) {
    const stores = feature.tables?.open(database);
    const settings = config.features[feature.name];
    await started.run((await feature.start?.(host, { settings, stores })) ?? []);
  }
}

function portsOf(
  { config, ledger, projection, content, faces, identities, peerHeight, lag }: Host,
  state: OpenedState,
  started: Started,
  isDraining: () => boolean,
): Ports {
  const { workers } = started;
  return {
    faces,
    ledger,
    projection,
    blocks: content.store,
    apiKeys: state.apiKeys,
    operations: state.operations,
    keepOpenings: keepOpenings(state.openings),
    mspId: config.mspId,
    identities: factsOf(identities),
    lag,
    readiness: readinessOf({ isDraining, peerHeight, projection, content, workers }),
    now,
    blockAccess: config.blocks,
    uploadLimit: config.uploadLimit,
    bodyLimit: config.bodyLimit,
  };
}

/** Opens what is kept, connects, follows, answers, serves: in this order. Resolves with the URL. */
async function assemble(config: Config, log: Logger, started: Started): Promise<string> {
  await mkdir(config.dataDir, { recursive: true, mode: OWNER_ONLY });
  const identities = await readIdentities(config.identities, config.mspId, config.identityNames);
  const seeds = await seedsOf(config.apiKeys, identities);
  const state = await openOrganisation(config, features, seeds, started);
  await started.run([purging(state, log)]);
  const host = await newHost(config, identities, state, log, started);
  await startFeatures(config, host, state, started);
  const { operations, idempotency } = state;
  await started.run([newPendingOperations({ operations, ledger: host.ledger, log })]);

  let isStopping = false;
  const isDraining = (): boolean => isStopping;
  const ports = portsOf(host, state, started, isDraining);
  const app = createApp({ ports, features, idempotency, log, rateLimit: config.rateLimit, isDraining });
  const server = await listen(app, config.listen);
  started.add(() => server.stop(config.drainTimeout));
  started.add(() => void (isStopping = true));
  return server.url;
}

/** Start a gateway. What was started before a failure is stopped again. */
export async function startGateway(config: Config, log: Logger): Promise<Gateway> {
  const started = new Started();
  try {
    const url = await assemble(config, log, started);
    return { url, stop: () => started.stop() };
  } catch (error) {
    await started.stop();
    throw error;
  }
}
