import { bytesToHex } from '@noble/hashes/utils.js';
import {
  digestOf,
  openWrite,
  keys as ledgerKeys,
  type AnyRecord,
  type Claim,
  type Compromises,
  type EvidenceSubject,
  type Grant,
  type MapKey,
  type Usage,
  type WitnessStatement,
  type WriteDigest,
} from '@tallystick/chaincode/model';
import { EDITION_TABLE, KNOWN_RULES } from '@tallystick/chaincode/rules';
import { ALGORITHMS, type NamedWitness, type Trust } from '../../verifier/src/trust/trust.js';
import { sha256 } from '../../verifier/test/fabric-parties.js';
import { readCall } from '../../verifier/src/evidence/call.js';
import { mspIdIn } from '../../verifier/src/fabric/proposal.js';
import { CHAINCODE } from './configuration.js';
import type { Draft, DraftHeader, DraftRecord, DraftTransaction } from './draft.js';
import type { Folded, Folding } from './folding.js';
import type { Ledger } from './ledger.js';
import type { Organisation, Person } from './parties.js';
import type { SpaceWorld } from './space.js';
import { witnessed, witnessesOf } from './witnesses.js';

/** What an exporter puts into a file. */
export interface Wanted {
  readonly profile?: 'compact' | 'full';
  /** Default: the newest. */
  readonly height?: number;
  /** Who signs the checkpoint. Default: those of two organisations. */
  readonly witnesses?: readonly Person[];
  readonly statement?: Partial<WitnessStatement>;
  /** What took effect. Default: what the rules say. */
  readonly fold?: Folding;
  /** Keys of which the first writers are shown, too. */
  readonly also?: readonly string[];
  /** Further keys whose newest entries are shown. */
  readonly newest?: readonly string[];
}

const digestHex = (bytes: Uint8Array): string => `sha256:${bytesToHex(sha256(bytes))}`;

/** An organisation as a trust file names it: by its root, learnt outside the evidence. */
export const named = ({ mspId, root }: Organisation): NamedWitness => ({
  mspId,
  roots: [digestHex(new Uint8Array(root.der))],
});

/** What the trust file of a space says: each organisation's witness is believed, and two are needed. */
export const trustIn = ({ ledger, organisations }: SpaceWorld, changes: Partial<Trust> = {}): Trust => ({
  genesis: ledger.blocks.genesisHash,
  channel: ledger.channel,
  chaincode: CHAINCODE,
  constitution: ledger.transactions.find((each) => each.function === 'space:Constitute')!.txId,
  rules: [...KNOWN_RULES],
  editions: EDITION_TABLE,
  packages: [],
  witnesses: { named: organisations.map(named), needed: 2, replayedFrom: 0 },
  minOrdererSignatures: 1,
  algorithms: [...ALGORITHMS],
  singleOperator: false,
  timestampAuthorities: [],
  clockSkew: 900,
  ...changes,
});

/** Keys of which a transaction's writes are opened, by its place in the log. */
class Chosen {
  readonly #fold: Folding;
  readonly #height: number;
  readonly #keys = new Map<number, Set<string>>();

  constructor(fold: Folding, height: number) {
    this.#fold = fold;
    this.#height = height;
  }

  add(key: string, writers: readonly (Folded | undefined)[]): void {
    for (const writer of writers) {
      if (writer === undefined) continue;
      const keys = this.#keys.get(writer.position) ?? new Set();
      this.#keys.set(writer.position, keys.add(key));
    }
  }

