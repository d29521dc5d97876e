import { webcrypto } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { common } from '@hyperledger/fabric-protos';
import { EDITION_TABLE, RULES_VERSION } from '@tallystick/chaincode/rules';
import { audit, type Audit, type AuditOptions, type Divergence } from '../src/audit/index.js';
import { headerHash, readBlock } from '../src/fabric/block.js';
import type { Trust } from '../src/trust/trust.js';

export async function* streamOf(blocks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const block of blocks) yield await Promise.resolve(block);
}

export const audited = (
  blocks: readonly Uint8Array[],
  trust: Trust,
  options: AuditOptions = {},
): Promise<Audit> => audit(streamOf(blocks), trust, webcrypto.subtle, options);

/** Where and why the first divergence is. */
export const firstOf = ({
  divergences: [first],
}: Audit): Pick<Divergence, 'block' | 'step' | 'reason' | 'facts'> | undefined =>
  first && { block: first.block, step: first.step, reason: first.reason, facts: first.facts };

/** The same blocks with one of them changed. */
export function withBlock(
  blocks: readonly Uint8Array[],
  number: number,
  change: (block: common.Block) => void,
): Uint8Array[] {
  const block = common.Block.deserializeBinary(blocks[number] ?? new Uint8Array());
  change(block);
  return blocks.with(number, new Uint8Array(block.serializeBinary()));
}

/** Replaces one entry of a block's metadata. */
export const metadata =
  (index: number, change: (bytes: Uint8Array) => Uint8Array) =>
  (block: common.Block): void => {
    const list = block.getMetadata()?.getMetadataList_asU8() ?? [];
    block.getMetadata()?.setMetadataList(list.with(index, change(list[index] ?? new Uint8Array())));
  };

/** As an orderer hands blocks out: without what peers make of them. */
export const withoutFlags = (blocks: readonly Uint8Array[]): Uint8Array[] =>
  blocks.map((_, number) =>
    number === 0
      ? blocks[0]!
      : withBlock(blocks, number, (block) => {
          metadata(2, () => new Uint8Array())(block);
          metadata(4, () => new Uint8Array())(block);
        })[number]!,
  );

const RECORDED = new URL('../../../shared/data/fabric-blocks/', import.meta.url);

export const isRecorded = (): boolean => existsSync(RECORDED);

interface Recording {
  readonly blocks: readonly { readonly base64: string }[];
}

/** A ledger recorded from Fabric 3.1.5, as one of its peers (0 to 2) has it. */
export function recordedBlocks(kind: 'bft' | 'raft', peer = 0): Uint8Array[] {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(new URL(`${kind}/${name}`, RECORDED), 'utf8'));
  const { blocks } =
    peer === 0
      ? (read('blocks-peer1.json') as Recording)
      : (read('blocks-peers23.json') as { peers: Recording[] }).peers[peer - 1]!;
  return blocks.map(({ base64 }) => new Uint8Array(Buffer.from(base64, 'base64')));
}

/** Whoever trusts a recorded ledger; our chaincode is not on it. */
export function recordedTrust([genesis]: readonly Uint8Array[], changes: Partial<Trust> = {}): Trust {
  const hash = headerHash(readBlock(genesis ?? new Uint8Array()));
  return {
    genesis: `sha256:${Buffer.from(hash).toString('hex')}`,
    channel: 'ledger',
    chaincode: 'tallystick',
    constitution: '00'.repeat(32),
    rules: [RULES_VERSION],
    editions: EDITION_TABLE,
    packages: [],
    witnesses: { named: [], needed: 1, replayedFrom: 0 },
    minOrdererSignatures: 1,
    algorithms: ['ecdsa-p256-sha256'],
    // Of the recorded Raft channel one orderer makes the blocks.
    singleOperator: true,
    timestampAuthorities: [],
    clockSkew: 900,
    ...changes,
  };
}
