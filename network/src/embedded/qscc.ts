import { common, peer } from '@hyperledger/fabric-protos';
import { BinaryWriter } from 'google-protobuf';
import { accessDenied } from './admission.js';
import { decodeBlock } from '../wire/index.js';
import { POLICY, type ChannelConfig } from './channel-config.js';
import { messageOf } from './errors.js';
import type { Identity } from './msp.js';
import type { Store } from './store.js';

/** The name of Fabric's query system chaincode. */
export const QSCC = 'qscc';

/** A question that qscc does not answer, in Fabric's words. */
class QueryRefused extends Error {
  override readonly name = 'QueryRefused';
  readonly code = 'QUERY_REFUSED';
}

const BLOCK_NUMBER = /^\d{1,15}$/;

function stored(store: Store, number: number): Uint8Array {
  const block = store.block(number);
  if (!block) throw new QueryRefused(`Failed to get block number ${number}, error Entry not found in index`);
  return block;
}

/** ProcessedTransaction with the very bytes of the envelope, so that its hash is the one in the block. */
function transactionById(store: Store, txId: string): Uint8Array {
  const place = store.place(txId);
  if (!place)
    throw new QueryRefused(
      `Failed to get transaction with id ${txId}, error no such transaction ID [${txId}] in index`,
    );
  const envelope = decodeBlock(stored(store, place.block)).envelopes[place.index];
  const writer = new BinaryWriter();
  writer.writeBytes(1, envelope);
  if (place.code !== peer.TxValidationCode.VALID) writer.writeInt32(2, place.code);
  return writer.getResultBuffer();
}

function blockByNumber(store: Store, argument: string): Uint8Array {
  if (!BLOCK_NUMBER.test(argument))
    throw new QueryRefused(`Failed to parse block number with error ${argument}`);
  return stored(store, Number(argument));
}

function blockByTransaction(store: Store, txId: string): Uint8Array {
  const place = store.place(txId);
  if (!place)
    throw new QueryRefused(
      `Failed to get block for txID ${txId}, error no such transaction ID [${txId}] in index`,
    );
  return stored(store, place.block);
}

function chainInfo(store: Store): Uint8Array {
  const { tip } = store;
  if (!tip) throw new QueryRefused('Failed to get block info');
  const info = new common.BlockchainInfo();
  info.setHeight(tip.height);
  info.setCurrentblockhash(Buffer.from(tip.headerHash, 'hex'));
  info.setPreviousblockhash(decodeBlock(stored(store, tip.height - 1)).header.previousHash);
  return info.serializeBinary();
}

type Query = (store: Store, argument: string) => Uint8Array;

const QUERIES: ReadonlyMap<string, Query> = new Map<string, Query>([
  ['GetTransactionByID', transactionById],
  ['GetBlockByNumber', blockByNumber],
  ['GetBlockByTxID', blockByTransaction],
  ['GetChainInfo', chainInfo],
]);

function success(payload: Uint8Array): peer.Response {
  const response = new peer.Response();
  response.setStatus(200);
  response.setPayload(payload);
  return response;
}

function failure(message: string): peer.Response {
  const response = new peer.Response();
  response.setStatus(500);
  response.setMessage(message);
  return response;
}

/** Who asks, and of which ledger. */
export interface QueryContext {
  readonly channel: string;
  readonly config: ChannelConfig;
  readonly store: Store;
}

function run(
  args: readonly Uint8Array[],
  caller: Identity,
  { channel, config, store }: QueryContext,
): Uint8Array {
  const [name = '', chain = '', argument] = args.map((arg) => Buffer.from(arg).toString());
  if (args.length < 2) throw new QueryRefused(`Incorrect number of arguments, ${args.length}`);
  if (argument === undefined && name !== 'GetChainInfo')
    throw new QueryRefused(`missing 3rd argument for ${name}`);
  if (chain !== channel) throw new QueryRefused(`Invalid chain ID, ${chain}`);
  if (!config.policy(POLICY.readers)([caller]))
    throw new QueryRefused(`access denied for [${name}][${chain}]: [${accessDenied(POLICY.readers)}]`);
  const answer = QUERIES.get(name);
  if (!answer) throw new QueryRefused(`Requested function ${name} not found.`);
  return answer(store, argument ?? '');
}

/** Answers a query about the ledger as Fabric's qscc does (core/scc/qscc/query.go); failures are status 500. */
export function query(args: readonly Uint8Array[], caller: Identity, context: QueryContext): peer.Response {
  try {
    return success(run(args, caller, context));
  } catch (cause) {
    return failure(messageOf(cause));
  }
}
