import { bytesToHex } from '@noble/hashes/utils.js';
import {
  digestOf,
  headOf,
  listLeafHash,
  LogFrontier,
  peaksOf,
  proveInclusion,
  type CheckpointBody,
  type ListHead,
  type ListRange,
  type MapKey,
  type MapProof,
  type WriteDigest,
} from '@tallystick/chaincode/model';
import type { Folded, Folding } from '../../../test/evidence/folding.js';
import type { SpaceWorld } from '../../../test/evidence/space.js';
import type { FollowedProjection, LoggedLeaf, ProjectedRecord } from '../../src/projection/port.js';

/** What evidence asks of a projection, over the fold of a world in memory. */
export class FoldedProjection {
  readonly #world: SpaceWorld;

  constructor(world: SpaceWorld) {
    this.#world = world;
  }

  /** As those see it who ask for nothing else. */
  get followed(): FollowedProjection {
    return this as unknown as FollowedProjection;
  }

  get #folding(): Promise<Folding> {
    return this.#world.ledger.folded();
  }

  async height(): Promise<bigint> {
    return BigInt((await this.#folding).height);
  }

  async history(key: string): Promise<readonly ProjectedRecord[]> {
    return (await this.#folding).writersOf(key).map(({ leaf, writes }) => ({
      key,
      kind: key.split('/')[0]!,
      value: JSON.parse(writes.get(key)!) as ProjectedRecord['value'],
      txId: leaf.txId,
      blockNumber: BigInt(leaf.block),
      txIndex: leaf.index,
    }));
  }

  async record(key: string): Promise<ProjectedRecord | undefined> {
    return (await this.history(key)).at(-1);
  }

  async #at(position: number): Promise<Folded> {
    return (await this.#folding).transactions[position]!;
  }

  async positionOf(txId: string): Promise<LoggedLeaf | undefined> {
    return (await this.#folding).transactions.find(({ leaf }) => leaf.txId === txId);
  }

  async inclusion(position: number, size: number): Promise<readonly string[]> {
    const { trees } = await this.#folding;
    return proveInclusion(trees.logReader(), position, size).map((hash) => bytesToHex(hash));
  }

  async mapProof(height: number, keys: readonly MapKey[]): Promise<MapProof> {
    return (await this.#folding).mapProof(height, keys);
  }

  async body(height: number): Promise<CheckpointBody | undefined> {
    return (await this.#folding).bodies[height];
  }

  async newestBody(): Promise<CheckpointBody | undefined> {
    return (await this.#folding).bodies.at(-1);
  }

  async envelope(block: number, index: number): Promise<Uint8Array | undefined> {
    const { transactions } = await this.#folding;
    return transactions.find(({ leaf }) => leaf.block === block && leaf.index === index)?.raw;
  }

  async effectiveWrites(position: number): Promise<readonly WriteDigest[]> {
    return (await this.effectiveTexts(position)).map(([key, text]) => [key, digestOf(text)]);
  }

  async effectiveTexts(position: number): Promise<readonly (readonly [string, string])[]> {
    return [...(await this.#at(position)).writes].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  async listRange(list: string, from: number, to: number): Promise<ListRange> {
    const { trees } = await this.#folding;
    const before = peaksOf(trees.listReader(list), from).map((hash) => bytesToHex(hash));
    return { from, before, usages: trees.usages(list).slice(from, to) };
  }

  async listHeadAt(list: string, height: number): Promise<ListHead | undefined> {
    const { transactions } = await this.#folding;
    const frontier = new LogFrontier();
    for (const { leaf, listed } of transactions)
      for (const each of listed)
        if (each.list === list && leaf.block <= height) frontier.append(listLeafHash(each.usage));
    return headOf(frontier);
  }

  async firstBlockFrom(instant: string): Promise<number | undefined> {
    const { transactions } = await this.#folding;
    return transactions.find(({ call }) => (call?.time ?? '') >= instant)?.leaf.block;
  }
}
