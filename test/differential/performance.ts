import type { common } from '@hyperledger/fabric-protos';
import { CallFailed } from './client.js';
import { envelopeDigest, type Placed } from './follower.js';
import { observe, refusalText, type Names } from './observation.js';
import type { StepOutcome } from './outcome.js';
import { withKeys, type Group, type Operation, type Program, type Step } from './program.js';
import { newProposal } from './proposal.js';
import type { Stage } from './stage.js';
import { sealed } from './tampering.js';

const INSTANCE = '§';
const ORDERER_REFUSAL = /received unsuccessful response from orderer: (.*)$/s;

/** Refusals that say nothing about the program: a ledger under load, or peers that are not equally high. */
const PASSING = /payloads do not match|deadline|timed? ?out|connection|unreachable|no orderer/i;

/** An envelope that was, or is to be, submitted. */
interface Submission {
  readonly txId: string;
  readonly envelope: common.Envelope;
  readonly digest: string;
}

type Refusal = NonNullable<StepOutcome['refused']>;

/** The way of one step through its group. */
interface Attempt {
  readonly step: Step;
  submission?: Submission;
  refused?: Refusal;
  /** The envelope is the n-th of its bytes on the ledger, counted from 0. */
  occurrence?: number;
  placed?: Placed;
  isDropped?: true;
}

/** One playing of one program, group by group, under a name of its own. */
export class Performance {
  readonly program: Program;
  readonly instance: string;
  readonly #stage: Stage;
  readonly #groups: Attempt[][] = [];
  readonly #accepted = new Map<string, number>();
  readonly #positions = new Map<string, string>();
  /** Why this performance shows nothing about the program, so that another one is needed. */
  spoiltBy: string | undefined;

  constructor(program: Program, instance: string, stage: Stage) {
    this.program = program;
    this.instance = instance;
    this.#stage = stage;
  }

  /** Operations with the name of this performance in their keys. */
  named(operations: readonly Operation[]): Operation[] {
    return operations.map((each) => withKeys(each, (key) => key.replaceAll(INSTANCE, this.instance)));
  }

  unnamed(text: string): string {
    return text.replaceAll(this.instance, INSTANCE);
  }

