import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { CheckpointBody, Witnessing } from '@tallystick/chaincode/model';
import type { MemberWitness } from '../../src/features/checkpoints/port.js';
import {
  CheckpointChoice,
  type SignedCheckpoint,
  type CheckpointChoiceParts,
} from '../../src/features/evidence/checkpoint-choice.js';
import { EvidenceError } from '../../src/features/evidence/port.js';
import { ProjectionError } from '../../src/projection/port.js';
import { times } from '../../../test/sampling.js';

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => (error instanceof EvidenceError ? error.code : error),
  );

/** When the witnesses signed, and when they do so again. */
const SIGNED = '2026-11-24T10:00:00.000Z';

/** How far each organisation has signed, and where a token is. */
interface Situation {
  readonly signedTo: Record<string, number>;
  readonly silent?: readonly string[];
  stamped?: number;
  /** Newest block of everybody's peer; asked for only by who wants to know it. */
  newest?: number;
  renewals?: number;
  /** Milliseconds that it takes them to ask. */
  slow?: number;
}

const AGAIN = '2026-11-24T11:00:00.000Z';

function groundsIn(situation: Situation, needed?: number): CheckpointChoice {
  const { signedTo, silent = [] } = situation;
  /** A height that was signed again, and when nothing newer was there. */
  let renewed: number | undefined;
  const statementAt = (height: number): Partial<Witnessing['statement']> =>
    height === renewed ? { signedAt: AGAIN, newest: height } : { signedAt: SIGNED };
  const heights = (): number[] => Object.values(signedTo).sort((a, b) => b - a);
  const parts: CheckpointChoiceParts = {
    needed,
    patience: 40,
    grace: 15,
    checkpoints: {
      commonHeight: (count) => Promise.resolve(heights()[count - 1]),
      witnessed: (height) =>
        Promise.resolve(
          Object.keys(signedTo)
            .filter((mspId) => (signedTo[mspId] ?? 0) >= height)
            .map((mspId) => ({ mspId, statement: statementAt(height) }) as Witnessing),
        ),
      renew: async () => {
        situation.renewals = (situation.renewals ?? 0) + 1;
        await sleep(situation.slow ?? 0);
        renewed = situation.newest;
      },
      status: () =>
        Promise.resolve({
          identity: 'witness',
          lies: 0,
          retractions: 0,
          members: Object.keys(signedTo)
            .slice(1)
            .map((mspId): MemberWitness => (silent.includes(mspId) ? { mspId, silence: 'DOWN' } : { mspId })),
        }),
    },
    projection: { body: (height) => Promise.resolve({ height } as CheckpointBody) },
    archive: {
      newestStamped: () => Promise.resolve(situation.stamped),
      tokens: (height) =>
        Promise.resolve(
          height === situation.stamped ? [{ height, authority: 'tsa', token: new Uint8Array([1]) }] : [],
        ),
    },
  };
  return new CheckpointChoice(parts);
}

const chosen = (ground: SignedCheckpoint): Promise<[height: number, witnesses: string[], tokens: number]> =>
  Promise.resolve([ground.body.height, ground.witnesses.map(({ mspId }) => mspId), ground.tokens.length]);

