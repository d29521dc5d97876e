import { webcrypto } from 'node:crypto';
import { Readable } from 'node:stream';
import { EDITION_TABLE, EDITIONS } from '@tallystick/chaincode/rules';
import { answer, ask } from '../../chaincode/test/rights.js';
import { expect } from 'chai';
import { audit, readResume, resumeLines, type Audit } from '../../verifier/src/audit/index.js';
import { streamOf } from '../../verifier/test/audit-cases.js';
import type { Step } from '../../verifier/src/checklist.js';
import type { Trust } from '../../verifier/src/trust/trust.js';
import { bytesOf } from '../histories/recorded.js';
import { acknowledge, acknowledged, caseOf, upgraded, usage, using } from './acts.js';
import { collect, trustIn } from './collecting.js';
import { judge } from './judging.js';
import { FIRST_EDITION, SECOND_EDITION } from './space.js';

const [FIRST, SECOND] = EDITIONS.map(({ name }) => name);

/** What somebody believes who has heard of nothing but the first edition. */
const BEFORE: Partial<Trust> = { editions: EDITION_TABLE.slice(0, 1), rules: [FIRST!] };

const stepsOf = (steps: readonly Step[], result: Step['result'], code: string): readonly Step[] =>
  steps.filter((step) => step.result === result && step.code === code);

describe('evidence across an upgrade of the rules', () => {
  const cases = [
    ['REQUEST', SECOND],
    ['ANSWER', SECOND],
    ['ACKNOWLEDGEMENT', FIRST],
  ] as const;
  for (const [before, decided] of cases)
    for (const profile of ['compact', 'full'] as const)
      it(`names the edition that decided: upgraded before the ${before}, ${profile}`, async () => {
        const [{ world }, id] = await upgraded(before);
        const verdict = await judge(caseOf(world, await collect(world, usage(id), { profile })));
        expect(verdict.outcome).to.equal('VERIFIED');
        const [replayed] = stepsOf(verdict.steps, 'pass', 'decision.replay');
        expect(replayed?.facts['rules']).to.equal(decided);
      });

  for (const profile of ['compact', 'full'] as const)
    it(`is not evaluated by who does not know the edition, ${profile}`, async () => {
      const [{ world }, id] = await upgraded('REQUEST');
      const verdict = await judge(caseOf(world, await collect(world, usage(id), { profile }), BEFORE));
      expect(verdict.outcome).to.equal('INCOMPLETE');
      const code = profile === 'full' ? 'ledger.fold' : 'checkpoint.body';
      const [open] = stepsOf(verdict.steps, 'not-evaluated', code);
      expect(open?.reason).to.equal('RULES_UNKNOWN');
      expect(verdict.steps.filter(({ result }) => result === 'fail')).to.deep.equal([]);
    });

  it('goes on to verify as of a height before the upgrade', async () => {
    const at = await using({ definition: FIRST_EDITION });
    const { world } = at;
    const id = await acknowledged(at);
    const { height } = await world.ledger.folded();
    world.ledger.define(SECOND_EDITION);
    await acknowledged(at);
    for (const profile of ['compact', 'full'] as const) {
      const draft = await collect(world, usage(id), { profile, height });
      expect((await judge(caseOf(world, draft, BEFORE))).outcome, profile).to.equal('VERIFIED');
    }
  });

  it('is signed alike by witnesses that know of the next edition and those that do not, until it decides', async () => {
    const at = await using({ definition: FIRST_EDITION });
    const { world } = at;
    await acknowledged(at);
    const before = (await world.ledger.folded()).bodies.at(-1)?.editions;
    world.ledger.define(SECOND_EDITION);
    const defined = (await world.ledger.folded()).bodies.at(-1)?.editions;
    const id = await ask(at);
    const decided = (await world.ledger.folded()).bodies.at(-1)?.editions;
    expect(defined).to.equal(before);
    expect(decided).not.to.equal(before);
    await answer(at, id);
    await acknowledge(at, id);
  });
});

/** What an audit could not judge of these ledgers; their blocks have no commit hashes. */
const openIn = ({ notEvaluated }: Audit): Audit['notEvaluated'] =>
  notEvaluated.filter(({ step }) => step !== 'block.integrity');

/** The same audit, interrupted at a height and gone on with from what it wrote down. */
async function interrupted(blocks: readonly Uint8Array[], trust: Trust, height: number): Promise<Audit> {
  const first = await audit(streamOf(blocks.slice(0, height)), trust, webcrypto.subtle);
  const lines = Readable.from(resumeLines(first.standing, 'trust', trust.chaincode));
  const resume = await readResume(lines, 'trust');
  return audit(streamOf(blocks), trust, webcrypto.subtle, { resume });
}

describe('an audit across an upgrade of the rules', () => {
  it('replays each transaction by the edition in force', async () => {
    const [{ world }] = await upgraded('ANSWER');
    const result = await audit(streamOf(bytesOf(world)), trustIn(world), webcrypto.subtle);
    expect(result.divergences).to.deep.equal([]);
    expect(openIn(result)).to.deep.equal([]);
    expect(result.counts.replayed).to.equal(world.ledger.transactions.length - 2);
  });

  it('evaluates nothing from the first call on under rules that it does not know', async () => {
    const [{ world }] = await upgraded('ANSWER');
    const result = await audit(streamOf(bytesOf(world)), trustIn(world, BEFORE), webcrypto.subtle);
    expect(result.divergences).to.deep.equal([]);
    const [open, ...more] = openIn(result);
    expect(more).to.deep.equal([]);
    expect(open).to.deep.include({ step: 'transaction.replay', reason: 'RULES_UNKNOWN', count: 2 });
    expect(open?.first.facts).to.deep.equal({ version: SECOND_EDITION });
    const { body, unknown } = result.standing.progress.folded;
    expect(unknown).to.equal(SECOND_EDITION);
    expect(body?.height).to.equal(world.ledger.blocks.all.length - 3);
  });

  it('takes a definition that goes back to an earlier edition for one that names none', async () => {
    const [at] = await upgraded('REQUEST');
    const { world } = at;
    world.ledger.define('1.5.0');
    await ask(at);
    const result = await audit(streamOf(bytesOf(world)), trustIn(world), webcrypto.subtle);
    expect(openIn(result)[0]?.first.facts).to.deep.equal({ version: '1.5.0' });
  });

  it('goes on when a definition that names no rules is followed by one that does', async () => {
    const [at] = await upgraded('REQUEST');
    const { world } = at;
    world.ledger.define('9.0.0');
    world.ledger.define('2.0.1');
    await acknowledged(at);
    const result = await audit(streamOf(bytesOf(world)), trustIn(world), webcrypto.subtle);
    expect(openIn(result)).to.deep.equal([]);
    expect(result.divergences).to.deep.equal([]);
  });

  it('goes on by the same rules where it was interrupted, and does not go on where it had ended', async () => {
    const [{ world }] = await upgraded('ANSWER');
    const blocks = bytesOf(world);
    const whole = await audit(streamOf(blocks), trustIn(world), webcrypto.subtle);
    for (const height of [blocks.length - 3, blocks.length - 2, blocks.length - 1]) {
      const { standing, counts } = await interrupted(blocks, trustIn(world), height);
      expect(standing.progress.folded.body, `${height}`).to.deep.equal(whole.standing.progress.folded.body);
      expect(counts).to.deep.equal(whole.counts);
    }
    const ended = await interrupted(blocks, trustIn(world, BEFORE), blocks.length - 1);
    expect(openIn(ended)[0]?.count).to.equal(2);
  });
});
