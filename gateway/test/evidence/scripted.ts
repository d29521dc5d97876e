import { createHash } from 'node:crypto';
import { common, ledger, msp, peer } from '@hyperledger/fabric-protos';
import { encode } from '@tallystick/chaincode/model';
import type { EndorsedBytes } from '../../src/ledger/endorsed-bytes.js';
import type { EvidenceSource } from '../../src/ledger/evidence-source.js';
import { dataHash } from '../../src/ledger/block-hash.js';
import { LedgerNotEndorsed } from '../../src/ledger/port-errors.js';
import { rawBlockOf } from '../../src/ledger/raw-block.js';
import type {
  ProjectedRecord,
  ProjectedTransaction,
  Projection,
  TransactionLog,
} from '../../src/projection/port.js';
import { signed } from './raw-chain.js';

export const CHAINCODE = 'tallystick';
export const DEFINITION = `namespaces/fields/${CHAINCODE}/Sequence`;

/** A transaction as a test tells it; what it read is named by key, and found at the place of its last writer. */
export interface Told {
  readonly name: string;
  readonly reads?: readonly string[];
  readonly writes?: Readonly<Record<string, object>>;
  readonly result?: unknown;
}

export const txIdOf = (name: string): string => createHash('sha256').update(name).digest('hex');

interface Placed {
  readonly block: number;
  readonly index: number;
}

/**
 * A ledger that a test tells, one transaction to a block after the genesis block and the chaincode's definition, with everything that
 * collecting asks of it. The bytes are as Fabric has them, but for signatures, which nobody here looks at.
 */
export class ScriptedChain implements EvidenceSource {
  readonly organisations = ['AMSP', 'BMSP', 'CMSP'];
  /** Organisations that do not answer. */
  readonly down = new Set<string>();
  /** Validation codes other than valid, by transaction name. */
  readonly codes = new Map<string, number>();
  readonly asked: { readonly what: string; readonly of: readonly string[] }[] = [];
  readonly #envelopes = new Map<string, Uint8Array>();
  readonly #places = new Map<string, Placed>();
  readonly #results = new Map<string, { transaction: string; result: string }>();
  readonly #history = new Map<string, ProjectedRecord[]>();
  readonly #blocks: Uint8Array[] = [];
  readonly #listeners = new Set<(block: bigint) => void>();

  constructor() {
    this.#append([configEnvelope(this.organisations)], 0);
    this.tell({ name: 'definition' });
  }