  #names(step?: Step): Names {
    return {
      text: (text) => this.unnamed(text),
      version: (block, index) => this.#positions.get(`${block}:${index}`) ?? 'before',
      secrets: Object.values(step?.transient ?? {}).filter((value) => value !== ''),
    };
  }

  #refusal(at: 'endorse' | 'submit', cause: unknown): Refusal {
    if (!(cause instanceof CallFailed)) throw cause;
    const said = cause.texts.map((text) => refusalText(text, this.#names()));
    const texts = [...new Set(said)].sort();
    const passing = texts.find((text) => PASSING.test(text));
    if (passing !== undefined) this.spoiltBy ??= passing;
    const ofOrderers = texts.flatMap((text) => ORDERER_REFUSAL.exec(text)?.[1] ?? []);
    if (ofOrderers.length === 0) return { at, code: cause.code, texts };
    return { at: 'order', texts: [...new Set(ofOrderers)].sort() };
  }

  async endorseGroup(group: Group): Promise<void> {
    this.#groups.push(group.map((step) => ({ step })));
    for (const attempt of this.#groups.at(-1) ?? []) if (!attempt.step.again) await this.#endorse(attempt);
  }

  async #endorse(attempt: Attempt): Promise<void> {
    const { run, by = 'Org1MSP', endorsers, transient = {}, proposal: faults = {}, tampering } = attempt.step;
    const { channel, chaincode } = this.#stage.ledger;
    const author = this.#stage.author(by);
    const request = { channel, chaincode, run: this.named(run), transient, faults };
    const { txId, signed } = await newProposal(author, request);
    try {
      const prepared = await this.#stage.gateway(by).endorse(channel, txId, signed, endorsers);
      const other = this.#stage.author(by === 'Org2MSP' ? 'Org1MSP' : 'Org2MSP');
      const envelope = await sealed(prepared, author, other, tampering);
      attempt.submission = { txId, envelope, digest: envelopeDigest(envelope.serializeBinary()) };
    } catch (cause) {
      attempt.refused = this.#refusal('endorse', cause);
    }
  }

  /** Submits what was endorsed, each after the one before was accepted, so that the order is certain on one orderer. */
  async submitGroup(): Promise<void> {
    for (const attempt of this.#groups.at(-1) ?? []) await this.#submit(attempt);
  }

  async #submit(attempt: Attempt): Promise<void> {
    const { by = 'Org1MSP', again } = attempt.step;
    if (again) {
      const earlier = this.#groups[again.group]?.[again.step]?.submission;
      if (!earlier) {
        this.spoiltBy ??= `nothing was submitted at ${again.group}.${again.step}`;
        return;
      }
      attempt.submission = earlier;
    }
    if (!attempt.submission) return;
    const { txId, envelope, digest } = attempt.submission;
    try {
      await this.#stage.gateway(by).submit(this.#stage.ledger.channel, txId, envelope);
      attempt.occurrence = this.#accepted.get(digest) ?? 0;
      this.#accepted.set(digest, attempt.occurrence + 1);
    } catch (cause) {
      attempt.refused = this.#refusal('submit', cause);
    }
  }

  /** Counts what is accepted a second time and still in no block as dropped. */
  giveUpDuplicates(): void {
    for (const attempt of this.#groups.at(-1) ?? [])
      if (attempt.step.again && attempt.occurrence !== undefined && !attempt.placed) attempt.isDropped = true;
  }

  /** True while nothing is waited for but second occurrences of what is in a block already. */
  get isDownToDuplicates(): boolean {
    return (this.#groups.at(-1) ?? []).every(
      ({ step, occurrence, placed }) =>
        occurrence === undefined || placed !== undefined || step.again !== undefined,
    );
  }

  /** True once every accepted envelope of the newest group is in a block. */
  isPlaced(): boolean {
    const follower = this.#stage.follower('Org1MSP');
    const waiting = (this.#groups.at(-1) ?? []).filter(
      ({ occurrence, placed, isDropped }) => occurrence !== undefined && !placed && isDropped !== true,
    );
    for (const attempt of waiting) {
      const placed = follower.occurrences(attempt.submission?.digest ?? '')[attempt.occurrence ?? 0];
      if (placed) attempt.placed = placed;
    }
    return waiting.every(({ placed }) => placed);
  }

  /** Names of the steps of the newest group that are accepted and in no block. */
  get missing(): string[] {
    return (this.#groups.at(-1) ?? []).flatMap(({ occurrence, placed, isDropped }, index) =>
      occurrence !== undefined && !placed && isDropped !== true
        ? [`${this.program.name} ${this.#groups.length - 1}.${index}`]
        : [],
    );
  }

  /** Highest block with a transaction of the newest group. */
  get lastBlock(): number {
    return Math.max(0, ...(this.#groups.at(-1) ?? []).map(({ placed }) => placed?.block ?? 0));
  }

  /** Settles where the newest group stands. It shows nothing when the ledger split it over blocks or changed its order. */
  settleGroup(): void {
    const group = this.#groups.at(-1) ?? [];
    const places = group.flatMap(({ placed }) => placed ?? []);
    group.forEach(({ placed }, index) => {
      if (placed)
        this.#positions.set(`${placed.block}:${placed.index}`, `${this.#groups.length - 1}.${index}`);
    });
    const isTogether = places.every(
      (place, i) =>
        i === 0 || (place.block === places[i - 1]?.block && place.index > (places[i - 1]?.index ?? 0)),
    );
    if (!isTogether) this.spoiltBy ??= 'a group was split over blocks or put in another order';
  }

  outcomes(): StepOutcome[][] {
    return this.#groups.map((group) => group.map((attempt) => this.#outcome(attempt)));
  }

  #outcome({ step, refused, placed, isDropped }: Attempt): StepOutcome {
    if (refused) return { refused };
    if (isDropped) return { dropped: true };
    if (!placed) throw new Error(`${this.program.name}: a transaction is neither refused nor in a block`);
    return observe(placed, this.#names(step), step.tampering !== undefined || step.again !== undefined);
  }
}
