import { existsSync, readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import { newSignatures } from '../src/crypto/signature.js';
import { headerHash, isConfigBlock, readBlock, type Block } from '../src/fabric/block.js';
import { ConfigChain } from '../src/fabric/config-chain.js';
import { ALGORITHMS } from '../src/trust/trust.js';

const FOLDER = new URL('../../../shared/data/fabric-blocks/', import.meta.url);

/** Channels of Fabric 3.1.5 that were recorded: every block as three peers gave it. */
export const RECORDED = ['bft', 'raft'] as const;
export type RecordedName = (typeof RECORDED)[number];

const isRecorded = existsSync(FOLDER);

/** Skips a suite, with its reason in the title, where the recordings are not at hand. */
export const describeRecorded = isRecorded
  ? describe
  : (title: string, body: (this: Mocha.Suite) => void): void => {
      describe.skip(`${title} (the recorded ledgers are not at ../shared/data/fabric-blocks)`, body);
    };

export const signatures = newSignatures(webcrypto.subtle, ALGORITHMS);

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller says what the recording holds
export function read<T>(name: RecordedName, file: string): T {
  return JSON.parse(readFileSync(new URL(`${name}/${file}`, FOLDER), 'utf8')) as T;
}

export function ofBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}

interface Recording {
  readonly blocks: readonly { readonly number: number; readonly base64: string }[];
}

/** The blocks of a recorded channel as one of its peers (0 to 2) gave them. */
export function blocksOf(name: RecordedName, peer = 0): Block[] {
  const recording =
    peer === 0
      ? read<Recording>(name, 'blocks-peer1.json')
      : read<{ peers: Recording[] }>(name, 'blocks-peers23.json').peers[peer - 1];
  return (recording?.blocks ?? []).map(({ base64 }) => readBlock(ofBase64(base64)));
}

export function trustIn(genesis: Block): { genesis: string; channel: string; minOrdererSignatures: number } {
  const hash = Buffer.from(headerHash(genesis)).toString('hex');
  return { genesis: `sha256:${hash}`, channel: 'ledger', minOrdererSignatures: 0 };
}

/** All configurations of a recorded channel. */
export async function configurationsOf(blocks: readonly Block[]): Promise<ConfigChain> {
  const [genesis, ...rest] = blocks.filter(isConfigBlock);
  if (!genesis) throw new Error('no genesis block');
  const chain = await ConfigChain.begin(genesis, trustIn(genesis), signatures, { refusesIdle: true });
  for (const block of rest) await chain.append(block);
  return chain;
}
