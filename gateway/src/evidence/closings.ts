import {
  addSeconds,
  keys,
  type Grant,
  type Id,
  type Instant,
  type Space,
  type Usage,
} from '@tallystick/chaincode/model';
import type { Projection, TransactionLog } from '../projection/port.js';
import type { EvidenceArchive } from '../state/evidence-port.js';

export interface ClosingsParts {
  readonly projection: Pick<Projection, 'record' | 'height'> & TransactionLog;
  readonly archive: Pick<EvidenceArchive, 'want' | 'lookedThrough'>;
  /** Our participant id. */
  readonly participant: string;
  readonly now: () => Instant;
}

/** Blocks looked through at a time. */
const WINDOW = 200n;
/** Seconds after a receipt has closed: by then the peers of the other organisations have its block. */
const SETTLE = 1;

const CLOSED: ReadonlySet<Usage['state']> = new Set([
  'DENIED',
  'LAPSED',
  'ACKNOWLEDGED',
  'UPHELD',
  'REJECTED',
]);

/**
 * Looks through the ledger, each block once, for receipts that have closed, or will by time alone, and in which this organisation has
 * a part. How far it has come is kept with what it has found.
 */
export class Closings {
  readonly #parts: ClosingsParts;
  #lookedThrough: bigint | undefined;
  #kept = -1n;

  constructor(parts: ClosingsParts) {
    this.#parts = parts;
  }

  /** Resolves when everything up to the projection's height has been looked through, or on the signal. */
  async refresh(signal: AbortSignal): Promise<void> {
    const { projection, archive } = this.#parts;
    this.#lookedThrough ??= this.#kept = await archive.lookedThrough();
    const height = await projection.height();
    while (this.#lookedThrough < height && !signal.aborted) {
      const next: bigint = this.#lookedThrough + WINDOW;
      await this.#look(this.#lookedThrough, next < height ? next : height);
    }
  }

  async #look(after: bigint, upTo: bigint): Promise<void> {
    const { projection, archive } = this.#parts;
    const results = await projection.results('usage', after, upTo);
    const ids = new Set(results.flatMap(({ result }) => usagesIn(result)));
    const wanted = await Promise.all([...ids].map((id) => this.#wanted(id)));
    const subjects = wanted.flatMap((subject) => subject ?? []);
    // A look that found nothing may be repeated after a crash; it is not worth a write to the disk for every block.
    if (subjects.length > 0 || upTo - this.#kept >= WINDOW) {
      await archive.want(subjects, upTo);
      this.#kept = upTo;
    }
    this.#lookedThrough = upTo;
  }

  async #wanted(id: Id<'usage'>): Promise<{ kind: string; id: string; dueAt: Instant } | undefined> {
    const record = await this.#parts.projection.record(keys.usage(id).text);
    const usage = record?.value as unknown as Usage | undefined;
    if (usage === undefined || !(await this.#isOurs(usage))) return undefined;
    const dueAt = await this.#dueAt(usage);
    return dueAt === undefined ? undefined : { kind: 'usage', id, dueAt };
  }

  async #isOurs({ consumer, custodian, grant }: Usage): Promise<boolean> {
    const { projection, participant } = this.#parts;
    if ([consumer, custodian].some((party) => party === participant)) return true;
    const record = await projection.record(keys.grant(grant).text);
    return (record?.value as unknown as Grant | undefined)?.provider === participant;
  }

  async #dueAt({ state, answer }: Usage): Promise<Instant | undefined> {
    if (CLOSED.has(state)) return addSeconds(this.#parts.now(), SETTLE);
    if (answer === undefined) return undefined;
    const space = await this.#parts.projection.record(keys.space().text);
    const { rulebook } = space?.value as unknown as Space;
    return addSeconds(answer.at, rulebook.matchWithin + SETTLE);
  }
}

/** Usages that a transaction of theirs names in what it returned: one object, or a list. */
function usagesIn(result: string): readonly Id<'usage'>[] {
  const returned = JSON.parse(result) as unknown;
  const all = (Array.isArray(returned) ? returned : [returned]) as readonly { readonly usageId?: unknown }[];
  return all.flatMap(({ usageId }) => (typeof usageId === 'string' ? [usageId as Id<'usage'>] : []));
}
