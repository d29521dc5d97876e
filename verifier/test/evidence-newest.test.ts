import {
  digestOf,
  digestOfHash,
  EMPTY_MAP,
  encode,
  MemoryNodes,
  proveMap,
  updateMap,
  type CheckpointBody,
  type Digest,
  type EvidenceStates,
  type EvidenceSubject,
  type MapEntry,
  type MapKey,
  type RecordEntry,
} from '@tallystick/chaincode/model';
import * as model from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { Checklist, type Step } from '../src/checklist.js';
import { checkNewest, type CurrentState } from '../src/evidence/newest.js';
import type { EvidencedTransaction } from '../src/evidence/transactions.js';
import { checkRecords } from '../src/evidence/world.js';

const id = (kind: string, letter: string): string => `${kind}-${letter.repeat(52)}`;
const subject: EvidenceSubject = { kind: 'valuation', id: id('valuation', 'a') };
const KEY = `valuation/${subject.id}`;
const AT = '2026-11-24T08:00:00.000Z';

const valuation = (result: string): string =>
  encode({
    kind: 'valuation',
    schema: 1,
    updatedAt: AT,
    rules: 'tallystick-rules/1',
    id: subject.id,
    subject: id('dataset', 'd'),
    method: 'cost',
    methodVersion: 1,
    currency: 'CNY',
    inputs: { open: {} },
    references: [],
    result,
    asOf: AT,
    validUntil: '2027-11-24T08:00:00.000Z',
    class: 'INDICATIVE',
    assessor: id('participant', 'p'),
    assessedAt: AT,
  });
const slot = (usage: string): string =>
  encode({
    kind: 'usage-slot',
    schema: 1,
    updatedAt: AT,
    rules: 'tallystick-rules/1',
    grant: id('grant', 'g'),
    index: 0,
    usage: id('usage', usage),
  });
const SLOT = `usage-slot/${id('grant', 'g')}/0`;

const NEW = valuation('200');
const OLD = valuation('100');
const written = (position: number, text: string, key = KEY): EvidencedTransaction =>
  ({
    position,
    submitter: { mspId: 'SteelMSP' },
    writes: new Map([[key, text]]),
  }) as unknown as EvidencedTransaction;
const record = (key: string, value: RecordEntry): MapEntry => ({
  space: 'record',
  key,
  value: value as never,
});
const note = (key: string, leaf: number): MapEntry => ({ space: 'note', key, value: { leaf } });

class Ledger {
  readonly #nodes = new MemoryNodes();
  readonly #root;

  constructor(...entries: readonly MapEntry[]) {
    this.#root = updateMap(EMPTY_MAP, entries, this.#nodes);
  }

