import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { common } from '@hyperledger/fabric-protos';
import { newBlockDecoder } from '../../gateway/src/ledger/block.js';
import type { LedgerBlock, LedgerWrite } from '../../gateway/src/ledger/port.js';
import { newProjection } from '../../gateway/src/projection/projection.js';
import { newTestIdentity } from '../../gateway/test/identities/certificates.js';
import { newSyntheticChain, type SyntheticTransaction } from '../../gateway/test/ledger/synthetic.js';

/** How fast a projection is rebuilt from block 0, on this machine. */
export interface ProjectionMeasure {
  readonly transactions: number;
  readonly blocks: number;
  /** From decoded blocks: what the database alone takes. */
  readonly decodedPerSecond: number;
  /** From protobuf bytes: hashes, header chain, decoding and every submitter's signature included. */
  readonly bytesPerSecond: number;
}

const PER_BLOCK = 25;
const PER_USE = 3;

const id = (kind: string, ...parts: readonly (string | number)[]): string => {
  const digest = createHash('sha256').update(parts.join('/')).digest('hex');
  return `${kind}-${digest.slice(0, 52).replace(/[0189]/g, 'x')}`;
};
const sha = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** A usage record about as large as a real one in its state. */
function usage(number: number, state: string): Record<string, unknown> {
  const grant = number % 50;
  const facts = ['space', 'grant', 'claim', 'dataset', 'participant', 'participant', 'component', 'holds'];
  return {
    kind: 'usage',
    schema: 1,
    rules: '1',
    updatedAt: '2026-11-24T08:00:00.000Z',
    id: id('usage', number),
    state,
    grant: id('grant', grant),
    version: id('version', grant),
    dataset: id('dataset', grant),
    action: 'use',
    purpose: 'predictive-maintenance',
    territory: 'CN',
    component: id('component', grant),
    consumer: id('participant', grant % 7),
    custodian: id('participant', 8),
    recipient: `age1${'q'.repeat(58)}`,
    requestedAt: '2026-11-24T08:00:00.000Z',
    signedBy: sha(`key ${grant}`),
    ...(state !== 'REQUESTED' && {
      answer: { facts: facts.map((key) => ({ key: `${key}/${id(key, grant)}`, value: sha(key) })) },
    }),
  };
}

/** Three transactions of one use: request, answer (with its quota slot), acknowledgement. */
function useStep(number: number): SyntheticTransaction {
  const use = Math.floor(number / PER_USE);
  const [state = 'REQUESTED', verb = 'Request'] =
    [
      ['REQUESTED', 'Request'],
      ['ALLOWED', 'Answer'],
      ['ACKNOWLEDGED', 'Acknowledge'],
    ][number % PER_USE] ?? [];
  const record = { key: `usage/${id('usage', use)}`, value: JSON.stringify(usage(use, state)) };
  const slot: LedgerWrite = {
    key: `usage-slot/${id('grant', use % 50)}/${use}`,
    value: JSON.stringify({ kind: 'usage-slot', usage: id('usage', use), index: use }),
  };
  return {
    transaction: `usage:${verb}`,
    argument: JSON.stringify({ usage: id('usage', use), recipient: `age1${'q'.repeat(58)}` }),
    result: JSON.stringify({ usage: id('usage', use), state }),
    writes: verb === 'Answer' ? [record, slot] : [record],
  };
}

async function rebuild(chain: () => AsyncIterable<LedgerBlock>, last: bigint): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'projection-bench-'));
  const ended = new AbortController();
  const waiting = new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()));
  async function* blocks(): AsyncGenerator<LedgerBlock> {
    yield* chain();
    await waiting;
  }
  const projection = newProjection({ file: join(directory, 'projection.db'), ledger: { blocks } });
  try {
    const start = performance.now();
    projection.start();
    await projection.reached(last);
    return (performance.now() - start) / 1000;
  } finally {
    ended.abort();
    await projection.close();
    await rm(directory, { recursive: true });
  }
}

/** Rebuilds a projection over a synthetic chain of so many transactions (three per use), once from values and once from bytes. */
export async function measureProjection(transactions = 20_000): Promise<ProjectionMeasure> {
  const chain = newSyntheticChain(await newTestIdentity('bench'));
  const decoder = newBlockDecoder('tallystick');
  const bytes: Uint8Array[] = [];
  const decoded: LedgerBlock[] = [];
  for (let at = 0; at < transactions; at += PER_BLOCK) {
    const block = chain.append(Array.from({ length: PER_BLOCK }, (_, index) => useStep(at + index)));
    bytes.push(block.serializeBinary());
    decoded.push(decoder.decode(block));
  }
  async function* fromBytes(): AsyncGenerator<LedgerBlock> {
    const fresh = newBlockDecoder('tallystick');
    for (const each of bytes) yield Promise.resolve(fresh.decode(common.Block.deserializeBinary(each)));
  }
  async function* fromValues(): AsyncGenerator<LedgerBlock> {
    for (const each of decoded) yield Promise.resolve(each);
  }
  const last = BigInt(decoded.length - 1);
  const count = decoded.length * PER_BLOCK;
  return {
    transactions: count,
    blocks: decoded.length,
    decodedPerSecond: Math.round(count / (await rebuild(fromValues, last))),
    bytesPerSecond: Math.round(count / (await rebuild(fromBytes, last))),
  };
}

if (process.argv[1] !== undefined && import.meta.url.endsWith(process.argv[1])) {
  console.log(JSON.stringify(await measureProjection()));
}
