import { readFileSync } from 'node:fs';
import { pinnedCouncil } from '../rules/index.js';
import { clockBoundsFrom } from './clock.js';
import { Draining } from './draining.js';
import { editionOfPackage } from './edition.js';
import { SILENT } from './observer.js';
import { serveOperations } from './operations.js';
import { newServer, type ServerOptions } from './server.js';

/**
 * Chaincode as a service. Reads the same environment as `fabric-chaincode-node server`: CORE_CHAINCODE_ID,
 * CORE_CHAINCODE_ADDRESS, and for mutual TLS CORE_CHAINCODE_TLS_KEY_FILE, _CERT_FILE, _CLIENT_CACERT_FILE.
 * CORE_CHAINCODE_ID has to be `<name>_<version of the definition>:<hash>`: the version says by which rules is decided. TALLYSTICK_CHAINCODE_NAME is the name on the channel (`tallystick`): calls that name another are refused. TALLYSTICK_WITNESSES,
 * JSON `{"needed":k,"keys":[hex]}`, pins witnesses that may vouch for a restoration beside those that the space names; pin the same
 * at every organisation, or their peers endorse differently.
 * TALLYSTICK_MAX_AHEAD_SECONDS (30) and TALLYSTICK_MAX_BEHIND_SECONDS (60): how far from our own clock a transaction may be dated.
 * CORE_CHAINCODE_OPERATIONS_ADDRESS (host:port, port 0 for any) adds health and metrics over HTTP; the ready line says where.
 */
function optionsFrom(environment: NodeJS.ProcessEnv): ServerOptions {
  const { CORE_CHAINCODE_ID: ccid, CORE_CHAINCODE_ADDRESS: address } = environment;
  if (ccid === undefined || address === undefined) {
    throw new TypeError('CORE_CHAINCODE_ID and CORE_CHAINCODE_ADDRESS must be set');
  }
  const tls = tlsFrom(environment);
  const { TALLYSTICK_CHAINCODE_NAME: name = 'tallystick', TALLYSTICK_WITNESSES: witnesses } = environment;
  const pinned = witnesses === undefined || witnesses === '' ? undefined : pinnedCouncil(witnesses);
  const clock = clockBoundsFrom(environment);
  const edition = editionOfPackage(ccid, name);
  return { ccid, name, edition, address, clock, ...(pinned && { pinned }), ...(tls && { tls }) };
}

function tlsFrom(environment: NodeJS.ProcessEnv): ServerOptions['tls'] {
  const key = environment['CORE_CHAINCODE_TLS_KEY_FILE'];
  const cert = environment['CORE_CHAINCODE_TLS_CERT_FILE'];
  const clientCa = environment['CORE_CHAINCODE_TLS_CLIENT_CACERT_FILE'];
  if (key === undefined && cert === undefined && clientCa === undefined) return undefined;
  if (key === undefined || cert === undefined || clientCa === undefined) {
    throw new TypeError('chaincode TLS is mutual: set the key, certificate and client CA files together');
  }
  return { key: readFileSync(key), cert: readFileSync(cert), clientCACerts: readFileSync(clientCa) };
}

const STOP_WITHIN = 3_000;

interface Running {
  readonly address: string;
  /** Where health and metrics are, when they were asked for. */
  readonly operations?: string;
  stop(): Promise<void>;
}

async function start(environment: NodeJS.ProcessEnv): Promise<Running> {
  const options = optionsFrom(environment);
  const address = environment['CORE_CHAINCODE_OPERATIONS_ADDRESS'];
  // Loaded only where it is asked for: a start should not wait for what nobody looks at.
  const metrics =
    address === undefined
      ? undefined
      : (await import('./metrics.js')).newMetrics({ ccid: options.ccid, rules: options.edition.name });
  const observer = new Draining(metrics ?? SILENT);
  const server = newServer(options, observer);
  await server.start();
  let isServing = true;
  const operations =
    address === undefined || metrics === undefined
      ? undefined
      : await serveOperations({ address, metrics, isServing: () => isServing });
  return {
    address: options.address,
    ...(operations && { operations: operations.address }),
    async stop() {
      isServing = false;
      await observer.drained(STOP_WITHIN);
      server.stop();
      operations?.stop();
    },
  };
}

async function main(): Promise<void> {
  const { address, operations, ...running } = await start(process.env);
  const end = (): void => void running.stop();
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdout.write(`${JSON.stringify({ ready: true, address, operations })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
