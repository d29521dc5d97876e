import { digestOf, millisOf, witnessedBytes } from '@tallystick/chaincode/model';
import { callerIn } from '../callers.js';
import type { Checklist } from '../checklist.js';
import type { Signatures } from '../crypto/signature.js';
import type { ChannelConfig } from '../fabric/identity.js';
import { mspIdIn, readSerializedIdentity, type SerializedIdentity } from '../fabric/proposal.js';
import { evaluableIf, NotEvaluated, Rejection } from '../rejection.js';
import type { Stamp } from '../time/index.js';
import type { NamedWitness, TrustedWitnesses } from '../trust/trust.js';
import type { CountedWitness } from '../verdict.js';
import { parsePem, type Certificate } from '../x509/certificate.js';
import { assertOwnKey, type Declared } from './compromises.js';
import type { FiledCheckpoint, FiledWitness } from './reading.js';
import { seenBy } from './time.js';

/** What witnesses are judged by. */
export interface Witnessing {
  readonly checkpoint: FiledCheckpoint;
  /** The newest configuration that the file has. */
  readonly config: ChannelConfig;
  readonly signatures: Signatures;
  readonly witnesses: TrustedWitnesses;
  /** Time tokens over the body that hold. */
  readonly stamps: readonly Stamp[];
  /** Keys that others may hold; absent where they are not asked for. */
  readonly declared?: Declared;
  /** Whether the reader has nothing else to rest on; not so where it folded the ledger itself. */
  readonly isNeeded: boolean;
}

/**
 * That enough of the organisations which the trust file names signed the body. One step for each signature, one for all: a wrong signature
 * fails; one of somebody who does not count is told and passed over.
 */
export async function checkWitnesses(
  witnessing: Witnessing,
  list: Checklist,
): Promise<readonly CountedWitness[]> {
  const { checkpoint, witnesses } = witnessing;
  // Side by side, since signatures are checked off this thread; the steps stand in the order of the file.
  const judgements = await Promise.allSettled(checkpoint.witnesses.map((filed) => judged(filed, witnessing)));
  const by = seenBy(firstOfEach(judgements.flatMap(valueOf)), witnesses.needed);
  const found: CountedWitness[] = [];
  for (const [index, filed] of checkpoint.witnesses.entries())
    found.push(...(await checkWitness(filed, settled(judgements[index]), by, witnessing, list)));
  const counted = firstOfEach(found);
  if (!witnessing.isNeeded) return counted;
  await list.run('checkpoint.witnesses', `height ${checkpoint.body.height}`, () => {
    const facts = {
      organisations: counted.map(({ mspId }) => mspId).join(' '),
      needed: `${witnesses.needed}`,
      named: witnesses.named.map(({ mspId }) => mspId).join(' '),
    };
    const reason = judgements.some(isReplaced) ? 'ROOT_DIFFERS' : 'TOO_FEW_WITNESSES';
    evaluableIf(counted.length >= witnesses.needed, reason, facts);
    return { value: true, facts };
  });
  return counted.length >= witnesses.needed ? counted : [];
}

const valueOf = (judgement: PromiseSettledResult<Judged>): readonly CountedWitness[] =>
  judgement.status === 'fulfilled' ? [judgement.value.value] : [];

const isReplaced = (judgement: PromiseSettledResult<Judged>): boolean =>
  judgement.status === 'rejected' &&
  judgement.reason instanceof NotEvaluated &&
  judgement.reason.code === 'ROOT_DIFFERS';

function settled(judgement: PromiseSettledResult<Judged> | undefined): () => Judged {
  return () => {
    if (judgement?.status === 'fulfilled') return judgement.value;
    throw judgement?.reason;
  };
}

