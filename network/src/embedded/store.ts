import { ClassicLevel } from 'classic-level';
import type { BlockUpdates } from './commit-hash.js';
import { EmbeddedNodeError, messageOf } from './errors.js';
import type { Version } from '../wire/index.js';
import type { LedgerView, ValidatedTransaction } from './validator.js';
import type { ValidationCode } from './transaction.js';

/** Where a transaction is and what became of it. */
interface TransactionPlace {
  readonly block: number;
  readonly index: number;
  readonly code: ValidationCode;
}

/** The end of the chain. Hashes are hex. */
export interface Tip {
  /** Number of blocks. */
  readonly height: number;
  readonly headerHash: string;
  /** Empty while there is only the genesis block. */
  readonly commitHash: string;
  /** Number of the newest config block. */
  readonly lastConfig: number;
}

interface StateValue {
  readonly value: Uint8Array;
  readonly version: Version;
}

/** Committed state as of one moment; what a simulation reads from, however many blocks are committed meanwhile. */
export interface StateSnapshot {
  get(namespace: string, key: string): StateValue | undefined;
  close(): void;
}

interface NewBlock {
  readonly bytes: Uint8Array;
  readonly tip: Tip;
  readonly transactions: readonly ValidatedTransaction[];
  readonly updates: BlockUpdates;
}

/** Blocks, state and transaction index in one database. */
export interface Store extends LedgerView {
  /** Nothing while the store is empty. */
  readonly tip: Tip | undefined;
  block(number: number): Uint8Array | undefined;
  place(txId: string): TransactionPlace | undefined;
  snapshot(): StateSnapshot;
  /** Writes a block and everything that follows from it in one synced batch: after a crash all of it is there or none. */
  append(block: NewBlock): Promise<void>;
  close(): Promise<void>;
}

// One key space: b<number>, s<namespace>\0<key>, t<transaction id>, and one record for the tip. Namespaces are chaincode
// names, which have no NUL, so no key of one namespace can be read as a key of another.
const TIP = 'tip';
const blockKey = (number: number): string => `b${number.toString(16).padStart(14, '0')}`;
const stateKey = (namespace: string, key: string): string => `s${namespace}\0${key}`;
const placeKey = (txId: string): string => `t${txId}`;

const VERSION_BYTES = 10;

function encodeVersion({ block, transaction }: Version, extra = 0): Buffer {
  const bytes = Buffer.allocUnsafe(VERSION_BYTES + extra);
  bytes.writeUIntBE(block, 0, 6);
  bytes.writeUInt32BE(transaction, 6);
  return bytes;
}

function decodeVersion(bytes: Buffer): Version {
  return { block: bytes.readUIntBE(0, 6), transaction: bytes.readUInt32BE(6) };
}

function encodeState(value: Uint8Array, version: Version): Buffer {
  const bytes = encodeVersion(version, value.length);
  bytes.set(value, VERSION_BYTES);
  return bytes;
}

function decodeState(bytes: Buffer | undefined): StateValue | undefined {
  return bytes && { value: bytes.subarray(VERSION_BYTES), version: decodeVersion(bytes) };
}

function encodePlace({ block, index, code }: TransactionPlace): Buffer {
  const bytes = encodeVersion({ block, transaction: index }, 1);
  bytes[VERSION_BYTES] = code;
  return bytes;
}

type Level = ClassicLevel<string, Buffer>;
type Operation = { type: 'put'; key: string; value: Buffer } | { type: 'del'; key: string };

function stateOperations(updates: BlockUpdates): Operation[] {
  return [...updates].flatMap(([namespace, { keys }]) =>
    [...keys].map(([key, { value, version }]): Operation => {
      const at = stateKey(namespace, key);
      return value ? { type: 'put', key: at, value: encodeState(value, version) } : { type: 'del', key: at };
    }),
  );
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

class LevelStore implements Store {
  readonly #level: Level;
  #tip: Tip | undefined;

  constructor(level: Level) {
    this.#level = level;
    const tip = level.getSync(TIP);
    this.#tip = tip && (JSON.parse(tip.toString()) as Tip);
  }

  get tip(): Tip | undefined {
    return this.#tip;
  }

  get(namespace: string, key: string): StateValue | undefined {
    return decodeState(this.#level.getSync(stateKey(namespace, key)));
  }

  hasTransaction(txId: string): boolean {
    return this.#level.getSync(placeKey(txId)) !== undefined;
  }

  place(txId: string): TransactionPlace | undefined {
    const bytes = this.#level.getSync(placeKey(txId));
    if (!bytes) return undefined;
    const { block, transaction } = decodeVersion(bytes);
    return { block, index: transaction, code: bytes[VERSION_BYTES] as ValidationCode };
  }

  block(number: number): Uint8Array | undefined {
    return this.#level.getSync(blockKey(number));
  }

  snapshot(): StateSnapshot {
    const snapshot = this.#level.snapshot();
    return {
      get: (namespace, key) => decodeState(this.#level.getSync(stateKey(namespace, key), { snapshot })),
      close: () => void snapshot.close(),
    };
  }

  async append({ bytes, tip, transactions, updates }: NewBlock): Promise<void> {
    const number = tip.height - 1;
    const operations: Operation[] = [
      { type: 'put', key: blockKey(number), value: asBuffer(bytes) },
      { type: 'put', key: TIP, value: Buffer.from(JSON.stringify(tip)) },
      ...stateOperations(updates),
      ...this.#placeOperations(number, transactions),
    ];
    await this.#level.batch(operations, { sync: true });
    this.#tip = tip;
  }

  /** The first occurrence of an id keeps its place, as in Fabric's index. */
  #placeOperations(block: number, transactions: readonly ValidatedTransaction[]): Operation[] {
    const places = new Map<string, Operation>();
    transactions.forEach(({ txId, code }, index) => {
      const key = placeKey(txId);
      if (txId === '' || places.has(key) || this.hasTransaction(txId)) return;
      places.set(key, { type: 'put', key, value: encodePlace({ block, index, code }) });
    });
    return [...places.values()];
  }

  close(): Promise<void> {
    return this.#level.close();
  }
}

/**
 * Opens the store in `directory`, making an empty one when there is none.
 * @throws EmbeddedNodeError STORE_DAMAGED, also when another process has it open
 */
export async function openStore(directory: string): Promise<Store> {
  const level: Level = new ClassicLevel(directory, { keyEncoding: 'utf8', valueEncoding: 'buffer' });
  try {
    await level.open();
    return new LevelStore(level);
  } catch (cause) {
    const reason =
      cause instanceof Error && cause.cause !== undefined ? messageOf(cause.cause) : messageOf(cause);
    throw new EmbeddedNodeError('STORE_DAMAGED', `cannot open the ledger in ${directory}: ${reason}`, {
      cause,
    });
  }
}
