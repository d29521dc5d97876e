import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encode, type Opening } from '@tallystick/chaincode/model';
import { callerFrom, openingDigest } from '@tallystick/chaincode/rules';
import type { Logger } from 'pino';
import { createApp } from './app.js';
import { ConfigError, type Config } from './config.js';
import { Faces } from './feature/face.js';
import { CHECKPOINTS, DIVERGENCES } from './features/checkpoints/port.js';
import type { Watch } from './features/checkpoints/watch.js';
import { failpointsAmong } from './failpoints.js';
import { openAgeIdentity } from './features/custody/age-identity.js';
import { newCustody } from './features/custody/custody.js';
import { FAILPOINTS, failpointsOf } from './features/custody/failpoint.js';
import { Lapses } from './features/custody/lapsing.js';
import { sweepOrphans } from './features/custody/orphans.js';
import { DEFAULT_SETTINGS } from './features/custody/parts.js';
import { SIGNED_TERMS, USE_CASES } from './features/custody/port.js';
import { EVIDENCE, type Evidence } from './features/evidence/port.js';
import { features } from './features/index.js';
import { OBLIGATIONS, type Obligations } from './features/obligations/port.js';
import { POLICIES } from './features/policies/port.js';
import { TRANSFORMATIONS, type Transformations } from './features/transformations/port.js';
import { makeTransformations, seeToDuties } from './application/duties.js';
import { failpointFor, watchCheckpoints } from './application/checkpoints.js';
import { makeEvidence } from './application/evidence.js';
import { followMemberships } from './application/memberships.js';
import {
  now,
  Started,
  type Custody,
  type Followed,
  type Identities,
  type Kept,
} from './application/started.js';
import { newPendingOperations } from './http/pending-operations.js';
import { allScopes } from './http/scopes.js';
import { listen } from './http/server.js';
import { readIdentities } from './identities/index.js';
import { newFabricLedger } from './ledger/fabric-ledger.js';
import type { PeerAddress } from './ledger/connection.js';
import { readPeerAddresses } from './ledger/peer-addresses.js';
import type { Ledger } from './ledger/port.js';
import { newPayloads, newRemoteBlocks, openContent, type Content } from './payload/index.js';
import { newPolicies } from './features/policies/policies.js';
import { PROJECTION_FAILPOINTS } from './projection/failpoint.js';
import { newLag, newPeerHeight } from './projection/lag.js';
import type { FollowedProjection } from './projection/port.js';
import { newProjection } from './projection/projection.js';
import { operationAnswer, type EnrolledFacts, type Ports } from './routes/index.js';
import { readApiKeySeeds, type ApiKeySeed } from './state/api-keys.js';
import { resolveUnfinished } from './state/port-recovery.js';
import type { StateStore, StoredResponse } from './state/port.js';
import { newStateStore } from './state/store.js';

/** A gateway that serves. */
export interface Gateway {
  /** `http://host:port`. */
  readonly url: string;
  /** Readiness flips, nothing more is accepted, what is in flight ends; then everything stops in the reverse order of starting. */
  stop(): Promise<void>;
}

const OWNER_ONLY = 0o700;
/** How often the store is swept, and how old a file must be: longer than any registration takes. */
const SWEEP_MS = 60 * 60 * 1000;
const SWEEP_AGE_MS = 24 * 60 * 60 * 1000;
const PURGE_MS = 3_600_000;

async function seedsOf(file: string | undefined, identities: Identities): Promise<readonly ApiKeySeed[]> {
  if (file === undefined) return [];
  const seeds = await readApiKeySeeds(file);
  const known: readonly string[] = allScopes;
  const problems = seeds.flatMap(({ name, identity, scopes }) => [
    ...(identities.has(identity) ? [] : [`API key ${name}: no enrolled identity is named ${identity}`]),
    ...scopes.filter((scope) => !known.includes(scope)).map((scope) => `API key ${name}: no scope ${scope}`),
  ]);
  if (problems.length > 0) throw new ConfigError(problems);
  return seeds;
}