async function checkWitness(
  filed: FiledWitness,
  judgement: () => Judged,
  seen: string | undefined,
  { stamps }: Witnessing,
  list: Checklist,
): Promise<readonly CountedWitness[]> {
  const found = await list.run('checkpoint.witness', mspIdIn(filed.signer), () => {
    const { value, certificate, by } = judgement();
    const clock = clockOfOthers(seen, stamps);
    if (clock !== undefined) assertCurrent(certificate, value.signedAt, clock);
    const { mspId, fingerprint } = value;
    const { signedAt, replayedFrom, software, newest } = filed.statement;
    const said = newest === undefined ? {} : { newest: `${newest}` };
    const facts = { mspId, fingerprint, by, signedAt, replayedFrom: `${replayedFrom}`, software, ...said };
    return { value, facts };
  });
  return found === undefined ? [] : [found];
}

/** An organisation counts once, however many of its keys signed: with the earliest of its signatures. */
function firstOfEach(found: readonly CountedWitness[]): readonly CountedWitness[] {
  const inOrder = [...found].sort((one, other) => millisOf(one.signedAt) - millisOf(other.signedAt));
  const first = new Map(inOrder.reverse().map((each) => [each.mspId, each]));
  return [...first.values()].sort((one, other) => (one.mspId < other.mspId ? -1 : 1));
}

interface Judged {
  readonly value: CountedWitness;
  readonly certificate: Certificate;
  /** What the trust file knows the witness by. */
  readonly by: 'key' | 'root' | 'name';
}

/** @throws Rejection for a signature that does not hold; NotEvaluated for one that does not count */
async function judged(filed: FiledWitness, witnessing: Witnessing): Promise<Judged> {
  const { checkpoint, signatures, witnesses, declared, stamps } = witnessing;
  const { statement, signature } = filed;
  const signer = readSerializedIdentity(filed.signer);
  const certificate = parsePem(new TextEncoder().encode(signer.certificate));
  await signatures.verify(certificate, witnessedBytes(checkpoint.body, statement), signature);
  const named = witnesses.named.find(({ mspId }) => mspId === signer.mspId);
  evaluableIf(named !== undefined, 'WITNESS_NOT_NAMED', { mspId: signer.mspId });
  const { replayedFrom, signedAt, newest } = statement;
  evaluableIf(replayedFrom <= witnesses.replayedFrom, 'REPLAYED_TOO_LATE', {
    replayedFrom: `${replayedFrom}`,
    trusted: `${witnesses.replayedFrom}`,
  });
  assertCurrent(certificate, signedAt, { at: millisOf(signedAt), judgedBy: 'itself' });
  const by = await knownBy(named, signer, certificate, witnessing);
  if (declared) assertOwnKey(signer.mspId, digestOf(certificate.key.spki), declared, stamps);
  const said = newest === undefined ? {} : { newest };
  const { fingerprint } = certificate;
  return { value: { mspId: signer.mspId, fingerprint, signedAt, ...said }, certificate, by };
}

/** When a signature was there, and who says so. */
interface Clock {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly judgedBy: 'itself' | 'token' | 'witnesses';
}

/**
 * A certificate is judged at the time that its holder states, and then at the time of a token over the body, where there is one: nobody else
 * says when the signature cannot have been made later. Without one, at the time by which as many witnesses as are needed had signed, each
 * by its own clock: who is not named, or dates later than these, ends nobody's certificate.
 */
function clockOfOthers(seen: string | undefined, stamps: readonly Stamp[]): Clock | undefined {
  if (stamps.length > 0) return { at: Math.min(...stamps.map(({ at }) => at)), judgedBy: 'token' };
  return seen === undefined ? undefined : { at: millisOf(seen), judgedBy: 'witnesses' };
}

/** Whether it had begun is asked at the stated time alone: others only say that the signature was there by then. */
function assertCurrent(
  { notBefore, notAfter, fingerprint }: Certificate,
  signedAt: string,
  clock: Clock,
): void {
  const hasBegun = clock.judgedBy !== 'itself' || notBefore <= clock.at;
  const facts = { fingerprint, signedAt, judgedBy: clock.judgedBy };
  evaluableIf(hasBegun && clock.at <= notAfter, 'EXPIRED', facts);
}

