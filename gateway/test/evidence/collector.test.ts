import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { instantOf } from '@tallystick/chaincode/model';
import { Closings } from '../../src/evidence/closings.js';
import { Collection } from '../../src/evidence/collection.js';
import { Collector } from '../../src/evidence/collector.js';
import { newStateStore } from '../../src/state/store.js';
import type { StateStore } from '../../src/state/port.js';
import { ACKNOWLEDGE, ANSWER, BEFORE, STRANGER, THEM, US, USAGE } from './story.js';
import { CHAINCODE, ScriptedChain, txIdOf } from './scripted.js';

const SUBJECT = { kind: 'usage', id: USAGE } as const;
const AT = Date.parse('2026-11-24T08:00:00.000Z');

describe('collecting evidence by itself', () => {
  let state: StateStore;
  let chain: ScriptedChain;
  let clock: number;
  let isQuiet: boolean;
  let stamps: () => Promise<void>;
  let warnings: string[];
  let running: Collector[];

  beforeEach(async () => {
    state = await newStateStore(':memory:');
    chain = new ScriptedChain();
    chain.tell(...BEFORE);
    clock = AT;
    isQuiet = true;
    stamps = () => Promise.resolve();
    warnings = [];
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((collector) => collector.stop()));
    await state.close();
  });

  function start(participant: string = US): Collector {
    const { projection } = chain;
    const archive = state.evidence;
    const now = (): string => instantOf(clock);
    const collection = new Collection({ source: chain, projection, archive, chaincode: CHAINCODE });
    const collector = new Collector({
      projection,
      archive,
      collection,
      closings: new Closings({ projection, archive, participant, now }),
      stamping: { stamp: () => stamps() },
      isQuiet: () => isQuiet,
      log: { info: () => undefined, warn: (_, message) => void warnings.push(message) },
      now,
    });
    collector.start();
    running.push(collector);
    return collector;
  }

  /** Lets time pass, and blocks come: the collector sleeps until then. */
  async function pass(seconds: number): Promise<void> {
    clock += seconds * 1000;
    chain.tell({ name: `tick ${clock}` });
    await pause(60);
  }

  const isCollected = async (): Promise<boolean> =>
    (await state.evidence.subject(SUBJECT))?.state === 'COLLECTED' &&
    (await state.evidence.answer(txIdOf('usage:Request'))) !== undefined;

  it('collects a receipt soon after it has closed, for consumer and custodian alike', async () => {
    for (const party of [US, THEM]) {
      await state.close();
      state = await newStateStore(':memory:');
      chain = new ScriptedChain();
      chain.tell(...BEFORE);
      const collector = start(party);
      await pass(1);
      expect(await state.evidence.backlog()).to.equal(0);
      chain.tell(ANSWER, ACKNOWLEDGE);
      await pass(0);
      expect(await isCollected()).to.equal(false);
      await pass(2);
      expect(await isCollected(), party).to.equal(true);
      expect(await state.evidence.backlog()).to.equal(0);
      await collector.stop();
    }
  });

  it('leaves the receipts of others alone', async () => {
    start(STRANGER);
    chain.tell(ANSWER, ACKNOWLEDGE);
    await pass(5);
    expect(await state.evidence.subject(SUBJECT)).to.equal(undefined);
  });

  it('waits for the acknowledgement as long as it is due, and then takes what there is', async () => {
    start();
    chain.tell(ANSWER);
    await pass(3000);
    expect(await isCollected()).to.equal(false);
    expect(await state.evidence.backlog()).to.equal(1);
    await pass(700);
    expect(await isCollected()).to.equal(true);
  });

  it('a receipt that closes after that is collected anew', async () => {
    start();
    chain.tell(ANSWER);
    await pass(4000);
    const { collectedFor } = (await state.evidence.subject(SUBJECT)) ?? {};
    expect(collectedFor).to.equal(txIdOf('usage:Answer'));
    chain.tell({ ...ACKNOWLEDGE, name: 'usage:Acknowledge' });
    await pass(0);
    await pass(2);
    expect((await state.evidence.subject(SUBJECT))?.collectedFor).to.equal(txIdOf('usage:Acknowledge'));
    expect(await state.evidence.backlog()).to.equal(0);
  });

  it('goes on after it was stopped at any moment: what is to be done is written down', async () => {
    const first = start();
    chain.tell(ANSWER, ACKNOWLEDGE);
    await pass(0);
    await first.stop();
    expect(await state.evidence.backlog()).to.equal(1);
    clock += 5000;
    start();
    await pause(60);
    expect(await isCollected()).to.equal(true);
  });

  it('finds what closed while nobody looked', async () => {
    chain.tell(ANSWER, ACKNOWLEDGE);
    start();
    await pause(30);
    await pass(2);
    expect(await isCollected()).to.equal(true);
  });

  it('tries again, less and less often, when too few organisations answer', async () => {
    chain.down.add('BMSP').add('CMSP');
    start();
    chain.tell(ANSWER, ACKNOWLEDGE);
    await pass(0);
    await pass(2);
    const failed = await state.evidence.subject(SUBJECT);
    expect(failed).to.include({ state: 'DUE', attempts: 1, reason: 'TOO_FEW_ORGANISATIONS' });
    expect(warnings).to.deep.equal(['Evidence could not be collected']);
    await pass(2);
    const again = await state.evidence.subject(SUBJECT);
    expect(again?.attempts).to.equal(2);
    expect(Date.parse(again?.dueAt ?? '')).to.equal(clock + 4000);
    chain.down.clear();
    await pass(5);
    expect(await isCollected()).to.equal(true);
    expect((await state.evidence.subject(SUBJECT))?.attempts).to.equal(0);
  });

  it('keeps the proof when an authority stamps nothing, and asks it again', async () => {
    stamps = () => Promise.reject(Object.assign(new Error('away'), { code: 'AUTHORITY_UNAVAILABLE' }));
    start();
    chain.tell(ANSWER, ACKNOWLEDGE);
    await pass(0);
    await pass(2);
    const entry = await state.evidence.subject(SUBJECT);
    expect(entry).to.include({ state: 'DUE', attempts: 1, reason: 'AUTHORITY_UNAVAILABLE' });
    expect(entry?.collectedFor).to.equal(txIdOf('usage:Acknowledge'));
    const asked = chain.asked.length;
    stamps = () => Promise.resolve();
    await pass(3);
    expect(await isCollected()).to.equal(true);
    expect(chain.asked.length).to.equal(asked);
  });

  it('gives way to uses', async () => {
    isQuiet = false;
    start();
    chain.tell(ANSWER, ACKNOWLEDGE);
    await pass(0);
    await pass(2);
    expect(chain.asked).to.deep.equal([]);
    isQuiet = true;
    await pause(60);
    expect(await isCollected()).to.equal(true);
  });
});
