import {
  digestOf,
  openWrite,
  type EvidenceSubject,
  type Leaf,
  type MapProof,
  type WriteDigest,
} from '@tallystick/chaincode/model';
import { answer, ask } from '../../../chaincode/test/rights.js';
import { acknowledge, caseOf, usage, using, type Case, type Using } from '../acts.js';
import { collect, trustIn } from '../collecting.js';
import type { Draft, DraftTransaction } from '../draft.js';
import { contested } from '../histories.js';
import { entryOf, failing, isSilentOn, lacking, usedAnd, type Forgery } from './forgery.js';

const OTHER = digestOf('another');
const HASH = '5a'.repeat(32);

/** A good use, and the entry of its answer changed. */
const answerIn = (change: (entry: DraftTransaction, draft: Draft, at: Using) => unknown): Promise<Case> =>
  usedAnd((draft, at) => change(entryOf(at.world, draft, 'usage:Answer'), draft, at));

const leafWith = (changes: Partial<Leaf>): Promise<Case> =>
  answerIn((entry) => void (entry.leaf = { ...entry.leaf, ...changes }));

const proofWith = (change: (proof: MapProof) => MapProof): Promise<Case> =>
  usedAnd((draft) => void (draft.states!.proof = change(draft.states!.proof)));

/** The newest state of another height than the checkpoint's. */
const newestOf = (height: (newest: number) => number): Promise<Case> =>
  usedAnd(async (draft, { world }, { kind, id }) => {
    const fold = await world.ledger.folded();
    const key = `${kind}/${id}`;
    draft.states = {
      proof: fold.mapProof(height(fold.height), [
        { space: 'record', key },
        { space: 'note', key },
      ]),
      texts: [],
    };
  });

/**
 * A proof of the same map, about other keys, that says nothing of the subject's note. Whose paths lie near to each other is chance: made
 * again until it is so.
 */
async function proofOf(keys: (subject: EvidenceSubject) => readonly string[]): Promise<Case> {
  for (;;) {
    const silent: boolean[] = [];
    const made = await usedAnd(async (draft, { world }, subject) => {
      const fold = await world.ledger.folded();
      const asked = keys(subject).map((key) => ({ space: 'record' as const, key }));
      const proof = fold.mapProof(fold.height, asked);
      draft.states = { proof, texts: [] };
      silent.push(isSilentOn(proof, 'note', `${subject.kind}/${subject.id}`));
    });
    if (silent.includes(true)) return made;
  }
}

/** The entry of the subject is cut out, and its place is called empty. */
function emptied({ shape, leaves, hashes }: MapProof): MapProof {
  const at = shape.indexOf('L');
  return { shape: `${shape.slice(0, at)}E${shape.slice(at + 1)}`, hashes, leaves: leaves.slice(1) };
}

/** Only the first hash of the subtrees that are not shown is another one. */
const rehashed = ({ hashes, ...rest }: MapProof): MapProof => ({
  ...rest,
  hashes: [HASH, ...hashes.slice(1)],
});

/** Two uses of one grant, of which one is presented with parts of the other. */
async function spliced(change: (draft: Draft, other: Draft, at: Using) => void): Promise<Case> {
  const at = await using();
  const made: EvidenceSubject[] = [];
  for (let count = 0; count < 2; count += 1) {
    const id = await ask(at);
    await answer(at, id);
    await acknowledge(at, id);
    made.push(usage(id));
  }
  const [draft, other] = [await collect(at.world, made[0]!), await collect(at.world, made[1]!)];
  change(draft, other, at);
  return caseOf(at.world, draft);
}

/** The transaction of the other use in the place of the one of this. */
const taken =
  (name: string) =>
  (draft: Draft, other: Draft, { world }: Using): void => {
    const own = entryOf(world, draft, name);
    draft.transactions = draft.transactions
      .map((each) => (each === own ? entryOf(world, other, name) : each))
      .sort((a, b) => a.position - b.position);
  };

const without = (name: string): Promise<Case> =>
  usedAnd((draft, { world }) => {
    const entry = entryOf(world, draft, name);
    draft.transactions = draft.transactions.filter((each) => each !== entry);
  });

const RULING = ['usage:Contest', 'usage:Deliver', 'usage:Adjudicate'];

