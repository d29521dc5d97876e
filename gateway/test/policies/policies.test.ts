import { expect } from 'chai';
import { digestOf, encode, keys, type Id, type Json, type Usage } from '@tallystick/chaincode/model';
import { newPolicies } from '../../src/features/policies/policies.js';
import type { Policies, WrittenTerms } from '../../src/features/policies/port.js';
import { BUYER, counted, policyOf, termsOf } from '../custody/space.js';
import { ask, attend, caughtUp, storyBeforeEach } from '../custody/story.js';
import { FakeProjection } from '../http/fakes.js';
import { rejection } from '../payload/fixtures.js';

const purposes = (...names: readonly string[]): Json =>
  policyOf({ leftOperand: 'purpose', operator: 'isAnyOf', rightOperand: names }) as Json;

describe('policies', () => {
  const policies: Policies = newPolicies(new FakeProjection());

  it('are linted: canonical form, digest, duties, labels, and both languages', async () => {
    const linted = await policies.lint(purposes('research', 'maintenance'));
    expect(linted.problems).to.deep.equal([]);
    expect(linted.canonical?.conflict).to.equal('invalid');
    expect(linted.digest).to.equal(digestOf(encode(linted.canonical)));
    expect(linted.rendering?.en).to.contain('research');
    expect(linted.rendering?.zh).to.match(/[\u4e00-\u9fff]/);
    expect(linted.enforcement).to.have.length.greaterThan(0);
    const again = await policies.lint(linted.canonical as unknown as Json);
    expect(again.digest, 'canonical form is read as itself').to.equal(linted.digest);
  });

  it('that cannot be read say where, and are nothing worse', async () => {
    for (const odd of [
      null,
      1,
      [],
      'x',
      {},
      { permission: [{ action: 7 }] },
      { permission: [{ action: 'use', surplus: 1 }] },
    ]) {
      const linted = await policies.lint(odd);
      expect(linted.problems, JSON.stringify(odd)).to.have.length.greaterThan(0);
      expect(linted).to.not.have.any.keys('canonical', 'digest', 'rendering');
    }
    const { problems } = await policies.lint({ permission: [{ action: 'use', surplus: 1 }] });
    expect(problems.map(({ pointer }) => pointer)).to.include('/permission/0/surplus');
  });

  it('that the ledger would refuse say so', async () => {
    const { problems, canonical } = await policies.lint({
      permission: [{ action: 'https://example.com/fly' }],
    });
    expect(canonical).to.not.equal(undefined);
    expect(problems.map(({ pointer }) => pointer)).to.include('/permission/0/action');
  });

  it('are compared, and say where the later allows more', async () => {
    const narrow = purposes('research');
    const wide = purposes('research', 'maintenance');
    expect((await policies.compare(narrow, wide)).excess).to.have.length.greaterThan(0);
    const narrower = await policies.compare(wide, narrow);
    expect(narrower.excess).to.deep.equal([]);
    expect(narrower.rendering?.en).to.be.a('string').and.not.equal(narrower.rendering?.zh);
    const { comparison } = await policies.lint(wide, narrow);
    expect(comparison?.excess).to.have.length.greaterThan(0);
    const unread = await policies.compare({ permission: [{ action: 'use', surplus: 1 }] }, 1);
    expect(unread.problems.map(({ pointer }) => pointer))
      .to.include('/before/permission/0/surplus')
      .and.include('/after');
    expect(unread).to.not.have.property('rendering');
  });

  it('in terms are digested in canonical form, as the ledger does', async () => {
    const terms = termsOf() as unknown as WrittenTerms;
    const { canonical } = await policies.lint(terms.enforced);
    expect(await policies.termsDigest(terms)).to.equal(digestOf(encode({ ...terms, enforced: canonical })));
    expect(await policies.termsDigest({ ...terms, enforced: 7 })).to.equal(undefined);
  });

  it('inherit from grants that our own peer shows', async () => {
    const projection = new FakeProjection();
    const parent: Id<'grant'> = `grant-${'a'.repeat(52)}`;
    const { canonical } = await policies.lint(purposes('research'));
    projection.put(keys.grant(parent).text, { terms: { enforced: canonical } }, 1n);
    const child: Json = { '@type': 'Set', inheritFrom: parent, prohibition: [{ action: 'print' }] };
    expect((await policies.lint(child)).problems).to.have.length.greaterThan(0);
    const linted = await newPolicies(projection).lint(child);
    expect(linted.canonical?.permission).to.deep.equal(canonical?.permission);
  });
});

