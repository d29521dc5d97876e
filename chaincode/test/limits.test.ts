import { encode, LIMITS, MAX_BATCH, Refusal, type Limit } from '@tallystick/chaincode/model';
import { decodeOpenings, execute, readRecords, NEWEST } from '@tallystick/chaincode/rules';
import { expect } from 'chai';
import { fork, offering, registered, terms, type Setting } from './rights.js';
import { someId } from './seeds.js';
import { keys, steel } from './world.js';

/** JSON of so many bytes. */
const documentOf = (bytes: number): string => 'x'.repeat(bytes - 2);

/** What a transaction is refused for; the limit where it is one. */
async function refused(work: Promise<unknown>): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.code === 'LIMIT_EXCEEDED' ? (error.details as { limit: Limit }).limit : error.code;
  }
}

describe('limits of a transaction', () => {
  let setting: Setting;
  before(async () => (setting = await registered()));

  const withDocument = (at: Setting, bytes: number): object =>
    offering(at, { terms: terms({ agreement: { open: { odrl: documentOf(bytes) } } }) });
  const offer = (at: Setting, request: unknown): Promise<string | undefined> =>
    refused(at.world.simulate(steel, 'grants:Offer', request));

  it('an argument, to the byte', async () => {
    const at = fork(setting);
    const sized = (bytes: number): Promise<string | undefined> => {
      const one = withDocument(at, 2);
      return offer(at, { ...one, nonce: 'x'.repeat(bytes - encode({ ...one, nonce: '' }).length) });
    };
    expect(await sized(LIMITS.argument)).to.equal('MALFORMED');
    expect(await sized(LIMITS.argument + 1)).to.equal('argument');
  });

  it('a document within it', async () => {
    const at = fork(setting);
    expect(await offer(at, withDocument(at, LIMITS.document))).to.equal(undefined);
    expect(await offer(at, withDocument(at, LIMITS.document + 1))).to.equal('MALFORMED');
  });

  it('policies that are judged, of all requests together', async () => {
    const at = fork(setting);
    const named = (index: number): object => ({
      action: 'use',
      constraint: [{ leftOperand: 'purpose', operator: 'eq', rightOperand: `p${index}`.padEnd(250, 'x') }],
    });
    const enforced = { permission: Array.from({ length: 50 }, (_, index) => named(index)) };
    const bytes = encode(enforced).length;
    const offers = (count: number): Promise<string | undefined> =>
      offer(
        at,
        Array.from({ length: count }, () => offering(at, { terms: terms({ enforced }) })),
      );
    expect(await offers(4)).to.equal(undefined);
    expect(await offers(Math.ceil(LIMITS.judging / bytes / 4) + 1)).to.equal('judging');
  });

  it('what is said of its faults, whatever names they have', async () => {
    const at = fork(setting);
    const name = 'n'.repeat(100_000);
    for (const request of [
      { ...offering(at), [name]: 1 },
      { ...offering(at), terms: { [name]: { [name]: 1 } } },
    ]) {
      const refusal = await at.world
        .simulate(steel, 'grants:Offer', request)
        .catch((error: unknown) => error);
      expect(refusal).to.be.instanceOf(Refusal).and.include({ code: 'MALFORMED' });
      expect((refusal as Refusal).message.length).to.be.below(16_384);
    }
    const argument = `{"${name}":1.5}`;
    const call = {
      transaction: 'grants:Offer',
      argument,
      caller: { ...steel, time: at.world.now },
      openings: new Map(),
    };
    const refusal = await execute(NEWEST, call, () => Promise.resolve(undefined)).catch(
      (error: unknown) => error,
    );
    expect((refusal as Refusal).message.length).to.be.below(16_384);
  });

  it('openings', () => {
    const openings = (bytes: number): Promise<unknown> =>
      Promise.resolve().then(() => decodeOpenings('x'.repeat(bytes)));
    return Promise.all([
      refused(openings(LIMITS.openings)).then((code) => expect(code).to.equal('MALFORMED')),
      refused(openings(LIMITS.openings + 1)).then((code) => expect(code).to.equal('openings')),
    ]);
  });

  it('everything written, and what is read, however little is asked', async () => {
    const at = fork(setting);
    const { result } = await at.world.simulate(steel, 'grants:Offer', withDocument(at, LIMITS.document));
    const { grantId } = JSON.parse(result) as { grantId: string };
    await at.world.run(steel, 'grants:Offer', withDocument(at, LIMITS.document));
    const [[, grant] = ['', '']] = [...at.world.state].filter(([key]) => key.startsWith('grant/'));
    const withdrawn = async (count: number): Promise<string | undefined> => {
      const ids = Array.from({ length: count }, (_, index) => someId('grant', String(index)));
      for (const id of ids)
        at.world.state.set(keys.grant(id).text, encode({ ...(JSON.parse(grant) as object), id }));
      const requests = ids.map((id) => ({ grantId: id, reason: 'withdrawn' }));
      return refused(at.world.simulate(steel, 'grants:Withdraw', requests));
    };
    expect(grantId).to.be.a('string');
    const most = Math.floor(LIMITS.effect / grant.length);
    expect(await withdrawn(most - 1)).to.equal(undefined);
    expect(await withdrawn(most + 1)).to.equal('effect');
    expect(await withdrawn(Math.ceil(LIMITS.reads / grant.length))).to.equal('reads');
  });

  describe('that only reads', () => {
    const ids = Array.from({ length: MAX_BATCH }, (_, index) => someId('event', String(index)));
    const get = (count: number, text: string): Promise<string> =>
      readRecords(encode(ids.slice(0, count).map((id) => ({ key: keys.event(id).text }))), () =>
        Promise.resolve(text),
      );

    it('is answered up to a size', async () => {
      const text = encode(documentOf(LIMITS.record));
      const fits = Math.floor(LIMITS.answer / (text.length + 12));
      expect((await get(fits, text)).length).to.be.at.most(LIMITS.answer);
      expect(await refused(get(fits + 1, text))).to.equal('answer');
    });

    it('asks for a key once', async () => {
      const same = encode(Array.from({ length: 60 }, () => ({ key: 'space' })));
      let reads = 0;
      const read = (): Promise<string> => Promise.resolve(String((reads += 1)));
      expect(await refused(readRecords(same, read))).to.equal('MALFORMED');
      expect(reads).to.equal(0);
    });

    it('stops reading when it is enough', async () => {
      let reads = 0;
      const text = encode(documentOf(LIMITS.record));
      const all = encode(ids.map((id) => ({ key: keys.event(id).text })));
      const read = (): Promise<string> => ((reads += 1), Promise.resolve(text));
      expect(await refused(readRecords(all, read))).to.equal('answer');
      expect(reads).to.be.below(100);
    });
  });
});
