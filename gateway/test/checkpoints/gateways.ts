import { digestOf, instantOf, type Digest } from '@tallystick/chaincode/model';
import { callerFrom } from '@tallystick/chaincode/rules';
import { newKeptCheckpoints } from '../../src/features/checkpoints/checkpoints.js';
import { Comparison } from '../../src/features/checkpoints/comparison.js';
import { NO_WITNESS_FAILPOINTS, type WitnessFailpoints } from '../../src/features/checkpoints/failpoint.js';
import { MemberError, type Member } from '../../src/features/checkpoints/members.js';
import { CheckpointError, type Checkpoints, type Wanted } from '../../src/features/checkpoints/port.js';
import { WitnessRegister } from '../../src/features/checkpoints/register.js';
import { Renewal } from '../../src/features/checkpoints/renewal.js';
import { Witness } from '../../src/features/checkpoints/witness.js';
import { newLog } from '../../src/http/log.js';
import type { EnrolledIdentity } from '../../src/identities/index.js';
import { openStores, type AllStores } from '../state/stores.js';
import { CHANNEL, type ToldTrees } from './told-trees.js';
import type { ToldChannel } from './channel.js';

const clock = (): string => instantOf(Date.now());

/** What a test may have otherwise. */
export interface GatewayOptions {
  readonly file?: string;
  readonly failpoints?: WitnessFailpoints;
  readonly isBehind?: () => Promise<boolean>;
  readonly backlog?: number;
  readonly kept?: number;
  readonly pinned?: ReadonlySet<string>;
  /** Newest block of the own peer; that of the trees unless it says otherwise. */
  readonly peerHeight?: () => Promise<bigint>;
  /** Milliseconds between two questions to it. */
  readonly apart?: number;
  readonly now?: () => string;
  /** Blocks that the projection is behind the own peer. */
  readonly lag?: () => Promise<number>;
}

/** A line of a log. */
export interface Said {
  readonly level: string;
  readonly msg: string;
  readonly [name: string]: unknown;
}

/** The part of a gateway that signs and compares, over told trees. */
export class ToldGateway implements Member {
  readonly trees: ToldTrees;
  readonly state: AllStores;
  readonly witness: Witness;
  readonly comparison: Comparison;
  /** Digest of the witness's key; none where nobody signs. */
  readonly key: Digest;
  readonly register: WitnessRegister;
  readonly checkpoints: Checkpoints;
  readonly members = new Map<string, Member>();
  readonly said: Said[] = [];
  /** What a lying gateway answers instead. */
  instead: Partial<Member> = {};
  isUp = true;
  asked = 0;
  peerAsked = 0;

  private constructor(
    state: AllStores,
    trees: ToldTrees,
    channel: ToldChannel,
    identity: EnrolledIdentity | undefined,
    options: GatewayOptions,
  ) {
    this.state = state;
    this.trees = trees;
    const archive = state.checkpoints;
    const { now = clock } = options;
    const log = newLog('debug', { write: (line: string) => void this.said.push(JSON.parse(line) as Said) });
    this.key = (identity?.keyDigest ?? '') as Digest;
    const signer = identity && {
      identity,
      key: this.key,
      software: digestOf('software'),
      now,
    };
    const { failpoints = NO_WITNESS_FAILPOINTS, isBehind = () => Promise.resolve(false) } = options;
    this.witness = new Witness({
      projection: trees,
      archive,
      signer,
      isBehind,
      failpoints,
      log,
      ...(options.backlog !== undefined && { backlog: options.backlog }),
      ...(options.kept !== undefined && { kept: options.kept }),
    });
    this.register = new WitnessRegister({
      source: channel,
      channel: CHANNEL,
      roleOf: (creator) => callerFrom(creator, now()).role,
      pinned: () => Promise.resolve(options.pinned ?? new Set()),
      now,
      fresh: 0,
    });
    this.comparison = new Comparison({
      projection: trees,
      archive,
      members: this.members,
      register: this.register,
      lag: () => (options.lag ?? (() => Promise.resolve(0)))(),
      log,
      now,
    });
    this.checkpoints = newKeptCheckpoints({
      projection: trees,
      archive,
      signer,
      witness: this.witness,
      renewal: new Renewal({
        projection: trees,
        archive,
        signer,
        log,
        peerHeight: () => {
          this.peerAsked += 1;
          return (options.peerHeight ?? (() => trees.height()))();
        },
        apart: options.apart,
      }),
      comparison: this.comparison,
      register: this.register,
      members: this.members,
    });
  }

  static async open(
    trees: ToldTrees,
    channel: ToldChannel,
    identity: EnrolledIdentity | undefined,
    options: GatewayOptions = {},
  ): Promise<ToldGateway> {
    const state = await openStores(options.file ?? ':memory:');
    return new ToldGateway(state, trees, channel, identity, options);
  }

  async start(): Promise<this> {
    await this.comparison.start();
    await this.witness.start();
    await this.witness.idle();
    return this;
  }

  async close(): Promise<void> {
    await this.witness.stop();
    await this.state.close();
  }

  /** Lines that somebody has to be woken for. */
  get alarms(): readonly string[] {
    return this.said.filter(({ level }) => level === 'fatal').map(({ msg }) => msg);
  }

  latest(wanted?: Wanted): ReturnType<Member['latest']> {
    return this.#answer(() => this.instead.latest?.(wanted) ?? this.checkpoints.latest(wanted));
  }

  at(height: number): ReturnType<Member['at']> {
    return this.#answer(() => this.instead.at?.(height) ?? this.checkpoints.at(height));
  }

  leaves(from: number, limit: number): ReturnType<Member['leaves']> {
    return this.#answer(async () => (await this.trees.leaves(from, limit)).map(({ leaf }) => leaf));
  }

  async #answer<T>(work: () => Promise<T>): Promise<T> {
    this.asked += 1;
    if (!this.isUp) throw new MemberError('UNREACHABLE', 'down');
    try {
      return await work();
    } catch (error) {
      if (error instanceof CheckpointError) throw new MemberError('NOT_KEPT', error.code, { cause: error });
      throw error;
    }
  }
}

/** Makes gateways know each other. */
export function acquaint(gateways: Readonly<Record<string, ToldGateway>>): void {
  for (const [mspId, gateway] of Object.entries(gateways))
    for (const [other, member] of Object.entries(gateways))
      if (other !== mspId) gateway.members.set(other, member);
}
