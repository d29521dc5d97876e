import { createHash, webcrypto } from 'node:crypto';
import { computeSha256By, digestOf, type Checkpoint, type CheckpointBody } from '@tallystick/chaincode/model';
import { audit, type Audit, type Standing } from '../src/audit/index.js';
import { newSignatures, type Signatures } from '../src/crypto/signature.js';
import type { Subtle } from '../src/crypto/subtle.js';
import { readTrust } from '../src/trust/file.js';
import type { Trust } from '../src/trust/trust.js';
import { comparisonOf, readGiven, type Comparison } from './audit-compare.js';
import { organisationOf, readWitness } from './audit-identity.js';
import { readOpenings, type AuditArguments } from './audit-options.js';
import { newProgressLine } from './audit-progress.js';
import { newResumeFile, type ResumeFile } from './audit-resume.js';
import { SignedCheckpoints } from './audit-signed.js';
import { openSource, type BlockSource } from './audit-source.js';
import { readInput, Unusable } from './usage.js';

export interface Finished {
  readonly audit: Audit;
  /** False when somebody interrupted it; who follows is interrupted in the end. */
  readonly isWhole: boolean;
  /** Of the height that was asked for. */
  readonly body?: CheckpointBody;
  readonly comparison?: Comparison;
}

const subtle = webcrypto.subtle as unknown as Subtle;

/** A ledger is megabytes of envelopes and records to hash: ten times faster than portably. */
const byPlatform = {
  bytes: (input: Uint8Array | string): Uint8Array =>
    new Uint8Array(createHash('sha256').update(input).digest()),
  hex: (input: Uint8Array | string): string => createHash('sha256').update(input).digest('hex'),
};

/** Told after each block. */
type BlockListener = (standing: Standing) => void | Promise<void>;

async function readTrustFile(path: string): Promise<{ trust: Trust; digest: string }> {
  const bytes = await readInput(path);
  return { trust: readTrust(bytes), digest: digestOf(bytes) };
}

/** After an interrupt no further block is read; those that are under way are finished. */
async function* until(signal: AbortSignal, source: BlockSource): AsyncGenerator<Uint8Array> {
  for await (const block of source.blocks()) {
    if (signal.aborted) return;
    yield block;
  }
}

function resuming({ resumeEvery }: AuditArguments, file: ResumeFile | undefined): BlockListener {
  return async (standing) => {
    if (standing.progress.counts.blocks % resumeEvery === 0) await file?.write(standing);
  };
}

/** Signs the body of each block, as long as the ledger is what its signatures make of it. */
function signing(
  { identity, msp, out }: AuditArguments,
  trust: Trust,
  signatures: Signatures,
): BlockListener {
  let signed: SignedCheckpoints | undefined;
  const open = async ({ configBlocks }: Standing): Promise<SignedCheckpoints> => {
    const witness = await readWitness(identity ?? '');
    const config = configBlocks.at(-1) ?? new Uint8Array();
    const mspId = msp ?? (await organisationOf(witness.certificate, config, trust.channel, signatures));
    return SignedCheckpoints.open(out ?? '', { ...witness, mspId }, () => new Date().toISOString());
  };
  return async (standing) => {
    const { folded, findings } = standing.progress;
    if (!folded.body || !findings.isClean) return;
    signed ??= await open(standing);
    await signed.sign(folded.body);
  };
}

/** Bodies of the heights that are asked for. */
class Wanted {
  readonly #given: Checkpoint | undefined;
  readonly #height: number | 'last' | undefined;
  readonly #bodies = new Map<number, CheckpointBody>();

  constructor(height: number | 'last' | undefined, given: Checkpoint | undefined) {
    this.#height = height;
    this.#given = given;
  }

  readonly look: BlockListener = ({ progress: { folded } }) => {
    const { body } = folded;
    if (body && (body.height === this.#height || body.height === this.#given?.body.height))
      this.#bodies.set(body.height, body);
  };

  /** @throws Unusable */
  async found({ standing }: Audit, signatures: Signatures): Promise<Pick<Finished, 'body' | 'comparison'>> {
    const last = standing.progress.folded.body;
    const body =
      this.#height === 'last' ? last : this.#height === undefined ? undefined : this.#at(this.#height);
    const given = this.#given;
    const comparison = given && (await comparisonOf(given, this.#at(given.body.height), signatures));
    return { ...(body && { body }), ...(comparison && { comparison }) };
  }

  #at(height: number): CheckpointBody {
    const body = this.#bodies.get(height);
    if (body) return body;
    throw new Unusable(`the audit did not come by height ${height}: it resumed behind it, or ended before`);
  }
}

const wantedBy = async ({ checkpoint, compare }: AuditArguments): Promise<Wanted> =>
  new Wanted(checkpoint, compare === undefined ? undefined : await readGiven(compare));

/** @throws InputError, Unusable, TrustError, SecondBody */
export async function run(given: AuditArguments, signal: AbortSignal): Promise<Finished> {
  computeSha256By(byPlatform);
  const { trust, digest } = await readTrustFile(given.trust);
  const openings = await readOpenings(given.openings);
  const signatures = newSignatures(subtle, trust.algorithms);
  const wanted = await wantedBy(given);
  const file = given.resume === undefined ? undefined : newResumeFile(given.resume, digest, trust.chaincode);
  const source = await openSource(given.source, process.stdin, given.follow ? signal : undefined);
  const line = newProgressLine(process.stderr, source.total);
  const onBlock = inTurn([
    ({ progress }) => line.show(progress.counts),
    wanted.look,
    ...(given.sign ? [signing(given, trust, signatures)] : []),
    resuming(given, file),
  ]);
  const resume = await file?.read();
  const options = { keepGoing: given.keepGoing, openings, onBlock, ...(resume && { resume }) };
  const done = await released(given.source, signal, () =>
    audit(until(signal, source), trust, subtle, options),
  );
  line.end();
  // After a stop at a divergence the last block is not taken whole: the file of the block before it stays.
  if (given.keepGoing || done.divergenceCount === 0) await file?.write(done.standing);
  const isWhole = given.follow || !signal.aborted;
  return { audit: done, isWhole, ...(await wanted.found(done, signatures)) };
}

const inTurn =
  (listeners: readonly BlockListener[]): ((standing: Standing) => Promise<void>) =>
  async (standing) => {
    for (const listener of listeners) await listener(standing);
  };

/** Lets go of standard input once nothing is read from it any more: who waits for it would wait for ever. */
async function released<T>(source: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const letGo = (): void => {
    if (source === '-') process.stdin.destroy();
  };
  signal.addEventListener('abort', letGo);
  try {
    return await work();
  } finally {
    letGo();
  }
}
