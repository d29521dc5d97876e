import { existsSync, readFileSync } from 'node:fs';
import { common } from '@hyperledger/fabric-protos';
import { decodeBlock, type DecodedBlock, type Version } from '../../src/wire/index.js';
import type { BlockUpdates } from '../../src/embedded/commit-hash.js';
import type { LedgerView, ValidatedTransaction } from '../../src/embedded/validator.js';

// Two recorded Fabric 3.1.5 channels; read in place, never copied.
const ROOT = new URL('../../../../shared/data/fabric-blocks/', import.meta.url);

export type Recording = 'raft' | 'bft';

export function hasRecordings(): boolean {
  return existsSync(new URL('raft/blocks-peer1.json', ROOT));
}

export interface RecordedBlock extends DecodedBlock {
  readonly bytes: Uint8Array;
}

interface BlocksFile {
  readonly blocks: readonly { readonly base64: string }[];
}

interface TransactionsFile {
  readonly transactions: readonly { readonly label: string; readonly txId: string }[];
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));
}

export function recordedBlocks(recording: Recording): RecordedBlock[] {
  const file = readJson(`${recording}/blocks-peer1.json`) as BlocksFile;
  return file.blocks.map(({ base64 }) => {
    const bytes = Buffer.from(base64, 'base64');
    return { bytes, ...decodeBlock(bytes) };
  });
}

/** Label of the recording script by transaction id; lifecycle transactions have none. */
export function recordedLabels(recording: Recording): Map<string, string> {
  const { transactions } = readJson(`${recording}/transactions.json`) as TransactionsFile;
  return new Map(transactions.map(({ txId, label }) => [txId, label]));
}

/** The configuration a config block carries, or nothing for a block of endorser transactions. */
export function configIn(block: DecodedBlock): common.Config | undefined {
  const payload = common.Payload.deserializeBinary(
    common.Envelope.deserializeBinary(block.envelopes[0]!).getPayload_asU8(),
  );
  const header = common.ChannelHeader.deserializeBinary(payload.getHeader()!.getChannelHeader_asU8());
  if (header.getType() !== common.HeaderType.CONFIG) return undefined;
  return common.ConfigEnvelope.deserializeBinary(payload.getData_asU8()).getConfig();
}

/** Committed state in memory. */
export class MemoryLedger implements LedgerView {
  readonly #state = new Map<string, { value: Uint8Array; version: Version }>();
  readonly #transactions = new Set<string>();

  hasTransaction(txId: string): boolean {
    return this.#transactions.has(txId);
  }

  get(namespace: string, key: string): { value: Uint8Array; version: Version } | undefined {
    return this.#state.get(`${namespace}\n${key}`);
  }

  commit(transactions: readonly ValidatedTransaction[], updates: BlockUpdates): void {
    for (const { txId } of transactions) this.#transactions.add(txId);
    for (const [namespace, { keys }] of updates)
      for (const [key, { value, version }] of keys) {
        if (value) this.#state.set(`${namespace}\n${key}`, { value, version });
        else this.#state.delete(`${namespace}\n${key}`);
      }
  }
}
