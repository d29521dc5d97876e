import {
  id,
  keys,
  type AnyRecord,
  type Claim,
  type EvidenceSubject,
  type Grant,
  type Id,
  type IdKind,
  type Key,
  type RecordOfKind,
  type Usage,
} from '@tallystick/chaincode/model';
import type { ProjectedRecord, Projection } from '../../projection/port.js';

/** As many as a use looks through. */
const MOST_TRANSFERS = 32;

type History = Pick<Projection, 'history'>;

/** A transaction that goes into a file, and the keys whose effective texts it shows there. */
export interface Chosen {
  readonly txId: string;
  readonly block: number;
  readonly index: number;
  readonly keys: ReadonlySet<string>;
}

/** What a compact file about a record is made of, as of a height. */
export interface Selection {
  /** Key of the subject's record. */
  readonly key: string;
  /** The record's newest version at the height. */
  readonly newest: ProjectedRecord<SubjectRecord>;
  /** Of a use that was decided: the version with the answer. */
  readonly answered?: ProjectedRecord<Usage>;
  /** In the order of the ledger. */
  readonly transactions: readonly Chosen[];
}

/** Records that there is evidence of. */
export type SubjectRecord = RecordOfKind<EvidenceSubject['kind']>;

/** `undefined` where the id is none of the kind: there is no such record. */
export const subjectKey = ({ kind, id: text }: EvidenceSubject): Key<SubjectRecord> | undefined => {
  switch (kind) {
    case 'usage':
      return spelled(kind, text, keys.usage);
    case 'claim':
      return spelled(kind, text, keys.claim);
    case 'grant':
      return spelled(kind, text, keys.grant);
    case 'valuation':
      return spelled(kind, text, keys.valuation);
  }
};

function spelled<K extends IdKind, T extends AnyRecord>(
  kind: K,
  text: string,
  keyOf: (id: Id<K>) => Key<T>,
): Key<T> | undefined {
  const { data } = id(kind).safeParse(text);
  return data === undefined ? undefined : keyOf(data);
}

const isAnswered = (version: ProjectedRecord<SubjectRecord>): version is ProjectedRecord<Usage> =>
  version.value.kind === 'usage' && version.value.answer !== undefined;

/** `undefined` when there is no such record at the height. */
export async function select(
  projection: History,
  subject: EvidenceSubject,
  height: number,
): Promise<Selection | undefined> {
  const key = subjectKey(subject);
  if (key === undefined) return undefined;
  const versions = (await projection.history(key)).filter(({ blockNumber }) => blockNumber <= height);
  const newest = versions.at(-1);
  if (newest === undefined) return undefined;
  const answered = versions.find(isAnswered);
  const gathering = new Gathering(projection, answered ?? newest);
  gathering.add(...versions);
  const { value } = newest;
  if (value.kind === 'usage') await gathering.addGrant(value.grant);
  if (value.kind === 'grant') await gathering.addClaim(value.claim);
  const transactions = gathering.transactions();
  return { key: key.text, newest, transactions, ...(answered && { answered }) };
}

const byPlace = (a: Chosen, b: Chosen): number => a.block - b.block || a.index - b.index;

const isAfter = (a: ProjectedRecord, b: ProjectedRecord): boolean =>
  a.blockNumber === b.blockNumber ? a.txIndex > b.txIndex : a.blockNumber > b.blockNumber;

/** Collects who wrote what a subject rests on, as far as that had come when the subject was decided. */
class Gathering {
  readonly #projection: History;
  readonly #until: ProjectedRecord;
  readonly #chosen = new Map<string, Chosen & { readonly keys: Set<string> }>();

  constructor(projection: History, until: ProjectedRecord) {
    this.#projection = projection;
    this.#until = until;
  }

  add(...versions: readonly (ProjectedRecord | undefined)[]): void {
    for (const version of versions) {
      if (version === undefined) continue;
      const { txId, blockNumber, txIndex: index, key } = version;
      const chosen = this.#chosen.get(txId) ?? { txId, block: Number(blockNumber), index, keys: new Set() };
      chosen.keys.add(key);
      this.#chosen.set(txId, chosen);
    }
  }

  /** Who put the terms in force on the table and who accepted them; the same of the grants that it descends from; the claim. */
  async addGrant(id: Id<'grant'>): Promise<void> {
    const versions = await this.#earlier(keys.grant(id));
    const accepted = versions.findIndex(({ value }) => value.state === 'ACTIVE');
    this.add(...termsIn(accepted < 0 ? versions : versions.slice(0, accepted)), versions[accepted]);
    const grant = versions.at(-1)?.value;
    if (grant === undefined) return;
    if (grant.parent !== undefined) await this.addGrant(grant.parent.grant);
    else await this.#addClaims(grant.claim);
  }

  /** Who asserted a claim and who registered it. */
  async addClaim(id: Id<'claim'>): Promise<Claim | undefined> {
    const versions = await this.#earlier(keys.claim(id));
    this.add(
      versions[0],
      versions.find(({ value }) => value.state === 'REGISTERED'),
    );
    return versions.at(-1)?.value;
  }

  /** The same of a claim that grants rest on and of those that took its place (rules/claims/in-force.ts). */
  async #addClaims(id: Id<'claim'>): Promise<void> {
    let next: Id<'claim'> | undefined = id;
    for (let left = MOST_TRANSFERS; next !== undefined && left >= 0; left -= 1) {
      const claim: Claim | undefined = await this.addClaim(next);
      next = claim?.transfer?.grants === 'PASS' ? claim.successor : undefined;
    }
  }

  transactions(): readonly Chosen[] {
    return [...this.#chosen.values()].sort(byPlace);
  }

  async #earlier<T extends AnyRecord>(key: Key<T>): Promise<readonly ProjectedRecord<T>[]> {
    return (await this.#projection.history(key)).filter((version) => !isAfter(version, this.#until));
  }
}

/** The version that put the last terms on the table; consents to them come after it. Nothing where there is none. */
type GrantVersion = ProjectedRecord<Grant> | undefined;

function termsIn(negotiated: readonly ProjectedRecord<Grant>[]): readonly GrantVersion[] {
  const termsOf = (version: GrantVersion): string =>
    `${String(version?.value.termsDigest)} ${String(version?.value.proposedBy)}`;
  const last = termsOf(negotiated.at(-1));
  const before = negotiated.findLastIndex((version) => termsOf(version) !== last);
  return [negotiated[before + 1]];
}