  get body(): CheckpointBody {
    return { height: 9, map: digestOfHash(this.#root) } as unknown as CheckpointBody;
  }

  states(keys: readonly string[], texts: EvidenceStates['texts'] = []): EvidenceStates {
    const noted = keys.flatMap((key): MapKey[] => [
      { space: 'record', key },
      { space: 'note', key },
    ]);
    return this.only(noted, texts);
  }

  only(keys: readonly MapKey[], texts: EvidenceStates['texts'] = []): EvidenceStates {
    return { proof: proveMap(this.#root, keys, this.#nodes), texts: [...texts] };
  }
}

const entryOf = (text: string, leaf: number, more: Partial<RecordEntry> = {}): RecordEntry => ({
  text: digestOf(text),
  leaf,
  ...more,
});

const others = ['b', 'c', 'd', 'e', 'f'].map((letter) =>
  record(`valuation/${id('valuation', letter)}`, entryOf(letter, 1)),
);

async function told(
  states: EvidenceStates | undefined,
  body: CheckpointBody | undefined,
  transactions: readonly EvidencedTransaction[],
): Promise<{ readonly step: Step; readonly state: CurrentState | undefined }> {
  const list = new Checklist();
  const state = await checkNewest({ states, subject, checkpoint: undefined }, body, transactions, list);
  const [step] = list.steps;
  return { step: step!, state };
}

const reasonOf = async (...given: Parameters<typeof told>): Promise<string> => {
  const { step } = await told(...given);
  return `${step.result} ${step.reason ?? ''}`.trim();
};

describe('the newest state', () => {
  const ledger = new Ledger(record(KEY, entryOf(NEW, 5)), ...others);
  const both = [written(3, OLD), written(5, NEW)];

  it('is the text that the map has, in the very transaction that wrote it', async () => {
    const { step, state } = await told(ledger.states([KEY]), ledger.body, both);
    expect(step.result).to.equal('pass');
    expect(state?.newest).to.include({ key: KEY, text: NEW, leaf: 5, standing: undefined });
    expect(state?.newest).not.to.have.property('note');
  });

  it('tells of what endorsers wrote under the key, and of what stands there instead', async () => {
    const standing = digestOf('forged');
    const forged = new Ledger(record(KEY, entryOf(NEW, 5, { standing })), note(KEY, 7), ...others);
    const { step, state } = await told(forged.states([KEY]), forged.body, both);
    expect(step.facts).to.include({ note: '7', standing });
    expect(state?.newest).to.include({ note: 7, standing });
    const gone = new Ledger(record(KEY, entryOf(NEW, 5, { standing: null })), ...others);
    expect((await told(gone.states([KEY]), gone.body, both)).step.facts).to.include({ standing: 'none' });
  });

  it('is not told by a file that lacks the checkpoint, the proof, the writer or its text', async () => {
    const states = ledger.states([KEY]);
    expect(await reasonOf(undefined, ledger.body, both)).to.equal('not-evaluated NOT_GIVEN');
    expect(await reasonOf(states, undefined, both)).to.equal('not-evaluated NOT_GIVEN');
    expect(await reasonOf(states, ledger.body, [written(3, OLD)])).to.equal('not-evaluated PART_MISSING');
    const silent = { ...written(5, NEW), writes: new Map() } as unknown as EvidencedTransaction;
    expect(await reasonOf(states, ledger.body, [silent])).to.equal('not-evaluated PART_MISSING');
    for (const space of ['record', 'note'] as const)
      expect(await reasonOf(ledger.only([{ space, key: KEY }]), ledger.body, both)).to.equal(
        'not-evaluated PART_MISSING',
      );
  });

  it('is not an older one: neither its text at the newer place, nor the map of another height', async () => {
    const states = ledger.states([KEY]);
    expect(await reasonOf(states, ledger.body, [written(5, OLD)])).to.equal('fail SUBJECT_MISSING');
    const before = new Ledger(record(KEY, entryOf(OLD, 3)), ...others);
    expect(await reasonOf(before.states([KEY]), ledger.body, both)).to.equal('fail PROOF_INVALID');
    const none = new Ledger(...others);
    expect(await reasonOf(none.states([KEY]), none.body, both)).to.equal('fail SUBJECT_MISSING');
    const voided = new Ledger(record(KEY, { text: null, leaf: null, standing: digestOf('x') }), ...others);
    expect(await reasonOf(voided.states([KEY]), voided.body, both)).to.equal('fail SUBJECT_MISSING');
  });

  it('shows other records only as the map has them, and nothing that nobody asks for', async () => {
    const shown = new Ledger(record(KEY, entryOf(NEW, 5)), record(SLOT, entryOf(slot('u'), 2)), ...others);
    const with_ = (text: string): EvidenceStates => shown.states([KEY, SLOT], [{ key: SLOT, text }]);
    const { state } = await told(with_(slot('u')), shown.body, both);
    expect([...(state?.others ?? [])]).to.deep.equal([[SLOT, slot('u')]]);
    expect(await reasonOf(with_(slot('v')), shown.body, both)).to.equal('fail PROOF_INVALID');
    const twice = { ...with_(slot('u')), texts: [0, 1].map(() => ({ key: SLOT, text: slot('u') })) };
    expect(await reasonOf(twice, shown.body, both)).to.equal('fail NOT_WELL_FORMED');
    const all = shown.states([KEY, SLOT, ...others.map(({ key }) => key)]);
    expect(await reasonOf(all, shown.body, both)).to.equal('fail UNUSED_MATERIAL');
    const lists = new Ledger(
      record(KEY, entryOf(NEW, 5)),
      ...['x', 'y', 'z'].map((key): MapEntry => ({ space: 'list', key, value: {} })),
    );
    const listed = lists.only([
      { space: 'record', key: KEY },
      { space: 'note', key: KEY },
      ...['x', 'y', 'z'].map((key) => ({ space: 'list' as const, key })),
    ]);
    expect(await reasonOf(listed, lists.body, both)).to.equal('fail UNUSED_MATERIAL');
  });

  it('holds no text that is no record of the kind its key names', async () => {
    const odd = new Ledger(record(KEY, entryOf(NEW, 5)), record(SLOT, entryOf(OLD, 2)), ...others);
    const states = odd.states([KEY, SLOT], [{ key: SLOT, text: OLD }]);
    expect(await reasonOf(states, odd.body, both)).to.equal('fail MALFORMED');
  });
});

describe('records that a decision looked at', () => {
  const state = (facts: readonly { readonly key: string; readonly value: Digest | null }[]): CurrentState =>
    ({
      newest: { record: { kind: 'usage', answer: { facts } } },
      others: new Map(),
    }) as unknown as CurrentState;
  const fact = { key: SLOT, value: digestOf(slot('u')) };
  const reason = async (
    texts: readonly string[],
    facts = [fact as { key: string; value: Digest | null }],
  ) => {
    const list = new Checklist();
    await checkRecords({ records: texts.map((text) => ({ key: SLOT, text })) }, state(facts), list);
    return list.steps[0]!.reason ?? 'pass';
  };

  it('are what its facts say, each once, and nothing else', async () => {
    expect(await reason([slot('u')])).to.equal('pass');
    expect(await reason([])).to.equal('pass');
    expect(await reason([slot('v')])).to.equal('FACT_DIFFERS');
    expect(await reason([slot('u')], [{ key: SLOT, value: null }])).to.equal('FACT_DIFFERS');
    expect(await reason([slot('u')], [])).to.equal('UNUSED_MATERIAL');
    expect(await reason([slot('u'), slot('u')])).to.equal('NOT_WELL_FORMED');
  });

  it('may be of every kind that there is', () => {
    const kinds = Object.entries(model).flatMap(([name, value]) =>
      name.endsWith('Type') && typeof value === 'object' && 'kind' in value ? [value.kind] : [],
    );
    expect(kinds.length).to.be.greaterThan(15);
    expect(Object.keys(model.recordTypes)).to.have.members(kinds);
  });
});
