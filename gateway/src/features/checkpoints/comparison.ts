import { bodyDigest, type Checkpoint, type CheckpointBody } from '@tallystick/chaincode/model';
import type { Logger } from 'pino';
import type { Trees } from '../../projection/port.js';
import type { CheckpointArchive, FirstDifference, Signed } from './stores/port.js';
import { MemberError, type Member } from './members.js';
import { whereTheyPart, type History } from './parting.js';
import type { MemberWitness, Wanted } from './port.js';
import type { JudgedWitness, WitnessRegister } from './register.js';
import { Timeliness } from './timeliness.js';

export interface ComparisonParts {
  readonly projection: Pick<Trees, 'body' | 'newestBody' | 'leaves' | 'keepBody'>;
  readonly archive: CheckpointArchive;
  /** Other members' gateways by MSP id. */
  readonly members: ReadonlyMap<string, Member>;
  readonly register: Pick<WitnessRegister, 'judge'>;
  /** Blocks that the projection is behind our own peer. */
  readonly lag: () => Promise<number>;
  readonly log: Logger;
  readonly now: () => string;
}

type Silence = NonNullable<MemberWitness['silence']>;

/** A signature that counts, with its signer's standing. */
interface Counted extends JudgedWitness {
  readonly signed: Signed;
}

/** Heights apart, more than which a member is behind rather than on its way. */
const FAR = 1000;

/** Compares what other members signed with what our own fold gives, and keeps what it learns. */
export class Comparison {
  readonly #parts: ComparisonParts;
  readonly #silences = new Map<string, Silence>();
  /** Members whose last signature was under another body than ours: said once, not for each height that follows. */
  readonly #atOdds = new Set<string>();
  readonly #timeliness = new Timeliness();

  constructor(parts: ComparisonParts) {
    this.#parts = parts;
  }

  /** Who was at odds with us when the process ended is so still: it is not said anew. */
  async start(): Promise<void> {
    const { archive } = this.#parts;
    const agreed = await archive.newestWitnessed();
    for (const { kind, mspId, height } of await archive.lies()) {
      const isOver = agreed.some((each) => each.mspId === mspId && each.height > height);
      if (kind === 'CONTRADICTION' && !isOver) this.#atOdds.add(mspId);
    }
  }

  /** Members by MSP id that say nothing at present, and why. */
  get silences(): ReadonlyMap<string, Silence> {
    return this.#silences;
  }

