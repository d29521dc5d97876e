/**
 * A client of the peer's Gateway service with fabric-gateway and nothing around it: what our gateway is measured against.
 * As a process of its own (`fork`): takes `{transaction, argument}` messages and answers each with `{ms}` or `{error}`.
 */
import { createPrivateKey } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client, credentials } from '@grpc/grpc-js';
import { connect, signers } from '@hyperledger/fabric-gateway';
import { tlsRootFile } from '@tallystick/network/identity';
import { organisationDirectory, peerAddresses, type Topology } from '@tallystick/network/topology';

export interface BareOptions {
  /** `host:port` of the peer. */
  readonly address: string;
  readonly mspId: string;
  /** MSP directory of the user that signs. */
  readonly mspDirectory: string;
  readonly channel: string;
  readonly chaincode: string;
  /** File of the TLS roots that vouch for the peer (its certificate has the name `localhost`); in clear without. */
  readonly tlsRootFile?: string | undefined;
}

export interface BareClient {
  /** Resolves once the transaction is committed as valid; rejects otherwise. */
  submit(transaction: string, argument: string, transient?: Readonly<Record<string, string>>): Promise<void>;
  /** What the contract answers on the state of the peer; nothing is ordered. */
  evaluate(transaction: string, argument: string): Promise<string>;
  close(): void;
}

async function onlyFile(directory: string): Promise<Buffer> {
  const [name = ''] = await readdir(directory);
  return readFile(join(directory, name));
}

async function newClient({ address, tlsRootFile }: BareOptions): Promise<Client> {
  if (tlsRootFile === undefined) return new Client(address, credentials.createInsecure());
  const roots = await readFile(tlsRootFile);
  return new Client(address, credentials.createSsl(roots), { 'grpc.ssl_target_name_override': 'localhost' });
}

/** Where an organisation's own peer is, and which of its users signs. */
export function bareOptions(topology: Topology, mspId: string, user: string): BareOptions {
  const organisation = organisationDirectory(topology, mspId);
  return {
    address: peerAddresses(topology, mspId)[0],
    mspId,
    mspDirectory: join(organisation, 'users', user, 'msp'),
    channel: topology.channel,
    chaincode: topology.chaincode.name,
    ...(topology.tls && { tlsRootFile: tlsRootFile(organisation) }),
  };
}

export async function connectBare(options: BareOptions): Promise<BareClient> {
  const { mspId, mspDirectory, channel, chaincode } = options;
  const [certificate, key] = await Promise.all([
    onlyFile(join(mspDirectory, 'signcerts')),
    onlyFile(join(mspDirectory, 'keystore')),
  ]);
  const client = await newClient(options);
  const gateway = connect({
    client,
    identity: { mspId, credentials: certificate },
    signer: signers.newPrivateKeySigner(createPrivateKey(key)),
  });
  const contract = gateway.getNetwork(channel).getContract(chaincode);
  return {
    async submit(transaction, argument, transientData = {}) {
      await contract.submit(transaction, { arguments: [argument], transientData: { ...transientData } });
    },
    async evaluate(transaction, argument) {
      return Buffer.from(await contract.evaluateTransaction(transaction, argument)).toString('utf8');
    },
    close() {
      gateway.close();
      client.close();
    },
  };
}

interface Order {
  readonly transaction: string;
  readonly argument: string;
}

async function serve(): Promise<void> {
  const client = await connectBare(JSON.parse(process.argv[2] ?? '') as BareOptions);
  process.on('message', ({ transaction, argument }: Order) => {
    const start = performance.now();
    client.submit(transaction, argument).then(
      () => process.send?.({ ms: performance.now() - start }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
  process.once('disconnect', () => client.close());
  process.send?.({ ready: true });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await serve();
