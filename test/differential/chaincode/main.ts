import { readFileSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { Shim, type ChaincodeInterface, type ChaincodeResponse, type ChaincodeStub } from 'fabric-shim';
import ChaincodeServer from 'fabric-shim/lib/server.js';
import { watchOffers } from '../../../chaincode/src/contract/negotiation.js';
import type { Operation } from '../program.js';
import { Responded, run } from './operations.js';

/** A chaincode that does what its argument says and nothing else; every transaction is `run` and a list of operations. */
const chaincode: ChaincodeInterface = {
  Init: () => Promise.resolve(Shim.success()),
  async Invoke(stub: ChaincodeStub): Promise<ChaincodeResponse> {
    try {
      const [, operations = '[]'] = stub.getStringArgs();
      const answers = await run(stub, JSON.parse(operations) as Operation[]);
      return { status: 200, message: '', payload: Buffer.from(JSON.stringify(answers)) };
    } catch (error) {
      if (!(error instanceof Responded))
        return { status: 500, message: String(error), payload: Buffer.alloc(0) };
      const { status, message, payload = '' } = error.operation;
      return { status, message, payload: Buffer.from(payload, 'latin1') };
    }
  },
};

class BatchingServer extends ChaincodeServer {
  override connect(stream: Duplex): void {
    watchOffers(stream);
    super.connect(stream);
  }
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new TypeError(`${name} must be set`);
  return value;
}

/** Mutual TLS with the variables of `fabric-chaincode-node server`, all or none. */
function tlsProps(): { key: Buffer; cert: Buffer; clientCACerts: Buffer } | undefined {
  if (process.env['CORE_CHAINCODE_TLS_KEY_FILE'] === undefined) return undefined;
  return {
    key: readFileSync(required('CORE_CHAINCODE_TLS_KEY_FILE')),
    cert: readFileSync(required('CORE_CHAINCODE_TLS_CERT_FILE')),
    clientCACerts: readFileSync(required('CORE_CHAINCODE_TLS_CLIENT_CACERT_FILE')),
  };
}

const tls = tlsProps();
const address = required('CORE_CHAINCODE_ADDRESS');
const options = { ccid: required('CORE_CHAINCODE_ID'), address, ...(tls && { tlsProps: tls }) };
const server = new BatchingServer(chaincode, options);
// Whoever supervises the process stops it with a signal; nothing of it outlives a run.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
void server.start().then(() => process.stdout.write(`${JSON.stringify({ ready: true, address })}\n`));