describe('the checkpoint that a file stands on', () => {
  it('is the highest that every member has signed that answers, while it covers what is asked for', async () => {
    const grounds = groundsIn({ signedTo: { us: 20, them: 18, others: 17 } });
    expect(await grounds.standing(15, chosen)).to.deep.equal([17, ['us', 'them', 'others'], 0]);
    const quiet = groundsIn({ signedTo: { us: 20, them: 18, gone: 3 }, silent: ['gone'] });
    expect(await quiet.standing(15, chosen)).to.deep.equal([18, ['us', 'them'], 0]);
  });

  it('makes do with those that have signed, when others are late, and with one at least', async () => {
    const grounds = groundsIn({ signedTo: { us: 20, them: 18, late: 3 } });
    expect(await grounds.standing(15, chosen)).to.deep.equal([18, ['us', 'them'], 0]);
    expect(await grounds.standing(19, chosen)).to.deep.equal([20, ['us'], 0]);
    expect(await codeOf(grounds.standing(21, chosen))).to.equal('PENDING');
  });

  it('is waited for, and for as many as are needed', async () => {
    const signedTo = { us: 20, them: 18 };
    const grounds = groundsIn({ signedTo }, 2);
    expect(await grounds.standing(15, chosen)).to.deep.equal([18, ['us', 'them'], 0]);
    const waiting = grounds.standing(19, chosen);
    setTimeout(() => (signedTo.them = 19), 10);
    expect(await waiting).to.deep.equal([19, ['us', 'them'], 0]);
    expect(await codeOf(grounds.standing(20, chosen))).to.equal('PENDING');
    expect(await codeOf(groundsIn({ signedTo }, 3).standing(1, chosen))).to.equal('PENDING');
  });

  it('is the newest with a time token when that covers what is asked for and can be read', async () => {
    const situation = { signedTo: { us: 20, them: 18 }, stamped: 12 };
    const grounds = groundsIn(situation, 2);
    expect(await grounds.standing(12, chosen)).to.deep.equal([12, ['us', 'them'], 1]);
    expect(await grounds.standing(13, chosen)).to.deep.equal([18, ['us', 'them'], 0]);
    const unread = async (ground: SignedCheckpoint): ReturnType<typeof chosen> => {
      if (ground.body.height === 12) throw new ProjectionError('HEIGHT_NOT_KEPT', 'long ago');
      return chosen(ground);
    };
    expect(await grounds.standing(12, unread)).to.deep.equal([18, ['us', 'them'], 0]);
    situation.stamped = 19;
    expect(await grounds.standing(12, chosen)).to.deep.equal([18, ['us', 'them'], 0]);
    const failing = (): Promise<never> => Promise.reject(new ProjectionError('OUT_OF_RANGE', 'not yet'));
    expect(await codeOf(grounds.standing(12, failing))).to.be.instanceOf(ProjectionError);
  });

  it('has a token only where the witnesses say that nothing newer was there, when that is what is asked', async () => {
    const situation: Situation = { signedTo: { us: 20, them: 20 }, stamped: 12, newest: 20 };
    const grounds = groundsIn(situation, 2);
    const before = '2026-11-24T09:59:59.999Z';
    expect(await grounds.standing(12, chosen)).to.deep.equal([12, ['us', 'them'], 1]);
    expect(situation.renewals).to.equal(undefined);
    const statements = ({ witnesses }: SignedCheckpoint): Promise<unknown[]> =>
      Promise.resolve(witnesses.map(({ statement: { newest } }) => newest));
    expect(await grounds.standing(12, statements, before)).to.deep.equal([20, 20]);
    expect(situation.renewals).to.equal(1);
    situation.newest = 12;
    expect(await grounds.standing(12, chosen, before)).to.deep.equal([12, ['us', 'them'], 1]);
    expect(await grounds.standing(12, chosen, AGAIN)).to.deep.equal([20, ['us', 'them'], 0]);
  });

  it('is not waited for, for longer than grace, until everybody has said that nothing newer is there', async () => {
    const grounds = groundsIn({ signedTo: { us: 20, them: 20 }, newest: 20, slow: 5000 }, 2);
    const begun = performance.now();
    expect(await grounds.standing(12, chosen, SIGNED)).to.deep.equal([20, ['us', 'them'], 0]);
    expect(performance.now() - begun).to.be.lessThan(4000);
  });

  it('never covers less than what is asked for, nor has too few signatures', async () => {
    const height = fc.integer({ min: 0, max: 6 });
    const situation = fc.record({
      us: height,
      them: height,
      others: height,
      stamped: fc.option(height, { nil: undefined }),
      needed: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      least: height,
    });
    await fc.assert(
      fc.asyncProperty(situation, async ({ stamped, needed, least, ...signedTo }) => {
        const grounds = groundsIn({ signedTo, ...(stamped !== undefined && { stamped }) }, needed);
        const enough = Object.values(signedTo).filter((signed) => signed >= least).length;
        const found = grounds.standing(least, chosen);
        if (enough < (needed ?? 1)) {
          expect(await codeOf(found)).to.equal('PENDING');
          return;
        }
        const [at, witnesses, tokens] = await found;
        expect(at).to.be.at.least(least);
        expect(witnesses).to.have.length.at.least(needed ?? 1);
        expect(tokens).to.equal(at === stamped ? 1 : 0);
      }),
      { numRuns: times(60) },
    );
  });
});
