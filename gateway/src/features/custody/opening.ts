import { setTimeout as pause } from 'node:timers/promises';
import { keys, type Instant, type Usage, type Version } from '@tallystick/chaincode/model';
import { PayloadError, type Opened, type Payloads } from '../../payload/port.js';
import type { OneTimeKeys } from './stores/port.js';
import type { Acknowledger } from './acknowledgement.js';
import { CustodyError } from './errors.js';
import type { Failpoints } from './failpoint.js';
import { answerDue } from './lapsing.js';
import { leaseOf, Serving, type Leasing } from './lease.js';
import { backOff } from '../../workers/retries.js';
import type { Acknowledgement, By, OpenedUse } from './port.js';
import { recordAt } from './projected.js';
import type { Servings } from './servings.js';

export interface Opening extends Leasing {
  readonly oneTimeKeys: OneTimeKeys;
  readonly payloads: Payloads;
  readonly acknowledger: Acknowledger;
  readonly servings: Servings;
  /** Our participant id. */
  readonly participant: string;
  readonly failpoints: Failpoints;
  /**
   * How often a header that was allowed is looked for: the provider publishes it after its own peer has shown it the
   * answer, which may be a moment after ours has shown it to us.
   */
  readonly headerLooks: number;
}

type Delivery = Extract<Version['delivery'], { mode: 'SEALED' }>;
type Pieces = AsyncGenerator<Uint8Array, Opened, undefined>;

/** `UseCases.openUse`. */
export async function openUse(
  opening: Opening,
  { identity }: Pick<By, 'identity'>,
  usageId: string,
  { acknowledge }: { readonly acknowledge: boolean },
  signal?: AbortSignal,
): Promise<OpenedUse> {
  const { usage, key } = await allowedUse(opening, usageId as Usage['id']);
  const until = await leaseOf(opening, usage, identity);
  const { version, delivery } = await sealedVersion(opening, usage);
  const header = await headerOf(opening, usage, signal);
  const bytes = BigInt(version.commitment.bytes);
  const { cid, keyCommitment } = delivery;
  const commitment = version.commitment.digest;
  const pieces = opening.payloads.open(
    { header, identity: key, cid, bytes, commitment, keyCommitment },
    signal,
  );
  const first = await pieces.next();
  const serving = new Serving(until, opening.now);
  const finished = opening.servings.add(usageId, serving);
  await opening.failpoints.reach('open.first-byte');
  const finish = async (opened: Opened): Promise<Acknowledgement> => {
    await opening.failpoints.reach('open.verified');
    return acknowledge ? opening.acknowledger.acknowledge(usage, opened, identity) : { state: 'NOT_ASKED' };
  };
  const served = streamOf(first, pieces, { finish, serving, finished, signal });
  return { usageId, versionId: version.id, bytes, ending: serving.signal, ...served };
}

/** The use and its one-time key, or the reason why it cannot be opened (yet). */
async function allowedUse(opening: Opening, usageId: Usage['id']): Promise<{ usage: Usage; key: string }> {
  const usage = await recordAt(opening.projection, keys.usage(usageId));
  const key = await opening.oneTimeKeys.get(usageId);
  if (usage === undefined) {
    if (key === undefined) throw new CustodyError('NOT_FOUND', `No use ${usageId}`);
    throw new CustodyError('NOT_ALLOWED_YET', 'Our own peer has not shown the request yet');
  }
  if (usage.consumer !== opening.participant) {
    throw new CustodyError('NOT_OURS', 'The use is another organisation’s');
  }
  refuseUnanswered(usage, await answerDue(opening.projection, usage));
  if (key === undefined) throw new CustodyError('KEY_UNKNOWN', 'The one-time key of this use is not here');
  return { usage, key };
}

function refuseUnanswered({ state, answer }: Usage, due: Instant | undefined): void {
  if (state === 'LAPSED') throw new CustodyError('LAPSED', 'The request was not answered in time');
  if (answer === undefined) {
    const details = { answerDue: due ?? null };
    throw new CustodyError('NOT_ALLOWED_YET', 'The request is not answered yet', { details });
  }
  if (answer.outcome === 'DENIED') {
    throw new CustodyError('DENIED', 'The use was denied', { details: { code: answer.code } });
  }
}

async function sealedVersion(
  { projection }: Opening,
  usage: Usage,
): Promise<{ version: Version; delivery: Delivery }> {
  const version = await recordAt(projection, keys.version(usage.version));
  if (version?.delivery.mode !== 'SEALED') {
    throw new CustodyError('NOT_SEALED', 'The version is not delivered as a sealed payload');
  }
  return { version, delivery: version.delivery };
}

/** The wrapped key: from the ledger where a contest made the provider put it there, else from the content stores. */
async function headerOf(
  opening: Opening,
  { answer, contest }: Usage,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (contest?.header !== undefined) return Buffer.from(contest.header, 'base64');
  const cid = answer?.header;
  const { payloads, headerLooks } = opening;
  for (let looks = 1; cid !== undefined && looks <= headerLooks; looks += 1) {
    if (looks > 1) await pause(backOff(looks, 40), undefined, signal && { signal });
    const header = await payloads.fetchHeader(cid, signal).catch(unlessMissing);
    if (header !== undefined) return header;
  }
  throw new CustodyError('HEADER_NOT_RELEASED', 'The wrapped key is in no store within reach');
}

function unlessMissing(error: unknown): undefined {
  if (!(error instanceof PayloadError) || error.code !== 'BLOCK_MISSING') throw error;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'FAILED';

interface Conduct {
  readonly finish: (opened: Opened) => Promise<Acknowledgement>;
  readonly serving: Serving;
  /** Nothing is served any more. */
  readonly finished: () => void;
  readonly signal: AbortSignal | undefined;
}

/** The plaintext from its first piece on, and what becomes of the acknowledgement once it was read to its end. */
function streamOf(
  first: IteratorResult<Uint8Array, Opened>,
  rest: Pieces,
  { finish, serving, finished, signal }: Conduct,
): Pick<OpenedUse, 'stream' | 'acknowledged'> {
  let settle: (acknowledgement: Acknowledgement | Promise<Acknowledgement>) => void = () => undefined;
  const acknowledged = new Promise<Acknowledgement>((resolve) => {
    settle = resolve;
  });
  const fail = (code: string, cause?: unknown): void => settle({ state: 'FAILED', code, cause });
  async function* plaintext(): AsyncGenerator<Uint8Array> {
    try {
      let step = first;
      for (; step.done !== true; step = await rest.next()) {
        serving.check();
        yield step.value;
      }
      serving.check();
      settle(finish(step.value).catch((cause: unknown) => ({ state: 'FAILED', code: codeOf(cause), cause })));
    } catch (cause) {
      fail(codeOf(cause), cause);
      throw cause;
    } finally {
      leave('LEFT_EARLY');
    }
  }
  // Also when whoever reads turns away early, or never begins: the file key is wiped, and nothing is acknowledged.
  const leave = (code: string): void => {
    fail(code);
    finished();
    rest.return(NOTHING).catch(() => undefined);
  };
  signal?.addEventListener('abort', () => leave('ABORTED'), { once: true });
  serving.signal.addEventListener('abort', () => leave(codeOf(serving.signal.reason)), { once: true });
  return { stream: plaintext(), acknowledged };
}

const NOTHING: Opened = { bytes: 0n, commitment: '', plainDigest: '' };
