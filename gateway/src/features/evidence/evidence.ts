import PQueue from 'p-queue';
import { addSeconds, keys, type EvidenceSubject, type Instant } from '@tallystick/chaincode/model';
import { CheckpointError, type Checkpoints } from '../checkpoints/port.js';
import type { EnrolledIdentity } from '../../identities/index.js';
import type { EvidenceSource } from '../../ledger/evidence-source.js';
import { LedgerError } from '../../ledger/port-errors.js';
import type { FollowedProjection, ProjectedRecord } from '../../projection/port.js';
import type { Openings } from '../../state/port.js';
import { assembleCompact, assembleFull, type Contents } from './assembly.js';
import { BytesWriter } from './bytes-writer.js';
import { compactOf, type Compact } from './compact.js';
import type { ConfigChain } from '../channel/port.js';
import { earlierOf } from './earlier.js';
import { fingerprintStatement } from './fingerprint.js';
import type { EvidenceArchive } from './stores/port.js';
import { wholeLedger } from './full.js';
import { CheckpointChoice, type SignedCheckpoint } from './checkpoint-choice.js';
import { openingsOf } from './openings.js';
import { EvidenceError, type Evidence, type EvidenceOptions } from './port.js';
import { subjectKey, type SubjectRecord } from './selection.js';
import { provenUses, usesRows } from './uses.js';

export interface EvidenceParts {
  readonly source: EvidenceSource;
  readonly projection: FollowedProjection;
  readonly checkpoints: Pick<Checkpoints, 'commonHeight' | 'keep' | 'renew' | 'status' | 'witnessed'>;
  /** Configuration of the channel. */
  readonly configuration: ConfigChain;
  /** Time tokens. */
  readonly archive: EvidenceArchive;
  /** Of sealed fields, as far as they are known here. */
  readonly openings: Openings;
  readonly channel: string;
  readonly chaincode: string;
  /** Signs files and statements. */
  readonly operator: EnrolledIdentity;
  /** Signs checkpoints; absent where nobody does. */
  readonly witness?: EnrolledIdentity | undefined;
  /** Versions of the rules that this software knows. */
  readonly rules: readonly string[];
  /** Organisations whose witnesses must have signed what a file stands on. */
  readonly witnesses?: number | undefined;
  /** Milliseconds that a request waits for their signatures. */
  readonly patience?: number;
  /** Milliseconds in which every member should have signed; then those that have must do. */
  readonly grace?: number;
  /** Salt of the commitment to the plaintext of a version, lower-case hex, where its file key is here. */
  readonly saltOf: (versionId: string) => Promise<string | undefined>;
  readonly now: () => Instant;
}

/** Evidence of one organisation, made when it is asked for. */
export function newEvidence(parts: EvidenceParts): Evidence {
  const making = new Making(parts);
  return {
    file: (subject, options) => passing(making.file(subject, options)),
    provenUses: (question, signal) => passing(making.uses(question, signal)),
    uses: (question, page) => usesRows(parts.projection, question, page),
    statement: () => fingerprintStatement({ ...parts, constitution: () => constitutionIn(parts.projection) }),
  };
}

async function constitutionIn(projection: Pick<FollowedProjection, 'history'>): Promise<string | undefined> {
  const [first] = await projection.history(keys.space());
  return first?.txId;
}

/** What will be otherwise in a while is PENDING. */
async function passing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isPassing = error instanceof LedgerError || error instanceof CheckpointError;
    if (isPassing) throw new EvidenceError('PENDING', 'it cannot be made now', { cause: error });
    throw error;
  }
}

class Making {
  readonly #parts: EvidenceParts;
  readonly #configuration: ConfigChain;
  readonly #grounds: CheckpointChoice;
  /** What takes much memory is made one at a time. */
  readonly #large = new PQueue({ concurrency: 1 });

  constructor(parts: EvidenceParts) {
    const { configuration, archive, checkpoints, projection, witnesses: needed, patience, grace } = parts;
    this.#parts = parts;
    this.#configuration = configuration;
    this.#grounds = new CheckpointChoice({ checkpoints, projection, archive, needed, patience, grace });
  }