describe('policies in decisions', () => {
  const story = storyBeforeEach({ terms: counted(1) });

  it('are explained from the report made again, allowed and denied, in both languages', async () => {
    const { space, steel, buyer } = story;
    const allowed = await ask(story);
    await attend(steel, space);
    const denied = await ask(story);
    await attend(steel, space);
    await caughtUp(buyer, space);
    const policies = newPolicies(buyer.projection);
    const [yes, no, zh] = await Promise.all([
      policies.explain(allowed, 'en'),
      policies.explain(denied, 'en'),
      policies.explain(denied, 'zh'),
    ]);
    expect(yes).to.include({ outcome: 'ALLOWED', report: space.usage(allowed).answer?.policy?.report });
    expect(no).to.include({ outcome: 'DENIED', code: 'QUOTA' });
    expect(no.facts.map(({ key }) => key)).to.include(`grant/${story.grant}`);
    expect(no.lines.join('\n'), 'parties by legal name').to.match(
      /Party: “[^”]+” \(participant-[a-z2-7]{52}\)\./,
    );
    for (const { summary, lines } of [yes, no, zh]) {
      expect(summary).to.not.equal('');
      expect(lines).to.have.length.greaterThan(3);
    }
    expect(zh.summary).to.match(/[\u4e00-\u9fff]/);
    expect(zh.facts).to.deep.equal(no.facts);
  });

  it('are not explained where the record names another report, or nothing is decided', async () => {
    const { space, steel, buyer } = story;
    const usageId = await ask(story);
    await caughtUp(buyer, space);
    const code = async (
      projection: FakeProjection | typeof buyer.projection,
      id = usageId,
    ): Promise<unknown> =>
      ((await rejection(newPolicies(projection).explain(id, 'en'))) as { code: unknown }).code;
    expect(await code(buyer.projection)).to.equal('NOT_ANSWERED');
    expect(await code(buyer.projection, `usage-${'a'.repeat(52)}`)).to.equal('NOT_FOUND');
    await attend(steel, space);
    const usage: Usage = space.usage(usageId);
    const forged = new FakeProjection();
    forged.put(`grant/${story.grant}`, { ...space.grantRecord(story.grant) }, 1n);
    const policy = { ...usage.answer?.policy, report: `sha256:${'0'.repeat(64)}` };
    forged.put(keys.usage(usage.id).text, { ...usage, answer: { ...usage.answer, policy } }, 1n);
    expect(await code(forged)).to.equal('REPORT_DIFFERS');
    forged.put(keys.usage(usage.id).text, { ...usage, rules: 'tallystick-rules/99' }, 2n);
    expect(await code(forged)).to.equal('RULES_UNKNOWN');
  });

  it('are explained also where the decision fell before the policy was asked', async () => {
    const { space, steel } = story;
    const usageId = await ask(story);
    await space.run('RegulatorMSP', 'officer', 'components:Suspend', {
      componentId: space.components[BUYER],
      reason: 'x',
    });
    await attend(steel, space);
    await caughtUp(steel, space);
    const explained = await newPolicies(steel.projection).explain(usageId, 'en');
    expect(explained).to.include({ outcome: 'DENIED', code: 'CONSUMER_COMPONENT' });
    expect(explained).to.not.have.property('report');
  });
});