  tell(...told: readonly Told[]): void {
    for (const each of told) {
      const place = { block: this.#blocks.length, index: 0 };
      const txId = txIdOf(each.name);
      const envelope = this.#envelopeOf(each, txId);
      this.#append([envelope], 0);
      this.#envelopes.set(txId, envelope);
      this.#places.set(txId, place);
      this.#results.set(txId, { transaction: each.name, result: encode(each.result ?? {}) });
      for (const [key, value] of Object.entries(each.writes ?? {}))
        this.#history.set(key, [...(this.#history.get(key) ?? []), record(key, value, txId, place)]);
      for (const listener of this.#listeners) listener(BigInt(place.block));
    }
  }

  readonly projection: Pick<Projection, 'record' | 'history' | 'transaction' | 'height' | 'onBlock'> &
    TransactionLog = {
    record: (key) => Promise.resolve(this.#history.get(key)?.at(-1)),
    history: (key) => Promise.resolve(this.#history.get(key) ?? []),
    transaction: (txId) => {
      const place = this.#places.get(txId);
      const found = place && { txId, blockNumber: BigInt(place.block), txIndex: place.index };
      return Promise.resolve(found as ProjectedTransaction | undefined);
    },
    height: () => Promise.resolve(BigInt(this.#blocks.length - 1)),
    onBlock: (listener) => {
      this.#listeners.add(listener);
      return () => void this.#listeners.delete(listener);
    },
    results: (contract, after, upTo) =>
      Promise.resolve(
        [...this.#results]
          .filter(([txId]) => {
            const block = BigInt(this.#places.get(txId)?.block ?? 0);
            return block > after && block <= upTo;
          })
          .map(([, result]) => result)
          .filter(({ transaction }) => transaction.startsWith(`${contract}:`)),
      ),
    idAt: (block, index) =>
      Promise.resolve(
        [...this.#places].find(([, at]) => at.block === Number(block) && at.index === index)?.[0],
      ),
  };

  validity(txId: string, of: readonly string[]): Promise<EndorsedBytes> {
    const processed = new peer.ProcessedTransaction();
    processed.setTransactionenvelope(
      common.Envelope.deserializeBinary(this.#envelopes.get(txId) ?? new Uint8Array()),
    );
    const name = this.#results.get(txId)?.transaction ?? '';
    processed.setValidationcode(this.codes.get(name) ?? 0);
    return this.#endorsed(`validity ${name}`, processed.serializeBinary(), of);
  }

  state(keys: readonly string[], of: readonly string[]): Promise<EndorsedBytes> {
    return this.#endorsed(`state ${keys.join(' ')}`, new Uint8Array(), of);
  }

  height(): Promise<bigint> {
    return Promise.resolve(BigInt(this.#blocks.length - 1));
  }

  blockBytes(number: bigint): Promise<Uint8Array> {
    return Promise.resolve(this.#blocks[Number(number)] ?? new Uint8Array());
  }

  async block(number: bigint): ReturnType<EvidenceSource['block']> {
    return rawBlockOf(await this.blockBytes(number));
  }

  close(): void {
    this.#listeners.clear();
  }

  async #endorsed(what: string, payload: Uint8Array, of: readonly string[]): Promise<EndorsedBytes> {
    this.asked.push({ what, of });
    await Promise.resolve();
    if (of.some((mspId) => this.down.has(mspId)))
      throw new LedgerNotEndorsed('an organisation is down', true, {});
    const response = new peer.Response();
    response.setStatus(200);
    response.setPayload(payload);
    const action = new peer.ChaincodeAction();
    action.setResponse(response);
    return {
      channelHeader: Buffer.from(what),
      signatureHeader: new Uint8Array(),
      proposal: new Uint8Array(),
      response: responsePayload(action),
      endorsements: of.map((mspId) => ({
        endorser: Buffer.from(mspId),
        signature: Buffer.from('signature'),
      })),
    };
  }

  #envelopeOf({ reads = [], name }: Told, txId: string): Uint8Array {
    const header = new common.ChannelHeader();
    header.setTxId(txId);
    header.setType(common.HeaderType.ENDORSER_TRANSACTION);
    const action = new peer.ChaincodeAction();
    action.setResults(this.#resultsOf(name, reads));
    const endorsed = new peer.ChaincodeEndorsedAction();
    endorsed.setProposalResponsePayload(responsePayload(action));
    const payload = new peer.ChaincodeActionPayload();
    payload.setAction(endorsed);
    const made = new peer.TransactionAction();
    made.setPayload(payload.serializeBinary());
    const transaction = new peer.Transaction();
    transaction.addActions(made);
    return envelopeOf(header, transaction.serializeBinary());
  }

  #resultsOf(name: string, keys: readonly string[]): Uint8Array {
    const results = new ledger.rwset.TxReadWriteSet();
    const definition = name === 'definition' ? undefined : this.#places.get(txIdOf('definition'));
    results.addNsRwset(readSet('_lifecycle', [[DEFINITION, definition]]));
    const last = (key: string): Placed | undefined => {
      const version = this.#history.get(key)?.at(-1);
      return version && { block: Number(version.blockNumber), index: version.txIndex };
    };
    results.addNsRwset(
      readSet(
        CHAINCODE,
        keys.map((key) => [key, last(key)] as const),
      ),
    );
    return results.serializeBinary();
  }

  #append(envelopes: readonly Uint8Array[], lastConfig: number): void {
    const block = new common.Block();
    const header = new common.BlockHeader();
    header.setNumber(this.#blocks.length);
    header.setDataHash(dataHash(envelopes));
    block.setHeader(header);
    const data = new common.BlockData();
    data.setDataList([...envelopes]);
    block.setData(data);
    block.setMetadata(signed(lastConfig));
    this.#blocks.push(block.serializeBinary());
  }
}

function record(key: string, value: object, txId: string, { block, index }: Placed): ProjectedRecord {
  const kind = key.split('/', 1)[0] ?? key;
  return {
    key,
    kind,
    value: value as ProjectedRecord['value'],
    txId,
    blockNumber: BigInt(block),
    txIndex: index,
  };
}

function readSet(
  namespace: string,
  reads: readonly (readonly [key: string, at: Placed | undefined])[],
): ledger.rwset.NsReadWriteSet {
  const set = new ledger.rwset.kvrwset.KVRWSet();
  for (const [key, at] of reads) {
    const read = new ledger.rwset.kvrwset.KVRead();
    read.setKey(key);
    if (at !== undefined) {
      const version = new ledger.rwset.kvrwset.Version();
      version.setBlockNum(at.block);
      version.setTxNum(at.index);
      read.setVersion(version);
    }
    set.addReads(read);
  }
  const ns = new ledger.rwset.NsReadWriteSet();
  ns.setNamespace(namespace);
  ns.setRwset(set.serializeBinary());
  return ns;
}

function responsePayload(action: peer.ChaincodeAction): Uint8Array {
  const payload = new peer.ProposalResponsePayload();
  payload.setExtension$(action.serializeBinary());
  return payload.serializeBinary();
}

function envelopeOf(channel: common.ChannelHeader, data: Uint8Array): Uint8Array {
  const header = new common.Header();
  header.setChannelHeader(channel.serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(data);
  const envelope = new common.Envelope();
  envelope.setPayload(payload.serializeBinary());
  return envelope.serializeBinary();
}

function configEnvelope(mspIds: readonly string[]): Uint8Array {
  const application = new common.ConfigGroup();
  for (const mspId of mspIds) {
    const fabric = new msp.FabricMSPConfig();
    fabric.setName(mspId);
    const config = new msp.MSPConfig();
    config.setConfig(fabric.serializeBinary());
    const value = new common.ConfigValue();
    value.setValue(config.serializeBinary());
    const group = new common.ConfigGroup();
    group.getValuesMap().set('MSP', value);
    application.getGroupsMap().set(mspId, group);
  }
  const channel = new common.ConfigGroup();
  channel.getGroupsMap().set('Application', application);
  const config = new common.Config();
  config.setChannelGroup(channel);
  const envelope = new common.ConfigEnvelope();
  envelope.setConfig(config);
  return envelopeOf(new common.ChannelHeader(), envelope.serializeBinary());
}
