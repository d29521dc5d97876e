import type { EvidenceSubject, Instant, Usage } from '@tallystick/chaincode/model';
import type { EnrolledIdentity } from '../identities/index.js';
import type { EvidenceSource } from '../ledger/evidence-source.js';
import { LedgerError } from '../ledger/port-errors.js';
import type { Projection, TransactionLog } from '../projection/port.js';
import type { StateStore } from '../state/port.js';
import { assemble } from './assembly.js';
import { Collection, type Gathered } from './collection.js';
import { openingsOf } from './openings.js';
import { EvidenceError, type Evidence, type EvidenceOptions } from './port.js';
import { fingerprintStatement } from './fingerprint.js';

export { Closings } from './closings.js';
export { Collector } from './collector.js';
export { EvidenceError, type Evidence } from './port.js';
export { fingerprintStatement } from './fingerprint.js';
export { Stamping } from './stamping.js';

export interface EvidenceParts {
  readonly source: EvidenceSource;
  readonly projection: Pick<Projection, 'history' | 'transaction' | 'record'> & Pick<TransactionLog, 'idAt'>;
  readonly state: Pick<StateStore, 'evidence' | 'openings'>;
  readonly channel: string;
  readonly chaincode: string;
  /** Signs files and statements. */
  readonly operator: EnrolledIdentity;
  /** Versions of the rules that this software knows. */
  readonly rules: readonly string[];
  readonly organisations?: readonly string[] | undefined;
  readonly minimum?: number | undefined;
  /** Salt of the commitment to the plaintext of a version, lower-case hex, where its file key is here. */
  readonly saltOf: (versionId: string) => Promise<string | undefined>;
  readonly now: () => Instant;
}

/** Milliseconds that a request waits for what is not kept yet. */
const PATIENCE = 25_000;

/** Evidence of one organisation: what it keeps, and what it makes of it. */
export function newEvidence(parts: EvidenceParts): Evidence & { readonly collection: Collection } {
  const { source, projection, state, chaincode, organisations, minimum } = parts;
  const archive = state.evidence;
  const collection = new Collection({
    source,
    projection,
    archive,
    chaincode,
    organisations,
    minimum,
  });
  return {
    collection,
    file: async (subject, options) => {
      const gathered = await patiently(archive, subject, collection.gather(subject, options.isFull));
      return exported(parts, collection, subject, gathered, options);
    },
    backlog: () => archive.backlog(),
    statement: () => fingerprintStatement(parts),
  };
}

/** What cannot be had now is noted, so that it is collected as soon as it can. */
async function patiently(
  archive: StateStore['evidence'],
  subject: EvidenceSubject,
  gathering: Promise<Gathered>,
): Promise<Gathered> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new EvidenceError('PENDING', 'it is still being collected')), PATIENCE);
  });
  try {
    return await Promise.race([gathering, late]);
  } catch (error) {
    if (!isPassing(error)) throw error;
    await archive.want([{ ...subject, dueAt: new Date().toISOString() }]);
    throw new EvidenceError('PENDING', 'it cannot be collected now', { cause: error });
  } finally {
    clearTimeout(timer);
    gathering.catch(() => undefined);
  }
}

const isPassing = (error: unknown): boolean =>
  error instanceof LedgerError || (error instanceof EvidenceError && error.code !== 'NOT_FOUND');

async function exported(
  { channel, chaincode, operator, now, state, source, projection, saltOf }: EvidenceParts,
  { configuration }: Collection,
  subject: EvidenceSubject,
  gathered: Gathered,
  { isFull, isOpened }: EvidenceOptions,
): Promise<string> {
  const { transactions } = gathered.closure;
  const { key, decided } = gathered.core;
  const numbers = [...new Set(transactions.map(({ place }) => place.block))];
  const record = await projection.record(key);
  const contents = {
    subject,
    channel,
    chaincode,
    gathered,
    config: await configuration.upTo(gathered.head),
    ...(isFull && { blocks: await Promise.all(numbers.map((number) => source.block(number))) }),
    openings: isOpened ? await openingsOf(textsOf(gathered), state.openings) : [],
    payloadSalt:
      isOpened && subject.kind === 'usage' && record
        ? await saltOf((record.value as unknown as Usage).version)
        : undefined,
    tokens: await state.evidence.tokens([decided]),
  };
  return assemble(contents, operator, now());
}

/** Envelopes as text, in which canonical records stand as they are. */
const textsOf = ({ closure }: Gathered): readonly string[] =>
  closure.transactions.flatMap(({ answers }) =>
    answers.map(({ response }) => Buffer.from(response).toString('latin1')),
  );