function ledgerOf(
  config: Config,
  peers: readonly PeerAddress[],
  identities: Identities,
  log: Logger,
): Ledger {
  return newFabricLedger({
    peers,
    channel: config.channel,
    chaincode: config.chaincode,
    identities,
    reader: config.operatorIdentity,
    limits: { inFlight: config.inFlight, waiting: config.waiting },
    deadlines: {
      endorse: config.endorseTimeout,
      submit: config.endorseTimeout,
      commit: config.commitTimeout,
    },
    onDisconnect: (err, pause, peer) =>
      log.warn({ err, pause, peer }, 'the peer’s block stream ended; connecting again'),
  });
}

function factsOf(identities: Identities): ReadonlyMap<string, EnrolledFacts> {
  return new Map([...identities].map(([name, identity]) => [name, callerFrom(identity, now())]));
}

function keepOpenings({ openings }: StateStore): Ports['keepOpenings'] {
  return (opened: readonly Opening[]) =>
    openings.put(
      opened.map((opening) => ({
        digest: openingDigest(opening),
        salt: opening.salt,
        value: encode(opening.value),
      })),
    );
}

function storedOperation(operation: Parameters<typeof operationAnswer>[0]): StoredResponse {
  const { status, headers = {}, body } = operationAnswer(operation);
  if (typeof body !== 'string') throw new Error('an operation is answered with text');
  return { status, headers, body };
}

async function ledgerVerdict(peerHeight: () => Promise<bigint>): Promise<string | undefined> {
  try {
    await peerHeight();
    return undefined;
  } catch {
    return 'the peer cannot be reached';
  }
}

function projectionVerdict(projection: FollowedProjection): string | undefined {
  const { state } = projection.status();
  return state === 'FOLLOWING' ? undefined : `the projection is ${state.toLowerCase()}`;
}

/** Reads and what was exported before go on; nothing is answered or released. */
function rulesVerdict(projection: FollowedProjection): string | undefined {
  const { version, edition } = projection.rules();
  return version === undefined || edition !== undefined
    ? undefined
    : `the chaincode definition in force, version ${version}, names rules that this gateway does not know`;
}

/** Opens what this organisation keeps. */
async function openStores(
  { dataDir, members, content: settings }: Config,
  seeds: readonly ApiKeySeed[],
  log: Logger,
  started: Started,
): Promise<Kept> {
  const state = await newStateStore(join(dataDir, 'state.sqlite'), { seeds });
  started.add(() => state.close());
  const purge = setInterval(() => void purgeIdempotency(state, log), PURGE_MS);
  started.add(() => clearInterval(purge));
  const content = await openContent(settings, dataDir, newRemoteBlocks(Object.values(members)));
  started.add(() => content.store.close());
  return { state, content, age: await openAgeIdentity(dataDir) };
}

/** Connects to the own peers, finds out what a crash left undecided, and follows the blocks. */
async function follow(
  config: Config,
  { state }: Kept,
  identities: Identities,
  log: Logger,
  started: Started,
): Promise<Followed> {
  const peers = await readPeerAddresses(config.peers, config.mspId, config.channel);
  const ledger = ledgerOf(config, peers, identities, log);
  started.add(() => ledger.close());
  // Before anything is served: what is in flight afterwards is this process's own.
  await resolveUnfinished(state, (txId) => ledger.outcome(txId), storedOperation);
  const projection = newProjection({
    file: join(config.dataDir, 'projection.sqlite'),
    ledger,
    channel: config.channel,
    chaincode: config.chaincode,
    failpoints: failpointsAmong(PROJECTION_FAILPOINTS, failpointFor(PROJECTION_FAILPOINTS, config)),
    onAlarm: (err) => log.fatal({ err }, 'the projection has stopped: a block does not fit'),
  });
  started.add(() => projection.close());
  projection.start();
  return { peers, ledger, projection };
}

/** Answers the requests that concern us, and looks up what was answered with 202. */
function takeCustody(
  config: Config,
  followed: Kept & Followed,
  identities: Identities,
  log: Logger,
  started: Started,
): Custody {
  const { state, content, age, ledger, projection } = followed;
  const custody = newCustody({
    ledger,
    projection,
    memberships: followMemberships(config, followed, identities, started),
    state,
    payloads: newPayloads(content.store),
    signers: identities,
    component: config.componentIdentity,
    operator: config.operatorIdentity,
    age,
    failpoints: failpointsOf(failpointFor(FAILPOINTS, config)),
    log,
    now,
    settings: DEFAULT_SETTINGS,
  });
  custody.custodian.start();
  lapseOwn(config, followed, identities, log, started);
  started.add(() => custody.custodian.stop());
  const sweeping = setInterval(() => void sweepStore(content, projection, log), SWEEP_MS);
  started.add(() => clearInterval(sweeping));
  const pending = newPendingOperations({ operations: state.operations, ledger, log });
  pending.start();
  started.add(() => pending.stop());
  started.add(() => custody.useCases.drain());
  return custody;
}