/** A use that a ruling went against; the exporter takes parts out. */
async function stripped(change: (draft: Draft, at: Using, id: string) => unknown): Promise<Case> {
  const [at, id] = await contested();
  const draft = await collect(at.world, usage(id));
  const ruling = RULING.map((name) => entryOf(at.world, draft, name));
  draft.transactions = draft.transactions.filter((each) => !ruling.includes(each));
  await change(draft, at, id);
  return caseOf(at.world, draft);
}

/** What stood before the contest is said to stand still. */
async function staleState(draft: Draft, { world }: Using, id: string): Promise<void> {
  const fold = await world.ledger.folded();
  const key = `usage/${id}`;
  const contest = fold.writersOf(key)[2]!;
  draft.states = {
    proof: fold.mapProof(contest.leaf.block - 1, [
      { space: 'record', key },
      { space: 'note', key },
    ]),
    texts: [],
  };
}

/** All of the old height but the witnesses' signatures, which are of the new one. */
async function staleBody(draft: Draft, at: Using, id: string): Promise<void> {
  const { checkpoint } = draft;
  const fold = await at.world.ledger.folded();
  const contest = fold.writersOf(`usage/${id}`)[2]!;
  const old = await collect(at.world, usage(id), { height: contest.leaf.block - 1 });
  Object.assign(draft, { ...old, checkpoint: { ...checkpoint!, body: old.checkpoint!.body } });
}

/** The write of another key, opened with the text of this one. */
const openedElsewhere = (entry: DraftTransaction, at: Using): Promise<void> =>
  at.world.ledger.folded().then((fold) => {
    const { writes } = fold.transactions[entry.position]!;
    const digests = [...writes].map(([key, text]): WriteDigest => [key, digestOf(text)]);
    const [write] = entry.writes;
    const other = digests.map(([key]) => key).find((key) => key !== write!.opening.key)!;
    entry.writes = [
      { text: write!.text, opening: { ...openWrite(digests, other), key: write!.opening.key } },
    ];
  });

/** A grant whose acceptance writes more than the grant. */
const acceptance = (change: (entry: DraftTransaction, at: Using) => unknown): Promise<Case> =>
  usedAnd((draft, at) => change(entryOf(at.world, draft, 'grants:Accept'), at));

const openingWith = (
  change: (opening: DraftTransaction['writes'][number]['opening']) => object,
): Promise<Case> =>
  acceptance((entry) => {
    entry.writes = entry.writes.map(({ text, opening }) => ({
      text,
      opening: { ...opening, ...change(opening) },
    }));
  });

const textWith = (from: string, to: string): Promise<Case> =>
  answerIn((entry) => {
    entry.writes = entry.writes.map(({ text, opening }) => ({ text: text.replace(from, to), opening }));
  });

async function ofAnotherUse(): Promise<Case> {
  return spliced((draft, other) => void (draft.subject = other.subject));
}

/** The whole file of one use under the head and checkpoint of a later height. */
async function laterCheckpoint(): Promise<Case> {
  const at = await using();
  const id = await ask(at);
  await answer(at, id);
  const draft = await collect(at.world, usage(id));
  await acknowledge(at, id);
  const { head, checkpoint } = await collect(at.world, usage(id));
  return {
    ...caseOf(at.world, { ...draft, head: head!, checkpoint: checkpoint! }),
    trust: trustIn(at.world),
  };
}

const included = (make: () => Promise<Case>): Forgery =>
  failing('transaction.inclusion', 'PROOF_INVALID', make);
const newest = (make: () => Promise<Case>): Forgery => failing('subject.newest', 'PROOF_INVALID', make);
const effect = (make: () => Promise<Case>): Forgery => failing('transaction.effect', 'PROOF_INVALID', make);