  /** Every writer of a key. */
  all(key: string): void {
    this.add(key, this.#fold.writersOf(key, this.#height));
  }

  /** Who put the terms in force on the table, and who accepted them. */
  terms(key: string, before: number): void {
    const writers = this.#fold.writersOf(key, this.#height).filter(({ position }) => position < before);
    const acceptance = writers.find((each) => (recordOf(each, key) as Grant).state === 'ACTIVE');
    const onTable = writers.findLast(
      ({ position, call }) =>
        position < (acceptance?.position ?? before) && PUTS_TERMS.test(call!.transaction),
    );
    this.add(key, [onTable, acceptance]);
  }

  /** Where a claim was asserted, and where it was registered. */
  claim(key: string, before: number): void {
    const writers = this.#fold.writersOf(key, this.#height).filter(({ position }) => position < before);
    this.add(key, [
      writers[0],
      writers.find((each) => (recordOf(each, key) as Claim).state === 'REGISTERED'),
    ]);
  }

  get transactions(): DraftTransaction[] {
    const places = [...this.#keys.keys()].sort((one, other) => one - other);
    return places.map((position) => this.#spelled(position, [...this.#keys.get(position)!].sort()));
  }

  get texts(): ReadonlySet<string> {
    const opened = [...this.#keys].flatMap(([position, keys]) =>
      [...keys].map((key) => this.#fold.transactions[position]!.writes.get(key)!),
    );
    return new Set(opened);
  }

  #spelled(position: number, keys: readonly string[]): DraftTransaction {
    const { leaf, writes, raw } = this.#fold.transactions[position]!;
    const digests = [...writes].map(([key, text]): WriteDigest => [key, digestOf(text)]);
    return {
      leaf,
      position,
      path: this.#fold.inclusion(position, this.#height).map((hash) => bytesToHex(hash)),
      envelope: raw,
      writes: keys.map((key) => ({ text: writes.get(key)!, opening: openWrite(digests, key) })),
    };
  }
}

const PUTS_TERMS = /^grants:(?:Request|Offer|Counter|Sublicense)$/;

const recordOf = ({ writes }: Folded, key: string): AnyRecord => JSON.parse(writes.get(key)!) as AnyRecord;

const newestOf = (fold: Folding, key: string, height: number): AnyRecord =>
  JSON.parse(fold.textAt(key, height)!) as AnyRecord;

/** The answer in effect and its transaction, where there is one. */
function answerTo(fold: Folding, key: string, height: number): [Folded, Usage] | undefined {
  const answering = fold
    .writersOf(key, height)
    .find((each) => (recordOf(each, key) as Usage).answer !== undefined);
  return answering && [answering, recordOf(answering, key) as Usage];
}

function chooseForUsage(chosen: Chosen, fold: Folding, key: string, height: number): void {
  chosen.all(key);
  const [answer, usage] = answerTo(fold, key, height) ?? [undefined, newestOf(fold, key, height) as Usage];
  const before = answer?.position ?? Infinity;
  for (let grant: string | undefined = usage.grant; grant !== undefined;) {
    chosen.terms(`grant/${grant}`, before);
    grant = (newestOf(fold, `grant/${grant}`, height) as Grant).parent?.grant;
  }
  chosen.claim(`claim/${claimBefore(fold, usage.grant, before)}`, before);
}

/** The claim that a grant rested on before a place: its own, or the successor at that time. */
function claimBefore(fold: Folding, grant: string, before: number): string {
  const lastText = (key: string): string =>
    fold
      .writersOf(key)
      .filter(({ position }) => position < before)
      .at(-1)!
      .writes.get(key)!;
  let { claim } = JSON.parse(lastText(`grant/${grant}`)) as Grant;
  for (;;) {
    const { successor } = JSON.parse(lastText(`claim/${claim}`)) as Claim;
    if (successor === undefined) return claim;
    claim = successor;
  }
}

function choose(fold: Folding, { kind, id }: EvidenceSubject, height: number): Chosen {
  const chosen = new Chosen(fold, height);
  const key = `${kind}/${id}`;
  if (kind === 'usage') chooseForUsage(chosen, fold, key, height);
  else chosen.all(key);
  if (kind === 'grant') chosen.all(`claim/${(newestOf(fold, key, height) as Grant).claim}`);
  return chosen;
}

/** Texts that match the digests among the facts of the answer, but for those that the file holds anyway. */
function recordsOf(fold: Folding, key: string, height: number, held: ReadonlySet<string>): DraftRecord[] {
  const [, usage] = answerTo(fold, key, height) ?? [];
  const texts = fold.transactions.flatMap(({ writes }) => [...writes]);
  const byDigest = new Map(texts.map(([at, text]) => [`${at} ${digestOf(text)}`, text]));
  const found = (usage?.answer?.facts ?? []).map((fact) => ({
    key: fact.key,
    text: byDigest.get(`${fact.key} ${fact.value ?? ''}`) ?? '',
  }));
  return found.filter(({ text }) => text !== '' && !held.has(text));
}

const noted = (key: string): MapKey[] => [
  { space: 'record', key },
  { space: 'note', key },
];

function headOf({ blocks }: Ledger, height: number): DraftHeader {
  const { data: _data, ...head } = blocks.all[height]!;
  return head;
}

function basis({ ledger }: SpaceWorld, fold: Folding, wanted: Wanted): Pick<Draft, 'checkpoint'> {
  const body = fold.bodies[wanted.height ?? fold.height]!;
  const witnesses = wanted.witnesses ?? witnessesOf(ledger.blocks);
  return { checkpoint: witnessed(body, witnesses, wanted.statement) };
}

/** Makes evidence as a gateway would, straight from the trees of the fold. */
export async function collect(
  world: SpaceWorld,
  subject: EvidenceSubject,
  wanted: Wanted = {},
): Promise<Draft> {
  const { ledger } = world;
  const fold = wanted.fold ?? (await ledger.folded());
  const { profile = 'compact', height = fold.height } = wanted;
  const common = { subject, channel: ledger.channel, chaincode: CHAINCODE, openings: [], timestamps: [] };
  const signed = basis(world, fold, wanted);
  if (profile === 'full')
    return {
      profile,
      ...common,
      ...signed,
      config: [],
      transactions: [],
      records: [],
      blocks: wholeBlocks(ledger, height),
    };
  const key = `${subject.kind}/${subject.id}`;
  const chosen = choose(fold, subject, height);
  for (const each of wanted.also ?? []) chosen.add(each, fold.writersOf(each, height).slice(0, 1));
  const records = subject.kind === 'usage' ? recordsOf(fold, key, height, chosen.texts) : [];
  return {
    profile,
    ...common,
    ...signed,
    config: ledger.blocks.configs.filter(({ number }) => Number(number) <= height),
    head: headOf(ledger, height),
    transactions: chosen.transactions,
    states: statesOf(
      fold,
      height,
      [key, ...(wanted.newest ?? [])],
      signersOf(chosen.transactions, signed),
      chosen.texts,
    ),
    records,
    blocks: [],
  };
}

const wholeBlocks = ({ blocks }: Ledger, height: number): Draft['blocks'] =>
  blocks.all.slice(0, height + 1).map((block, index) => ({ ...block, flags: blocks.codes[index]! }));

/** MSP ids of who signed a transaction or the checkpoint. */
function signersOf(
  transactions: readonly DraftTransaction[],
  { checkpoint }: Pick<Draft, 'checkpoint'>,
): string[] {
  const submitters = transactions.map(({ envelope }) => readCall(envelope).submitter.mspId);
  return [...new Set([...submitters, ...checkpoint!.witnesses.map(({ signer }) => mspIdIn(signer))])];
}

function statesOf(
  fold: Folding,
  height: number,
  keys: readonly string[],
  signers: readonly string[],
  held: ReadonlySet<string>,
): NonNullable<Draft['states']> {
  const asking = [...signers];
  for (const mspId of asking) {
    const text = fold.textAt(ledgerKeys.compromises(mspId).text, height);
    const { keys: found } = JSON.parse(text ?? '{"keys":[]}') as Pick<Compromises, 'keys'>;
    asking.push(...found.map((each) => each.mspId).filter((each) => !asking.includes(each)));
  }
  const declared = asking.map((mspId) => ledgerKeys.compromises(mspId).text);
  const texts = [...keys, ...declared].map((key) => ({ key, text: fold.textAt(key, height) ?? '' }));
  const asked = declared.map((key): MapKey => ({ space: 'record', key }));
  return {
    proof: fold.mapProof(height, [...keys.flatMap(noted), ...asked]),
    texts: texts.filter(({ text }) => text !== '' && !held.has(text)),
  };
}
