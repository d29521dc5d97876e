import { setTimeout as sleep } from 'node:timers/promises';
import { common } from '@hyperledger/fabric-protos';
import {
  witnessedBytes,
  type CheckpointBody,
  type Instant,
  type Witnessing,
} from '@tallystick/chaincode/model';
import { callerFrom } from '@tallystick/chaincode/rules';
import type { CheckpointStatus, Checkpoints } from '../../src/features/checkpoints/port.js';
import type { EnrolledIdentity } from '../../src/identities/index.js';
import type { EvidenceSource } from '../../src/ledger/evidence-source.js';
import { newBlockDecoder } from '../../src/ledger/block.js';
import type { LedgerBlock } from '../../src/ledger/port.js';
import { rawBlockOf } from '../../src/ledger/raw-block.js';
import type { Trees } from '../../src/projection/port.js';
import type { DraftBlock } from '../../../test/evidence/draft.js';
import type { Person } from '../../../test/evidence/parties.js';
import type { SpaceWorld } from '../../../test/evidence/space.js';
import { SIGNED_AT, stating } from '../../../test/evidence/witnesses.js';

export function blockOf(
  { number, previousHash, dataHash, data, signatures }: DraftBlock,
  codes: Uint8Array,
): common.Block {
  const header = new common.BlockHeader();
  header.setNumber(Number(number));
  header.setPreviousHash(previousHash);
  header.setDataHash(dataHash);
  const envelopes = new common.BlockData();
  envelopes.setDataList(data);
  const metadata = new common.BlockMetadata();
  metadata.setMetadataList([signatures, new Uint8Array(), codes, new Uint8Array()]);
  const block = new common.Block();
  block.setHeader(header);
  block.setData(envelopes);
  block.setMetadata(metadata);
  return block;
}

/** Milliseconds between two looks for a block. */
const GLANCE = 2;

/** The own peer of somebody in a world: hands out its blocks, and remembers which. */
export class ToldPeer implements EvidenceSource {
  readonly asked: bigint[] = [];
  readonly #world: SpaceWorld;

  constructor(world: SpaceWorld) {
    this.#world = world;
  }

  height(): Promise<bigint> {
    return Promise.resolve(BigInt(this.#world.ledger.blocks.all.length - 1));
  }

  blockBytes(number: bigint): Promise<Uint8Array> {
    this.asked.push(number);
    const { all, codes } = this.#world.ledger.blocks;
    const [block, flags] = [all[Number(number)], codes[Number(number)]];
    if (block === undefined || flags === undefined) return Promise.reject(new Error(`no block ${number}`));
    return Promise.resolve(blockOf(block, flags).serializeBinary());
  }

  /** Follows the blocks that there are, and those that come. */
  async *blocks(from: bigint, signal: AbortSignal): AsyncGenerator<LedgerBlock> {
    const { blocks } = this.#world.ledger;
    const decoder = newBlockDecoder();
    for (let at = Number(from); !signal.aborted;) {
      const [block, flags] = [blocks.all[at], blocks.codes[at]];
      if (block === undefined || flags === undefined) await sleep(GLANCE);
      else {
        at += 1;
        yield decoder.decode(blockOf(block, flags));
      }
    }
  }

  async block(number: bigint): ReturnType<EvidenceSource['block']> {
    return rawBlockOf(await this.blockBytes(number));
  }

  close(): void {
    this.asked.length = 0;
  }
}

/** Somebody of a world as a gateway has them enrolled. */
export function enrolled(name: string, { mspId, pem, sign }: Person, now: Instant): EnrolledIdentity {
  const { keyDigest } = callerFrom({ mspId, certificate: pem }, now);
  return { name, mspId, certificate: pem, keyDigest, sign: (message) => sign(message) };
}

/** Witnesses that sign what the projection has folded, each up to the height that a test says. */
export class ToldCheckpoints implements Checkpoints {
  /** How far each has signed; the whole ledger unless it says otherwise. */
  readonly signedTo = new Map<string, number>();
  /** When a height was signed; by default at the time that the tests' witnesses state. */
  readonly signedAt = new Map<number, Instant>();
  /** Heights that nobody signs. */
  readonly unsigned = new Set<number>();
  readonly kept = new Set<number>();
  readonly #trees: Pick<Trees, 'body' | 'newestBody'>;
  readonly #witnesses: readonly Person[];

  /** @param witnesses our own first */
  constructor(trees: Pick<Trees, 'body' | 'newestBody'>, witnesses: readonly Person[]) {
    this.#trees = trees;
    this.#witnesses = witnesses;
  }

  async latest(): ReturnType<Checkpoints['latest']> {
    return this.at((await this.#trees.newestBody())!.height);
  }

  async at(height: number): ReturnType<Checkpoints['at']> {
    return { body: (await this.#trees.body(height))!, witnesses: [...(await this.witnessed(height))] };
  }

  async witnessed(height: number): Promise<readonly Witnessing[]> {
    const body = await this.#trees.body(height);
    if (body === undefined || this.unsigned.has(height)) return [];
    return this.#witnesses
      .filter(({ mspId }) => (this.signedTo.get(mspId) ?? height) >= height)
      .map((witness) => signed(witness, body, this.signedAt.get(height)));
  }

  async commonHeight(needed: number): Promise<number | undefined> {
    const newest = (await this.#trees.newestBody())?.height ?? -1;
    const heights = this.#witnesses.map(({ mspId }) => this.signedTo.get(mspId) ?? newest);
    const common = heights.sort((a, b) => b - a)[needed - 1];
    return common === undefined || common < 0 ? undefined : common;
  }

  /** What they signed, they signed at the end of the ledger or never. */
  renew(): Promise<void> {
    return Promise.resolve();
  }

  keep(height: number): Promise<void> {
    this.kept.add(height);
    return Promise.resolve();
  }

  status(): Promise<CheckpointStatus> {
    const members = this.#witnesses.slice(1).map(({ mspId }) => ({ mspId }));
    return Promise.resolve({ identity: 'witness', members, lies: 0, retractions: 0 });
  }

  lies(): ReturnType<Checkpoints['lies']> {
    return Promise.resolve([]);
  }

  retractions(): ReturnType<Checkpoints['retractions']> {
    return Promise.resolve([]);
  }
}

function signed({ mspId, pem, sign }: Person, body: CheckpointBody, signedAt = SIGNED_AT): Witnessing {
  const statement = stating({ signedAt });
  const signature = Buffer.from(sign(witnessedBytes(body, statement))).toString('base64');
  return { statement, mspId, certificate: pem, signature };
}
