import { expect } from 'chai';
import fc from 'fast-check';
import { figuresOf, paired } from '../../scripts/bench/baseline/pairing.js';

describe('figures of a benchmark', () => {
  it('are its numbers, by path', () => {
    const figures = {
      perSecond: 12.5,
      rounds: [
        { clients: 32, usesPerSecond: 10 },
        { clients: 64, usesPerSecond: 12 },
      ],
      kibibytes: { median: 20, largest: 21 },
      all: [1, 2, 3],
      system: 'linux',
      isMet: true,
      chromium: undefined,
      none: null,
      failed: Number.NaN,
    };
    expect(figuresOf(figures)).to.deep.equal({
      perSecond: 12.5,
      'rounds.0.clients': 32,
      'rounds.0.usesPerSecond': 10,
      'rounds.1.clients': 64,
      'rounds.1.usesPerSecond': 12,
      'kibibytes.median': 20,
      'kibibytes.largest': 21,
    });
  });

  it('are none of what is none', () => {
    for (const value of [undefined, null, 'text', [], {}, [1]]) expect(figuresOf(value)).to.deep.equal({});
  });
});

describe('pairing', () => {
  const round = (baseline: number, ours: number): { baseline: { ms: number }; ours: { ms: number } } => ({
    baseline: { ms: baseline },
    ours: { ms: ours },
  });

  it('takes medians, and the median of the ratios of the rounds', () => {
    const { pairs } = paired([round(10, 5), round(40, 10), round(20, 40)]);
    expect(pairs).to.deep.equal([
      { figure: 'ms', baseline: 20, ours: 10, ratio: 0.5, ratios: [0.5, 0.25, 2] },
    ]);
  });

  it('sees no difference where both halves of each round were slowed alike', () => {
    const slowness = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(slowness, fc.constantFrom(0.25, 0.5, 1, 2, 4), (all, factor) => {
        const [pair] = paired(all.map((slow) => round(slow, slow * factor))).pairs;
        expect(pair?.ratio).to.equal(factor);
      }),
    );
  });

  it('turns round when the sides are exchanged', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 })), {
      minLength: 1,
      maxLength: 7,
    });
    fc.assert(
      fc.property(values, (all) => {
        const there = paired(all.map(([a, b]) => round(a, b))).pairs[0]!;
        const back = paired(all.map(([a, b]) => round(b, a))).pairs[0]!;
        expect(there.ratio! * back.ratio!).to.be.closeTo(1, 0.01);
        expect([there.ours, there.baseline]).to.deep.equal([back.baseline, back.ours]);
      }),
    );
  });

  it('lies between two rounds', () => {
    expect(paired([round(10, 20), round(10, 5)]).pairs[0]).to.deep.include({
      ours: 12.5,
      baseline: 10,
      ratio: 1,
    });
  });

  it('has no ratio to nothing', () => {
    const [pair] = paired([round(0, 5), round(0, 0)]).pairs;
    expect(pair).to.deep.include({ ratio: null, ratios: [null, null], baseline: 0 });
    expect(paired([round(0, 5), round(2, 4)]).pairs[0]!.ratio).to.equal(2);
  });

  it('names what only one side has', () => {
    const found = paired([{ baseline: { old: 1, both: 2 }, ours: { new: 3, both: 4 } }]);
    expect(found.pairs.map(({ figure }) => figure)).to.deep.equal(['both']);
    expect([found.onlyOurs, found.onlyBaseline]).to.deep.equal([['new'], ['old']]);
  });

  it('pairs only rounds in which both have a figure', () => {
    const { pairs } = paired([round(10, 20), { baseline: {}, ours: { ms: 999 } }]);
    expect(pairs).to.deep.equal([{ figure: 'ms', baseline: 10, ours: 20, ratio: 2, ratios: [2] }]);
    const never = paired([
      { baseline: { ms: 1 }, ours: {} },
      { baseline: {}, ours: { ms: 1 } },
    ]);
    expect(never.pairs).to.deep.equal([]);
  });

  it('keeps small figures', () => {
    expect(paired([round(0.001_234_56, 0.002_469_12)]).pairs[0]).to.deep.include({
      baseline: 0.001_235,
      ratio: 2,
    });
  });
});
