import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readIdentity } from '../identity/index.js';
import type { Topology } from '../topology/index.js';
import { Administrator } from './administrator.js';
import type { Binaries } from './binaries.js';
import { readConfigBlock, type ConfigBlock } from './config-block.js';
import { encodeUpdateFile, type UpdateFile } from './config-envelope.js';
import { reviewUpdate, type UpdateReview } from './config-review.js';
import { judgeSignatures, requireEnough, signUpdate } from './config-signatures.js';
import { FabricError } from './errors.js';
import { invitationFor, type Invitation } from './invitation.js';
import { proposeJoining } from './joining.js';
import { administratorMsp, peersOf, type PeerNode } from './layout.js';
import { proposeLeaving } from './leaving.js';
import { MembershipError } from './membership-errors.js';
import type { OrganisationOffer } from './organisation-offer.js';

const IN_FORCE_WITHIN = 30_000;
const POLL = 100;

async function inDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'tallystick-channel-'));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * An organisation of a channel, as its administrator acts on the channel's configuration. What is in force it asks of its own
 * peer, which has checked every block: not of an orderer, and of no other organisation.
 */
export class ChannelMember {
  readonly mspId: string;
  readonly #topology: Topology;
  readonly #administrator: Administrator;
  readonly #peer: PeerNode;

  /** @throws FabricError TOPOLOGY_UNSUITED when the organisation has no peer in the topology */
  constructor(topology: Topology, mspId: string, binaries: Binaries) {
    const organisation = topology.organisations.find((each) => each.mspId === mspId);
    const [peer] = organisation === undefined ? [] : peersOf(topology, organisation);
    if (peer === undefined)
      throw new FabricError('TOPOLOGY_UNSUITED', `${mspId} has no peer in this topology`);
    this.mspId = mspId;
    this.#topology = topology;
    this.#administrator = new Administrator(topology, binaries);
    this.#peer = peer;
  }

  /** The configuration in force. @throws FabricError COMMAND_FAILED */
  currentConfig(): Promise<ConfigBlock> {
    return this.#fetch('config');
  }

  /** The block that the channel began with. */
  genesis(): Promise<ConfigBlock> {
    return this.#fetch('oldest');
  }

  /** The update by which an organisation would join. @throws MembershipError ALREADY_MEMBER */
  async proposeJoining(offer: OrganisationOffer): Promise<UpdateFile> {
    const { config } = await this.currentConfig();
    return proposeJoining(this.#topology.channel, config, offer);
  }

  /** The update by which an organisation would leave. @throws MembershipError NOT_A_MEMBER, LAST_ORGANISATION */
  async proposeLeaving(mspId: string): Promise<UpdateFile> {
    const { config } = await this.currentConfig();
    return proposeLeaving(this.#topology.channel, config, mspId);
  }

  /** What an update would do, and who has signed it. @throws MembershipError */
  async review(file: UpdateFile): Promise<UpdateReview> {
    const { config } = await this.currentConfig();
    return reviewUpdate(this.#topology.channel, config, file);
  }

  /** What an organisation that was let in needs to join. @throws MembershipError NOT_A_MEMBER */
  async invite(mspId: string): Promise<Invitation> {
    const blocks = { genesis: await this.genesis(), config: await this.currentConfig() };
    return invitationFor(mspId, this.#topology, blocks);
  }

  /**
   * Signs an update for the organisation, after looking once more whether it fits the channel.
   * @param reviewed the digest that `review` has shown
   * @throws MembershipError NOT_REVIEWED, BASE_OUTDATED
   */
  async sign(file: UpdateFile, reviewed: string): Promise<UpdateFile> {
    await this.review(file);
    return signUpdate(file, await readIdentity(this.#msp, this.mspId), reviewed);
  }

  /**
   * Brings an update into force: looks whether the signatures are enough, gives it to the orderers, and waits until the
   * organisation's own peer has it. Returns the block. Orderers that take an update have not yet ordered it: the block is the proof.
   * @throws MembershipError SIGNATURES_MISSING, BASE_OUTDATED, NOT_IN_FORCE; FabricError COMMAND_FAILED
   */
  async submit(file: UpdateFile): Promise<ConfigBlock> {
    const { config } = await this.currentConfig();
    requireEnough(await judgeSignatures(config, file));
    await inDirectory(async (directory) => {
      const path = join(directory, 'update.pb');
      await writeFile(path, encodeUpdateFile(file));
      const { channel } = this.#topology;
      await this.#administrator.peer(this.#peer, [
        'channel',
        'update',
        '-c',
        channel,
        '-f',
        path,
        ...this.#administrator.ordererOptions,
      ]);
    });
    return this.#inForce(file, config.getSequence());
  }

  async #inForce(file: UpdateFile, sequence: number): Promise<ConfigBlock> {
    const until = Date.now() + IN_FORCE_WITHIN;
    for (;;) {
      const block = await this.currentConfig();
      if (Buffer.from(block.lastUpdate).equals(file.bytes)) return block;
      if (block.config.getSequence() > sequence) {
        throw new MembershipError(
          'NOT_IN_FORCE',
          'another update of the channel was faster: propose this one again',
        );
      }
      if (Date.now() > until) {
        throw new MembershipError(
          'NOT_IN_FORCE',
          `no block with the update came within ${IN_FORCE_WITHIN} ms`,
        );
      }
      await delay(POLL);
    }
  }

  get #msp(): string {
    return administratorMsp(this.#topology, this.mspId);
  }

  #fetch(which: 'config' | 'oldest'): Promise<ConfigBlock> {
    return inDirectory(async (directory) => {
      const path = join(directory, 'block.pb');
      await this.#administrator.peer(this.#peer, [
        'channel',
        'fetch',
        which,
        path,
        '-c',
        this.#topology.channel,
      ]);
      return readConfigBlock(await readFile(path));
    });
  }
}