/** Requests of ours that nobody answers do not hang: this gateway writes down that they lapsed. */
function lapseOwn(
  { operatorIdentity: identity }: Config,
  { ledger, projection }: Followed,
  identities: Identities,
  log: Logger,
  started: Started,
): void {
  const signer = identities.get(identity);
  if (signer === undefined) return;
  const { participant } = callerFrom(signer, now());
  const lapses = new Lapses({ ledger, projection, identity, participant, log, now });
  lapses.start();
  started.add(() => lapses.stop());
}

function portsOf(
  config: Config,
  {
    state,
    content,
    ledger,
    projection,
    useCases,
    custodian,
    evidence,
    obligations,
    transformations,
    checkpoints,
    divergences,
  }: Kept &
    Followed &
    Custody &
    Watch & {
      readonly evidence: Evidence;
      readonly obligations: Obligations;
      readonly transformations: Transformations;
    },
  identities: Identities,
  isDraining: () => boolean,
): Ports {
  const peerHeight = newPeerHeight(ledger);
  return {
    ledger,
    projection,
    faces: new Faces()
      .show(USE_CASES, useCases)
      .show(SIGNED_TERMS, state.offers)
      .show(EVIDENCE, evidence)
      .show(CHECKPOINTS, checkpoints)
      .show(DIVERGENCES, divergences)
      .show(OBLIGATIONS, obligations)
      .show(TRANSFORMATIONS, transformations)
      .show(POLICIES, newPolicies(projection)),
    blocks: content.store,
    apiKeys: state.apiKeys,
    operations: state.operations,
    keepOpenings: keepOpenings(state),
    mspId: config.mspId,
    identities: factsOf(identities),
    lag: newLag(projection, peerHeight),
    readiness: {
      process: () => Promise.resolve(isDraining() ? 'stopping' : undefined),
      ledger: () => ledgerVerdict(peerHeight),
      projection: () => Promise.resolve(projectionVerdict(projection)),
      store: () => content.verdict(),
      rules: () => Promise.resolve(rulesVerdict(projection)),
      custody: async () => ((await custodian.status()).isRunning ? undefined : 'custody does not run'),
    },
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
  const kept = await openStores(config, await seedsOf(config.apiKeys, identities), log, started);
  const followed = await follow(config, kept, identities, log, started);
  const custody = takeCustody(config, { ...kept, ...followed }, identities, log, started);
  const obligations = seeToDuties(config, { ...kept, ...followed, ...custody }, identities, log, started);
  const watch = await watchCheckpoints(config, { ...kept, ...followed }, identities, log, started);
  const evidence = makeEvidence(config, { ...kept, ...followed, ...watch }, identities, log, started);

  let isStopping = false;
  const isDraining = (): boolean => isStopping;
  const transformations = makeTransformations(config, { ...followed, ...custody }, identities);
  const own = { ...kept, ...followed, ...custody, ...watch, evidence, obligations, transformations };
  const ports = portsOf(config, own, identities, isDraining);
  const { idempotency } = kept.state;
  const app = createApp({ ports, features, idempotency, log, rateLimit: config.rateLimit, isDraining });
  const server = await listen(app, config.listen);
  started.add(() => server.stop(config.drainTimeout));
  started.add(() => void (isStopping = true));
  return server.url;
}

async function sweepStore({ sweep }: Content, projection: FollowedProjection, log: Logger): Promise<void> {
  if (sweep === undefined) return;
  try {
    const released = await sweepOrphans(sweep, projection, Date.now() - SWEEP_AGE_MS);
    if (released.length > 0) log.info({ released }, 'let go of payloads that no record names');
  } catch (err) {
    log.warn({ err }, 'could not look for payloads that no record names');
  }
}

async function purgeIdempotency({ idempotency }: StateStore, log: Logger): Promise<void> {
  try {
    await idempotency.purge();
  } catch (err) {
    log.warn({ err }, 'could not drop old idempotency keys');
  }
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
