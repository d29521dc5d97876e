import { keys, type EvidenceSubject, type Grant, type Id } from '@tallystick/chaincode/model';
import type { ProjectedRecord, Projection } from '../projection/port.js';

type History = Pick<Projection, 'history'>;

/** The transactions that evidence about a record is about, whose decisions a verifier can run again. */
export interface Core {
  /** Key of the subject's record. */
  readonly key: string;
  readonly txIds: ReadonlySet<string>;
  /** Transaction that last wrote the subject. */
  readonly last: string;
  /** Transaction whose read set says what else was looked at: the answer of a usage, else the last one. */
  readonly decided: string;
}

const keyOf = ({ kind, id }: EvidenceSubject): string => {
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

/** `undefined` when our projection knows no such record. */
export async function coreOf(projection: History, subject: EvidenceSubject): Promise<Core | undefined> {
  const key = keyOf(subject);
  const versions = await projection.history(key);
  const last = versions.at(-1);
  if (last === undefined) return undefined;
  const gathering = new Gathering(projection, last);
  gathering.add(versions);
  gathering.add(await projection.history(keys.space().text), 1);
  await gathering.addBasis(subject.kind, last);
  const decided = versions.find(({ value }) => value['answer'] !== undefined) ?? last;
  return { key, txIds: gathering.txIds, last: last.txId, decided: decided.txId };
}

const isAfter = (a: ProjectedRecord, b: ProjectedRecord): boolean =>
  a.blockNumber === b.blockNumber ? a.txIndex > b.txIndex : a.blockNumber > b.blockNumber;

/** Collects the writers of records that a subject rests on, as far as they had come when the subject was last written. */
class Gathering {
  readonly txIds = new Set<string>();
  readonly #projection: History;
  readonly #until: ProjectedRecord;
  readonly #seen = new Set<string>();

  constructor(projection: History, until: ProjectedRecord) {
    this.#projection = projection;
    this.#until = until;
  }

  add(versions: readonly ProjectedRecord[], most = versions.length): void {
    for (const { txId } of versions.slice(0, most)) this.txIds.add(txId);
  }

  async addBasis(kind: EvidenceSubject['kind'], { value }: ProjectedRecord): Promise<void> {
    if (kind === 'usage') await this.#addGrant(value['grant'] as Id<'grant'>);
    if (kind === 'grant') await this.#addGrantBasis(value as unknown as Grant);
    if (kind === 'claim') await this.#addNeighbours(value);
  }

  /** The acceptance that made it ACTIVE, and what it rests on. */
  async #addGrant(id: Id<'grant'>): Promise<void> {
    const versions = await this.#earlier(keys.grant(id).text);
    const active = versions.find(({ value }) => value['state'] === 'ACTIVE') ?? versions.at(-1);
    if (active === undefined) return;
    this.add([active]);
    await this.#addGrantBasis(active.value as unknown as Grant);
  }

  async #addGrantBasis({ parent, claim }: Grant): Promise<void> {
    if (parent !== undefined) await this.#addGrant(parent.grant);
    await this.#addClaim(claim);
  }

  /** Every version of the claim, and of those before and after it in a line of transfers. */
  async #addClaim(id: Id<'claim'>): Promise<void> {
    const { text } = keys.claim(id);
    if (this.#seen.has(text)) return;
    this.#seen.add(text);
    const versions = await this.#earlier(text);
    this.add(versions);
    const last = versions.at(-1);
    if (last !== undefined) await this.#addNeighbours(last.value);
  }

  async #addNeighbours(claim: ProjectedRecord['value']): Promise<void> {
    for (const neighbour of [claim['predecessor'], claim['successor']])
      if (typeof neighbour === 'string') await this.#addClaim(neighbour as Id<'claim'>);
  }

  async #earlier(key: string): Promise<readonly ProjectedRecord[]> {
    return (await this.#projection.history(key)).filter((version) => !isAfter(version, this.#until));
  }
}