/** Proofs that do not show what they should: of leaves, of writes, of what stands newest. */
export const PROOFS: Readonly<Record<string, Forgery>> = {
  'path-cut': included(() => answerIn((entry) => void entry.path.pop())),
  'path-left-out': included(() => answerIn((entry) => void (entry.path = []))),
  'path-too-long': included(() => answerIn((entry) => void entry.path.push(HASH))),
  'path-with-another-sibling': included(() =>
    answerIn((entry) => void (entry.path = [HASH, ...entry.path.slice(1)])),
  ),
  'path-of-another-leaf': included(() =>
    answerIn((entry, { transactions }) => void (entry.path = transactions[0]!.path)),
  ),
  'position-moved': included(() => usedAnd(({ transactions }) => void (transactions[0]!.position -= 1))),
  'position-beyond-the-log': included(() =>
    usedAnd(({ transactions }) => void (transactions.at(-1)!.position = 10_000)),
  ),
  'positions-swapped': included(() =>
    usedAnd(({ transactions }) => {
      const [one, two] = transactions as [DraftTransaction, DraftTransaction];
      [one.leaf, two.leaf] = [two.leaf, one.leaf];
      [one.envelope, two.envelope] = [two.envelope, one.envelope];
      [one.writes, two.writes] = [two.writes, one.writes];
    }),
  ),
  'transactions-out-of-order': failing('file.form', 'NOT_WELL_FORMED', () =>
    usedAnd(({ transactions }) => void transactions.reverse()),
  ),
  'transaction-twice': failing('file.form', 'NOT_WELL_FORMED', () =>
    usedAnd(({ transactions }) => void transactions.splice(1, 0, transactions[0]!)),
  ),
  'leaf-with-another-verdict': included(() => leafWith({ verdict: 'CORRECTED' })),
  'leaf-with-another-code': included(() => leafWith({ code: 11 })),
  'leaf-of-another-block': included(() => leafWith({ block: 1 })),
  'leaf-at-another-index': included(() => leafWith({ index: 1 })),
  'leaf-with-another-id': included(() => leafWith({ txId: 'ab'.repeat(32) })),
  'leaf-of-another-envelope': failing('transaction.inclusion', 'ENVELOPE_DIFFERS', () =>
    leafWith({ envelope: OTHER }),
  ),
  'leaf-with-other-writes': included(() => leafWith({ writes: OTHER })),
  'leaf-with-a-flag': included(() => leafWith({ flags: ['UNOPENED'] })),
  'of-a-lower-height-under-a-later-checkpoint': included(laterCheckpoint),
  'write-opened-at-another-place': effect(() => openingWith(({ index }) => ({ index: index + 1 }))),
  'write-opening-cut': effect(() => openingWith(({ path }) => ({ path: path.slice(1) }))),
  'write-opening-with-another-sibling': effect(() =>
    openingWith(({ path }) => ({ path: [HASH, ...path.slice(1)] })),
  ),
  'write-opened-under-another-key': effect(() => openingWith(() => ({ key: 'grant/none' }))),
  'write-opening-of-another-record': effect(() => acceptance((entry, at) => openedElsewhere(entry, at))),
  'write-opening-of-another-transaction': effect(() =>
    answerIn((entry, { transactions }) => {
      const [other] = transactions[0]!.writes;
      entry.writes = [
        { ...entry.writes[0]!, opening: { ...other!.opening, key: entry.writes[0]!.opening.key } },
      ];
    }),
  ),
  'write-with-another-text': effect(() => textWith('"outcome":"ALLOWED"', '"outcome":"DENIED"')),
  'newest-left-out': lacking('subject.newest', 'NOT_GIVEN', () =>
    usedAnd((draft) => {
      delete draft.states;
    }),
  ),
  'newest-of-a-lower-height': newest(() => newestOf((height) => height - 1)),
  'newest-of-the-beginning': newest(() => newestOf(() => 3)),
  'newest-said-to-be-absent': newest(() => proofWith(emptied)),
  'newest-with-another-entry': newest(() =>
    proofWith(({ leaves, ...rest }) => ({
      ...rest,
      leaves: leaves.map((leaf) => ({ ...leaf, value: { text: OTHER, leaf: 3 } })),
    })),
  ),
  'newest-with-another-sibling': newest(() => proofWith(rehashed)),
  'newest-with-a-proof-cut': newest(() =>
    proofWith(({ shape, ...rest }) => ({ ...rest, shape: shape.slice(0, -1) })),
  ),
  'newest-with-a-proof-that-goes-on': newest(() =>
    proofWith(({ shape, ...rest }) => ({ ...rest, shape: `${shape}E` })),
  ),
  'newest-with-a-hash-too-many': newest(() =>
    proofWith(({ hashes, ...rest }) => ({ ...rest, hashes: [...hashes, HASH] })),
  ),
  'newest-with-a-hash-too-few': newest(() =>
    proofWith(({ hashes, ...rest }) => ({ ...rest, hashes: hashes.slice(1) })),
  ),
  'newest-of-something-else': lacking('subject.newest', 'PART_MISSING', () => proofOf(() => ['space'])),
  'newest-without-the-note': lacking('subject.newest', 'PART_MISSING', () =>
    proofOf(({ kind, id }) => [`${kind}/${id}`]),
  ),
  'newest-text-is-an-older-one': failing('subject.newest', 'PROOF_INVALID', () =>
    usedAnd((draft, { world }, { kind, id }) => {
      const { writes } = entryOf(world, draft, 'usage:Answer');
      const acknowledgement = entryOf(world, draft, 'usage:Acknowledge');
      draft.transactions = draft.transactions.filter((each) => each !== acknowledgement);
      draft.states!.texts = [{ key: `${kind}/${id}`, text: writes[0]!.text }];
    }),
  ),
  'newest-text-of-another-record': failing('subject.newest', 'READ_NOT_EVIDENCED', () =>
    usedAnd((draft) => void (draft.states!.texts = [{ key: 'space', text: '{}' }])),
  ),
  'facts-text-swapped': failing('decision.facts', 'FACT_DIFFERS', () =>
    usedAnd(({ records }) => {
      const participants = records.filter(({ key }) => key.startsWith('participant/'));
      const [one, two] = participants as [(typeof records)[number], (typeof records)[number]];
      [one.text, two.text] = [two.text, one.text];
    }),
  ),
  'facts-text-changed': failing('decision.facts', 'FACT_DIFFERS', () =>
    usedAnd(({ records }) => {
      for (const record of records)
        record.text = record.text.replace('"state":"ACTIVE"', '"state":"SUSPENDED"');
    }),
  ),
  'fact-left-out': lacking('decision.facts', 'PART_MISSING', () =>
    usedAnd((draft) => void (draft.records = draft.records.filter(({ key }) => key !== 'space'))),
  ),
  'fact-twice': failing('decision.facts', 'NOT_WELL_FORMED', () =>
    usedAnd(({ records }) => void records.push(records[0]!)),
  ),
  'fact-that-was-never-read': failing('decision.facts', 'UNUSED_MATERIAL', () =>
    usedAnd(({ records }) => void records.push({ key: 'holds/none', text: '{}' })),
  ),
  'request-left-out': lacking('subject.request', 'PART_MISSING', () => without('usage:Request')),
  'answer-left-out': lacking('subject.answer', 'PART_MISSING', () => without('usage:Answer')),
  'acknowledgement-left-out': lacking('subject.newest', 'PART_MISSING', () => without('usage:Acknowledge')),
  'terms-left-out': lacking('subject.terms', 'PART_MISSING', () => without('grants:Offer')),
  'acceptance-left-out': lacking('subject.terms', 'PART_MISSING', () => without('grants:Accept')),
  'registration-of-the-dataset-left-out': lacking('subject.claim', 'PART_MISSING', () =>
    without('datasets:Register'),
  ),
  'registration-of-the-claim-left-out': lacking('subject.claim', 'PART_MISSING', () =>
    without('claims:Register'),
  ),
  'request-of-another-use': lacking('subject.request', 'PART_MISSING', () => spliced(taken('usage:Request'))),
  'answer-of-another-use': lacking('subject.answer', 'PART_MISSING', () => spliced(taken('usage:Answer'))),
  'acknowledgement-of-another-use': lacking('subject.newest', 'PART_MISSING', () =>
    spliced(taken('usage:Acknowledge')),
  ),
  'transaction-about-something-else': failing('transaction.effect', 'UNUSED_MATERIAL', () =>
    spliced((draft, other, { world }) => {
      draft.transactions.push(entryOf(world, other, 'usage:Answer'));
      draft.transactions.sort((a, b) => a.position - b.position);
    }),
  ),
  'subject-is-another-use': lacking('subject.newest', 'PART_MISSING', ofAnotherUse),
  'ruling-left-out': lacking('subject.newest', 'PART_MISSING', () => stripped(() => undefined)),
  'ruling-left-out-and-states-emptied': lacking('subject.newest', 'NOT_GIVEN', () =>
    stripped((draft) => {
      delete draft.states;
    }),
  ),
  'ruling-left-out-and-state-of-before': newest(() => stripped(staleState)),
  'ruling-left-out-and-body-of-before': failing('checkpoint.witness', 'SIGNATURE_INVALID', () =>
    stripped(staleBody),
  ),
};