  async file(subject: EvidenceSubject, options: EvidenceOptions): Promise<string> {
    const key = subjectKey(subject);
    const versions = key === undefined ? [] : await this.#parts.projection.history(key);
    const newest = versions.at(-1);
    if (newest === undefined) throw new EvidenceError('NOT_FOUND', `no ${subject.kind} ${subject.id}`);
    const least = Number(newest.blockNumber);
    if (options.isFull) return this.#large.add(() => this.#full(subject, options, least));
    const after = await this.#uncontestedAfter(newest);
    return this.#grounds.standing(least, (ground) => this.#compact(subject, options, ground), after);
  }

  /** Of a use that was allowed and has not been contested: when the time for that was over; `undefined` while it is not. */
  async #uncontestedAfter({ value }: ProjectedRecord<SubjectRecord>): Promise<Instant | undefined> {
    if (value.kind !== 'usage') return undefined;
    const { state, answer } = value;
    if (state !== 'ALLOWED' || answer === undefined) return undefined;
    const space = await this.#parts.projection.record(keys.space());
    if (space === undefined) throw new Error('a use stands in a space');
    const end = addSeconds(answer.at, space.value.rulebook.contestWithin);
    return end < this.#parts.now() ? end : undefined;
  }

  uses(...[question, signal]: Parameters<Evidence['provenUses']>): Promise<string> {
    const { projection, channel, chaincode } = this.#parts;
    const parts = { projection, channel, chaincode };
    return this.#large.add(() =>
      provenUses({ ...parts, grounds: this.#grounds, configuration: this.#configuration }, question, signal),
    );
  }

  async #compact(
    subject: EvidenceSubject,
    options: EvidenceOptions,
    ground: SignedCheckpoint,
  ): Promise<string> {
    const { height } = ground.body;
    const [compact, configuration] = await Promise.all([
      compactOf(this.#parts.projection, subject, ground),
      this.#configuration.at(BigInt(height)),
    ]);
    const contents = await this.#contents(subject, options, ground, compact);
    await this.#parts.checkpoints.keep(height);
    return assembleCompact(contents, compact, configuration, this.#exporter());
  }

  async #full(subject: EvidenceSubject, options: EvidenceOptions, least: number): Promise<string> {
    const { source, projection } = this.#parts;
    const ground = await this.#grounds.newest(least).catch((error: unknown) => this.#unsigned(error));
    const compact = await compactOf(projection, subject, ground);
    const contents = await this.#contents(subject, options, ground, compact);
    const writer = new BytesWriter();
    const blocks = await wholeLedger(source, ground.body, writer, options.signal);
    return assembleFull(contents, blocks, writer, this.#exporter());
  }

  /** Who folds the whole ledger needs no witness: then it goes to where we have folded it. */
  async #unsigned(error: unknown): Promise<SignedCheckpoint> {
    const body = await this.#parts.projection.newestBody();
    if (!(error instanceof EvidenceError) || body === undefined) throw error;
    return { body, witnesses: [], tokens: [] };
  }

  async #contents(
    subject: EvidenceSubject,
    { isOpened }: EvidenceOptions,
    ground: SignedCheckpoint,
    compact: Compact,
  ): Promise<Contents> {
    const { channel, chaincode, openings, saltOf, projection, witnesses: needed = 1 } = this.#parts;
    const parts = { grounds: this.#grounds, projection, needed };
    const earlier = await earlierOf(compact, ground.body.height, parts);
    const contents = { subject, channel, chaincode, ground, earlier, openings: [] };
    if (!isOpened) return contents;
    const { value } = compact.selection.newest;
    return {
      ...contents,
      openings: await openingsOf(textsIn(compact), openings),
      payloadSalt: value.kind === 'usage' ? await saltOf(value.version) : undefined,
    };
  }

  #exporter(): { readonly identity: EnrolledIdentity; readonly at: Instant } {
    return { identity: this.#parts.operator, at: this.#parts.now() };
  }
}

/** Everything in which commitments of sealed fields may stand; in an envelope canonical records stand as they are. */
const textsIn = ({ transactions, records }: Compact): readonly string[] => [
  ...records.map(({ text }) => text),
  ...transactions.flatMap(({ envelope, writes }) => [
    Buffer.from(envelope).toString('latin1'),
    ...writes.map(({ text }) => text),
  ]),
];