  /**
   * Asks every member for its newest checkpoint; for a RENEWED one, which somebody waits for, only those that answered last time. Never
   * rejects for what a member does.
   */
  async round(wanted: Wanted = 'KEPT'): Promise<void> {
    const own = await this.#parts.projection.newestBody();
    if (own === undefined) return;
    await this.#note(own.height);
    const isAsked = (mspId: string): boolean => wanted === 'KEPT' || this.#silences.get(mspId) !== 'DOWN';
    const asked = [...this.#parts.members].filter(([mspId]) => isAsked(mspId));
    await Promise.all(
      asked.map(([mspId, member]) =>
        this.#guarded(mspId, async () => this.#newest(mspId, member, own, await member.latest(wanted))),
      ),
    );
  }

  /** Asks these members for their signature under a height that we keep. Never rejects for what a member does. */
  async ask(height: number, mspIds: readonly string[]): Promise<void> {
    await Promise.all(
      mspIds.map(async (mspId) => {
        const member = this.#parts.members.get(mspId);
        if (member === undefined) return;
        await this.#guarded(mspId, async () => this.take(mspId, await member.at(height)));
      }),
    );
  }

  // While it is behind, what comes next may be old.
  async #note(height: number): Promise<void> {
    const isThere = await this.#parts.lag().then(
      (blocks) => blocks === 0,
      () => false,
    );
    if (isThere) this.#timeliness.note(height, this.#parts.now());
  }

  /**
   * Takes what a member sent: signatures under it that count are kept, and compared. One that states a time at which it cannot have been made
   * does not count under our body; under another it is still proof.
   */
  async take(mspId: string, { body, witnesses }: Checkpoint): Promise<Silence | undefined> {
    const own = await this.#parts.projection.body(body.height);
    if (own === undefined) return 'BEHIND';
    const counted: Counted[] = [];
    const doubts: string[] = [];
    // Only its own word: what it says of others is theirs to say.
    for (const witnessing of witnesses.filter((each) => each.mspId === mspId)) {
      const judged = await this.#parts.register.judge(body, witnessing);
      if (typeof judged === 'string') doubts.push(judged);
      else if (this.#isUntimely(mspId, { body, witnessing }, own)) doubts.push('UNTIMELY');
      else counted.push({ ...judged, signed: { body, witnessing } });
    }
    for (const each of counted) await this.#keep(mspId, each, own);
    if (counted.length === 0) return doubts.includes('NOT_A_WITNESS') ? 'NOT_A_WITNESS' : 'UNSIGNED';
    return this.#atOdds.has(mspId) ? 'LIES' : undefined;
  }

  #isUntimely(mspId: string, { body, witnessing }: Signed, own: CheckpointBody): boolean {
    if (bodyDigest(body) !== bodyDigest(own)) return false;
    const { signedAt } = witnessing.statement;
    const { now, log } = this.#parts;
    if (this.#timeliness.isTimely(body.height, signedAt, now())) return false;
    log.warn({ mspId, height: body.height, signedAt }, 'a witness states a time far from our clock');
    return true;
  }

  async #newest(
    mspId: string,
    member: Member,
    own: CheckpointBody,
    latest: Checkpoint,
  ): Promise<Silence | undefined> {
    if (latest.body.channel !== own.channel || latest.body.genesis !== own.genesis) return 'OTHER_LEDGER';
    if (latest.body.height < own.height - FAR) return 'BEHIND';
    // One that is ahead of us signed our height before.
    const comparable = latest.body.height > own.height ? await member.at(own.height) : latest;
    return this.take(mspId, comparable);
  }

  async #guarded(mspId: string, work: () => Promise<Silence | undefined>): Promise<void> {
    let silence: Silence | undefined;
    try {
      silence = await work();
    } catch (error) {
      silence = silenceOf(error);
      if (silence === undefined) {
        this.#parts.log.error({ err: error, mspId }, 'a checkpoint could not be compared');
        silence = 'DOWN';
      }
    }
    if (silence === this.#silences.get(mspId)) return;
    if (silence === undefined) this.#silences.delete(mspId);
    else {
      this.#silences.set(mspId, silence);
      this.#parts.log.warn({ mspId, silence }, 'a member’s witness says nothing at present');
    }
  }

  async #keep(mspId: string, { key, signed }: Counted, own: CheckpointBody): Promise<void> {
    const { archive, log } = this.#parts;
    const { height } = signed.body;
    const isSame = bodyDigest(signed.body) === bodyDigest(own);
    const isAgreed = isSame && signed.witnessing.statement.replayedFrom === 0;
    const outcome = await archive.witness({ ...signed, key, isAgreed });
    if (outcome === 'EQUIVOCATION') {
      log.fatal({ mspId, height, key }, 'a witness signed two bodies for one height: both are kept');
      await this.#keepBody(height);
    }
    if (isSame) this.#atOdds.delete(mspId);
    else if (!this.#atOdds.has(mspId)) await this.#contradicted(mspId, key, signed, own);
  }

  async #contradicted(
    mspId: string,
    key: JudgedWitness['key'],
    theirs: Signed,
    ours: CheckpointBody,
  ): Promise<void> {
    const { archive, log, now } = this.#parts;
    const { height } = ours;
    this.#atOdds.add(mspId);
    const first = await this.#firstDifference(mspId, ours, theirs.body);
    const found = first === undefined ? {} : { first };
    const lie = { kind: 'CONTRADICTION', height, mspId, theirs, ours, ...found, at: now() } as const;
    await archive.keepLie(lie, key);
    await archive.name(height);
    await this.#keepBody(height);
    log.fatal(
      { mspId, height, ...found },
      'a witness signed another body than ours: one of us folds another history',
    );
  }

  async #firstDifference(
    mspId: string,
    ours: CheckpointBody,
    theirs: CheckpointBody,
  ): Promise<FirstDifference | undefined> {
    const { projection, members, archive } = this.#parts;
    const member = members.get(mspId);
    if (member === undefined) return undefined;
    const agreed = (await archive.newestWitnessed())
      .filter((each) => each.mspId === mspId && each.height < ours.height)
      .map(({ height }) => height);
    try {
      return await whereTheyPart(
        historyHere(projection),
        historyThere(member),
        [ours, theirs],
        Math.max(-1, ...agreed),
      );
    } catch (err) {
      this.#parts.log.warn({ err, mspId }, 'where the histories part could not be found');
      return undefined;
    }
  }

  async #keepBody(height: number): Promise<void> {
    // A proof holds both bodies by itself; that the projection has let go of its own meanwhile takes nothing from it.
    await this.#parts.projection.keepBody(height).catch(() => undefined);
  }
}

const historyHere = (projection: ComparisonParts['projection']): History => ({
  body: (height) => projection.body(height),
  leaves: async (from, limit) => (await projection.leaves(from, limit)).map(({ leaf }) => leaf),
});

/** Another member's history; what it does not keep is absent. */
export const historyThere = (member: Member): History => ({
  body: async (height) => {
    try {
      return (await member.at(height)).body;
    } catch (error) {
      if (error instanceof MemberError && error.code === 'NOT_KEPT') return undefined;
      throw error;
    }
  },
  leaves: (from, limit) => member.leaves(from, limit),
});

function silenceOf(error: unknown): Silence | undefined {
  if (!(error instanceof MemberError)) return undefined;
  switch (error.code) {
    case 'UNREACHABLE':
      return 'DOWN';
    case 'NOT_KEPT':
    case 'MALFORMED':
      return 'UNSIGNED';
  }
}
