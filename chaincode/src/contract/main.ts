import { readFileSync } from 'node:fs';
import { newServer, type ServerOptions } from './server.js';

/**
 * Chaincode as a service. Reads the same environment as `fabric-chaincode-node server`: CORE_CHAINCODE_ID,
 * CORE_CHAINCODE_ADDRESS, and for mutual TLS CORE_CHAINCODE_TLS_KEY_FILE, _CERT_FILE, _CLIENT_CACERT_FILE.
 */
function optionsFrom(environment: NodeJS.ProcessEnv): ServerOptions {
  const { CORE_CHAINCODE_ID: ccid, CORE_CHAINCODE_ADDRESS: address } = environment;
  if (ccid === undefined || address === undefined) {
    throw new TypeError('CORE_CHAINCODE_ID and CORE_CHAINCODE_ADDRESS must be set');
  }
  const tls = tlsFrom(environment);
  return { ccid, address, ...(tls && { tls }) };
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

async function main(): Promise<void> {
  const options = optionsFrom(process.env);
  const server = newServer(options);
  const stop = (): void => server.stop();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  await server.start();
  process.stdout.write(`${JSON.stringify({ ready: true, address: options.address })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
