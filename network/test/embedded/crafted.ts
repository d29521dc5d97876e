import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { common, peer } from '@hyperledger/fabric-protos';
import { memberDirectory, readIdentity } from '../../src/identity/index.js';
import { readChannelConfig, type ChannelConfig } from '../../src/embedded/channel-config.js';
import {
  endorse,
  prepareTransaction,
  responsePayload,
  type Executed,
} from '../../src/embedded/endorsed-transaction.js';
import { signLowS } from '../../src/embedded/ecdsa.js';
import { channelGroup } from '../../src/embedded/genesis.js';
import { channelDefaultPolicy, definitionWrites, LIFECYCLE } from '../../src/embedded/lifecycle.js';
import { readMspConfig } from '../../src/embedded/msp-directory.js';
import { encodeReadWriteSet, proposalHash, transactionId, type Version } from '../../src/wire/index.js';
import { readSigner, type Signer } from '../../src/embedded/signer.js';
import { updatesOf, type BlockUpdates } from '../../src/embedded/commit-hash.js';
import { MemoryLedger } from './recorded.js';
import { CHANNEL, ORGANISATIONS, serialized, type Space } from './space.js';

/** A channel in memory, with everybody who may sign on it. */
export interface Members {
  readonly config: ChannelConfig;
  readonly clients: readonly Signer[];
  readonly peers: readonly Signer[];
  readonly orderer: Signer;
}

async function readClient(space: Space, mspId: string): Promise<Signer> {
  const directory = join(memberDirectory(space.organisation(mspId), 'client', 'user'), 'msp');
  const { certificate, privateKey } = await readIdentity(directory, mspId);
  return { mspId, identity: serialized(mspId, certificate), sign: (data) => signLowS(privateKey, data) };
}

export async function readMembers(space: Space): Promise<Members> {
  const { organisations, orderer } = space.config();
  const config = new common.Config();
  config.setChannelGroup(
    channelGroup({
      organisations: await Promise.all(
        organisations.map(({ mspDir, mspId }) => readMspConfig(mspDir, mspId)),
      ),
      orderer: await readMspConfig(orderer.mspDir, orderer.mspId),
      chaincode: 'tiny',
      batch: { timeoutMs: 10, maxMessages: 500 },
    }),
  );
  return {
    config: await readChannelConfig(config),
    clients: await Promise.all(ORGANISATIONS.map((mspId) => readClient(space, mspId))),
    peers: await Promise.all(organisations.map(({ peerDir, mspId }) => readSigner(peerDir, mspId, 'peer'))),
    orderer: await readSigner(orderer.ordererDir, orderer.mspId, 'orderer'),
  };
}

/** A ledger on which chaincode `tiny` is defined in block 1 with the majority policy. */
export function definedLedger(): MemoryLedger {
  const ledger = new MemoryLedger();
  const updates: BlockUpdates = new Map();
  const policy = channelDefaultPolicy('/Channel/Application/Endorsement');
  const written = definitionWrites({ name: 'tiny', version: '1.0', sequence: 1, policy });
  for (const [key, value] of written)
    updatesOf(updates, LIFECYCLE).keys.set(key, { value, version: { block: 1, transaction: 0 } });
  ledger.commit([], updates);
  return ledger;
}

interface Reads {
  readonly [key: string]: Version | undefined;
}

interface Writes {
  readonly [key: string]: string | undefined;
}

/** What a crafted transaction says; everything has a proper default. */
export interface Craft {
  readonly reads?: Reads;
  readonly writes?: Writes;
  readonly namespace?: string;
  readonly results?: Uint8Array;
  readonly creator?: Signer;
  readonly endorsers?: readonly Signer[];
  readonly channelId?: string;
  readonly type?: number;
  readonly epoch?: number;
  readonly nonce?: Uint8Array;
  readonly txId?: string;
  /** Chaincode in the proposal; the result names `executed`. */
  readonly chaincode?: string;
  readonly executed?: string;
  readonly version?: string;
  readonly extension?: Uint8Array;
  readonly event?: peer.ChaincodeEvent;
  /** Hash in the proposal response. */
  readonly hash?: Uint8Array;
  readonly signature?: Uint8Array;
}

function resultsOf({ reads = {}, writes = {}, namespace = 'tiny' }: Craft): Uint8Array {
  const access = {
    reads: new Map(Object.entries(reads)),
    writes: new Map(
      Object.entries(writes).map(([key, value]) => [
        key,
        value === undefined ? undefined : Buffer.from(value),
      ]),
    ),
  };
  return encodeReadWriteSet(new Map([[namespace, access]]));
}

function headerOf(craft: Craft, creator: Signer, nonce: Uint8Array): common.Header {
  const id = new peer.ChaincodeID();
  id.setName(craft.chaincode ?? 'tiny');
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(id);
  const channel = new common.ChannelHeader();
  channel.setType(craft.type ?? common.HeaderType.ENDORSER_TRANSACTION);
  channel.setChannelId(craft.channelId ?? CHANNEL);
  channel.setEpoch(craft.epoch ?? 0);
  channel.setTxId(craft.txId ?? transactionId(nonce, creator.identity));
  channel.setExtension$(craft.extension ?? extension.serializeBinary());
  const signature = new common.SignatureHeader();
  signature.setCreator(creator.identity);
  signature.setNonce(nonce);
  const header = new common.Header();
  header.setChannelHeader(channel.serializeBinary());
  header.setSignatureHeader(signature.serializeBinary());
  return header;
}

function resultOf(options: Craft): Executed {
  const { results = resultsOf(options), event, version = '1.0' } = options;
  const response = new peer.Response();
  response.setStatus(200);
  return { response, event, results, version };
}

/** An envelope as clients submit it, right or wrong. */
export function craft({ clients, peers }: Members, options: Craft = {}): Uint8Array {
  const {
    creator = clients[0]!,
    endorsers = peers.slice(0, 2),
    nonce = randomBytes(24),
    chaincode = 'tiny',
  } = options;
  const header = headerOf(options, creator, nonce);
  const recordedPayload = Buffer.from('a proposal payload');
  const hash = proposalHash(
    header.getChannelHeader_asU8(),
    header.getSignatureHeader_asU8(),
    recordedPayload,
  );
  const proposal = { header, txId: '', recordedPayload, chaincode: options.executed ?? chaincode, hash };
  const payload = responsePayload({ ...proposal, hash: options.hash ?? hash }, resultOf(options));
  const envelope = prepareTransaction(
    proposal,
    payload,
    endorsers.map((signer) => endorse(payload, signer)),
  );
  envelope.setSignature(options.signature ?? creator.sign(envelope.getPayload_asU8()));
  return envelope.serializeBinary();
}