/** @throws NotEvaluated WITNESS_NOT_NAMED, ROOT_DIFFERS, ROLE_MISSING, REVOKED, UNKNOWN_ORGANISATION; Rejection CHAIN_BROKEN and others */
async function knownBy(
  named: NamedWitness,
  signer: SerializedIdentity,
  certificate: Certificate,
  { config }: Witnessing,
): Promise<Judged['by']> {
  const { roots, keys } = named;
  const isPinned = keys?.includes(digestOf(certificate.key.spki)) === true;
  if (isPinned) return byKey(named, certificate, config);
  evaluableIf(roots !== undefined || keys === undefined, 'WITNESS_NOT_NAMED', { mspId: named.mspId });
  assertSameRoots(named, config);
  const identity = await identified(certificate, named, config);
  const isMember = config.organisations.includes(named.mspId);
  const isWitness = callerIn(signer, '').role === 'witness';
  evaluableIf(isMember && isWitness, 'ROLE_MISSING', { mspId: named.mspId });
  if (roots === undefined) return 'name';
  evaluableIf(roots.includes(identity.root ?? ''), 'ROOT_DIFFERS', { root: identity.root ?? '' });
  return 'root';
}

/**
 * A key that the reader knows from elsewhere needs no member of the ledger to vouch for it. But where the organisation still has the root
 * that is pinned, or is there and no root is pinned, its certificate comes from there: else whoever stole a key could put it into a
 * certificate that nobody can revoke.
 */
async function byKey(named: NamedWitness, certificate: Certificate, config: ChannelConfig): Promise<'key'> {
  const found = config.rootsOf(named.mspId) ?? [];
  const isUnchanged = named.roots?.some((root) => found.includes(root)) === true;
  if (isUnchanged) await identified(certificate, named, config);
  else if (named.roots === undefined && found.length > 0) await certified(certificate, named, config);
  else if (await isRevoked(named, certificate, config)) notCounted('REVOKED', named);
  return 'key';
}

const notCounted = (code: NotEvaluated['code'], { mspId }: NamedWitness): never => {
  throw new NotEvaluated(code, { mspId });
};

/** A majority of administrators can remove an organisation and add another under its name: then its roots are not those that are pinned. */
function assertSameRoots({ mspId, roots }: NamedWitness, config: ChannelConfig): void {
  const found = config.rootsOf(mspId);
  evaluableIf(found !== undefined, 'UNKNOWN_ORGANISATION', { mspId });
  const isSame = roots?.some((root) => found.includes(root)) ?? true;
  evaluableIf(isSame, 'ROOT_DIFFERS', { mspId, found: found.join(' ') });
}

/** What says that an honest witness may not be one any more takes its signature out of the count; what says that it is none, fails. */
const ENDED: readonly string[] = ['REVOKED', 'ROLE_MISSING', 'UNKNOWN_ORGANISATION'];

async function identified(
  certificate: Certificate,
  named: NamedWitness,
  config: ChannelConfig,
): ReturnType<ChannelConfig['identifyIn']> {
  try {
    return await config.identifyIn(named.mspId, certificate);
  } catch (error) {
    if (error instanceof Rejection && ENDED.includes(error.code)) return notCounted(error.code, named);
    throw error;
  }
}

/** Where no root is pinned a majority may have put another organisation there: then the honest key does not count, and fails nothing. */
async function certified(
  certificate: Certificate,
  named: NamedWitness,
  config: ChannelConfig,
): Promise<void> {
  try {
    await identified(certificate, named, config);
  } catch (error) {
    if (error instanceof Rejection && error.code === 'CHAIN_BROKEN') notCounted(error.code, named);
    throw error;
  }
}

async function isRevoked(
  { mspId }: NamedWitness,
  certificate: Certificate,
  config: ChannelConfig,
): Promise<boolean> {
  try {
    await config.identifyIn(mspId, certificate);
    return false;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    return error.code === 'REVOKED';
  }
}
