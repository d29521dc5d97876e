import { keys, type Claim, type EvidenceSubject, type Grant, type Id } from '@tallystick/chaincode/model';
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
  readonly newest: ProjectedRecord;
  /** Of a use that was decided: the version with the answer. */
  readonly answered?: ProjectedRecord;
  /** In the order of the ledger. */
  readonly transactions: readonly Chosen[];
}

export const subjectKey = ({ kind, id }: EvidenceSubject): string => {
  switch (kind) {
    case 'usage':
      return keys.usage(id as Id<'usage'>).text;
    case 'claim':
      return keys.claim(id as Id<'claim'>).text;
    case 'grant':
      return keys.grant(id as Id<'grant'>).text;
    case 'valuation':
      return keys.valuation(id as Id<'valuation'>).text;
  }
};

/** `undefined` when there is no such record at the height. */
export async function select(
  projection: History,
  subject: EvidenceSubject,
  height: number,
): Promise<Selection | undefined> {
  const key = subjectKey(subject);
  const versions = (await projection.history(key)).filter(({ blockNumber }) => blockNumber <= height);
  const newest = versions.at(-1);
  if (newest === undefined) return undefined;
  const answered = versions.find(({ value }) => value['answer'] !== undefined);
  const gathering = new Gathering(projection, answered ?? newest);
  gathering.add(...versions);
  const grant = newest.value as unknown as Grant;
  if (subject.kind === 'usage') await gathering.addGrant(newest.value['grant'] as Id<'grant'>);
  if (subject.kind === 'grant') await gathering.addClaim(grant.claim);
  const transactions = gathering.transactions();
  return { key, newest, transactions, ...(answered && { answered }) };
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
    const versions = await this.#earlier(keys.grant(id).text);
    const accepted = versions.findIndex(({ value }) => value['state'] === 'ACTIVE');
    this.add(...termsIn(accepted < 0 ? versions : versions.slice(0, accepted)), versions[accepted]);
    const grant = versions.at(-1)?.value as unknown as Grant | undefined;
    if (grant === undefined) return;
    if (grant.parent !== undefined) await this.addGrant(grant.parent.grant);
    else await this.#addClaims(grant.claim);
  }

  /** Who asserted a claim and who registered it. */
  async addClaim(id: Id<'claim'>): Promise<Claim | undefined> {
    const versions = await this.#earlier(keys.claim(id).text);
    this.add(
      versions[0],
      versions.find(({ value }) => value['state'] === 'REGISTERED'),
    );
    return versions.at(-1)?.value as unknown as Claim | undefined;
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

  async #earlier(key: string): Promise<readonly ProjectedRecord[]> {
    return (await this.#projection.history(key)).filter((version) => !isAfter(version, this.#until));
  }
}

/** The version that put the last terms on the table; consents to them come after it. Nothing where there is none. */
function termsIn(negotiated: readonly ProjectedRecord[]): readonly (ProjectedRecord | undefined)[] {
  const termsOf = (version: ProjectedRecord | undefined): string =>
    `${String(version?.value['termsDigest'])} ${String(version?.value['proposedBy'])}`;
  const last = termsOf(negotiated.at(-1));
  const before = negotiated.findLastIndex((version) => termsOf(version) !== last);
  return [negotiated[before + 1]];
}
