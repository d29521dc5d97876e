import type { EvidenceSubject, Grant, Instant, Usage } from '@tallystick/chaincode/model';
import { RULES_VERSION } from '@tallystick/chaincode/rules';
import type { Version } from '../../network/src/embedded/rwset.js';
import { placeOf, type Position } from '../../verifier/src/evidence/reading.js';
import { ALGORITHMS, type Trust } from '../../verifier/src/trust/trust.js';
import { CHAINCODE } from './configuration.js';
import type { Draft, DraftTransaction, Place } from './draft.js';
import type { Ledger, Recorded } from './ledger.js';
import type { Person } from './parties.js';
import type { SpaceWorld } from './space.js';

const STATED = /^(?:open-grants|claim-grants|usage-slot|usage)\//;
const COLLECTED = '2026-11-24T18:00:00.000Z';

/** What a collector asks for. */
export interface Wanted {
  readonly profile?: 'compact' | 'full';
  /** Peers who answer. */
  readonly peers?: readonly Person[];
  /** Whether peers are asked for the present records, too. */
  readonly isStateAsked?: boolean;
  /** Further transactions, by what they are called. */
  readonly also?: (recorded: Recorded) => boolean;
}

/** What the trust file of a space says. */
export const trustIn = ({ ledger }: SpaceWorld, changes: Partial<Trust> = {}): Trust => ({
  genesis: ledger.blocks.genesisHash,
  channel: ledger.channel,
  chaincode: CHAINCODE,
  constitution: ledger.transactions.find((each) => each.function === 'space:Constitute')!.txId,
  rules: [RULES_VERSION],
  packages: [],
  minValidityOrganisations: 2,
  minOrdererSignatures: 1,
  algorithms: [...ALGORITHMS],
  singleOperator: false,
  timestampAuthorities: [],
  clockSkew: 900,
  ...changes,
});

const positionOf = ({ block, transaction }: Version): Place => ({ block: `${block}`, index: transaction });
const placeIn = ({ block, transaction }: Version): string => `${block}/${transaction}`;

const writersOf = ({ transactions }: Ledger, key: string): readonly Recorded[] =>
  transactions.filter(({ keys }) => keys.includes(key));

/** The transactions that a subject is about. */
function coreOf(ledger: Ledger, { kind, id }: EvidenceSubject): readonly Recorded[] {
  const key = `${kind}/${id}`;
  const own = writersOf(ledger, key);
  if (kind !== 'usage') return own;
  const { grant } = JSON.parse(ledger.text(key)!) as Usage;
  const { claim } = JSON.parse(ledger.text(`grant/${grant}`)!) as Grant;
  return [...own, ...writersOf(ledger, `grant/${grant}`), ...writersOf(ledger, `claim/${claim}`)];
}

interface Chosen {
  readonly transactions: readonly Recorded[];
  readonly stated: Draft['stated'];
}

function choose(ledger: Ledger, subject: EvidenceSubject, { also = () => false }: Wanted): Chosen {
  const { transactions } = ledger;
  const chosen = new Set(coreOf(ledger, subject));
  const byPlace = new Map(transactions.map((each) => [placeIn(each.version), each]));
  const reads = [...chosen].flatMap((each) => each.reads).flatMap(written);
  const isAlways = (each: Recorded): boolean => each.isDefinition || each.function === 'space:Constitute';
  for (const each of transactions) if (isAlways(each) || also(each)) chosen.add(each);
  for (const { key, place } of reads) if (!STATED.test(key)) chosen.add(byPlace.get(place)!);
  return {
    transactions: transactions.filter((each) => chosen.has(each)),
    stated: reads
      .filter(({ place }) => !chosen.has(byPlace.get(place)!))
      .map(({ key, place, position }) => ({ key, position, value: ledger.textAt(key, place) })),
  };
}

interface Written {
  readonly key: string;
  readonly place: string;
  readonly position: Place;
}

const written = ({ key, version }: Recorded['reads'][number]): Written[] =>
  version === null ? [] : [{ key, place: placeOf(version), position: placeForm(version) }];

const placeForm = ({ block, index }: Position): Place => ({ block: block.toString(), index });

/** Keys whose present versions the chosen transactions wrote. */
function presentKeys(ledger: Ledger, transactions: readonly Recorded[]): string[] {
  const keys = new Set(transactions.flatMap((each) => each.keys));
  return [...keys].filter((key) => transactions.includes(writersOf(ledger, key).at(-1)!)).sort();
}

export const answeredBy = (
  ledger: Ledger,
  { txId, envelope, version }: Pick<Recorded, 'txId' | 'envelope' | 'version'>,
  peers: readonly Person[],
): DraftTransaction => ({
  txId,
  position: positionOf(version),
  answers: peers.length === 0 ? [] : [ledger.answer(txId, envelope, peers, COLLECTED)],
});

/** Gathers evidence as a gateway would: who asked peers for it, and when, is of no importance. */
export function collect({ ledger }: SpaceWorld, subject: EvidenceSubject, wanted: Wanted = {}): Draft {
  const { profile = 'compact', peers = answering(ledger), isStateAsked = true } = wanted;
  const { transactions, stated } = choose(ledger, subject, wanted);
  const { all, configs } = ledger.blocks;
  const { data: _data, ...head } = all.at(-1)!;
  const numbers = new Set(transactions.map(({ version }) => `${version.block}`));
  return {
    profile,
    subject,
    channel: ledger.channel,
    chaincode: CHAINCODE,
    config: [...configs],
    head,
    transactions: transactions.map((each) => answeredBy(ledger, each, peers)),
    blocks: profile === 'full' ? all.filter(({ number }) => numbers.has(number)) : [],
    states: isStateAsked ? [ledger.stateOf(presentKeys(ledger, transactions), peers, askedAt())] : [],
    openings: [],
    stated,
    timestamps: [],
  };
}

const askedAt = (): Instant => COLLECTED;

/** Peers of as many organisations as the trust file asks for. */
export const answering = ({ blocks }: Ledger): readonly Person[] =>
  blocks.members.organisations.slice(0, 2).map(({ people }) => people.peer);
