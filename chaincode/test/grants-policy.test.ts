import { digestOf, encode, keys, Refusal, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { consent, escalate, fulfil, reason } from './duties.js';
import {
  answer,
  buyer,
  canonical,
  constraint,
  fork,
  granted,
  offer,
  offering,
  permitting,
  policyOf,
  registered,
  terms,
  third,
  thirdKey,
  type Granted,
  type Offered,
  type Setting,
} from './rights.js';
import { someId } from './seeds.js';
import { AGE_RECIPIENT, steel, who } from './world.js';

type Changes = Readonly<Record<string, unknown>>;
const DUTY = '/permission/0/duty/0';
const sublicence = { maxDepth: 2 };
let setting: Setting;
before(async () => (setting = await registered()));

/** Places and reasons for which an offer of this policy is refused; empty when it is not. */
async function problemsOf(at: Setting, enforced: Changes): Promise<{ pointer: string; reason: string }[]> {
  try {
    await at.world.simulate(steel, 'grants:Offer', offering(at, { terms: terms({ enforced }) }));
    return [];
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'POLICY_UNENFORCEABLE') throw error;
    return (error.details as { problems: { pointer: string; reason: string }[] }).problems;
  }
}

describe('grants: the policy in the terms', () => {
  it('is kept in canonical form, and has one digest however it is spelled', async () => {
    const at = fork(setting);
    const spellings = [
      policyOf(constraint('purpose', 'isAnyOf', ['safety', 'recall'])),
      {
        '@context': 'http://www.w3.org/ns/odrl.jsonld',
        '@type': 'Set',
        permission: {
          action: 'odrl:use',
          constraint: {
            leftOperand: { '@id': 'odrl:purpose' },
            operator: { '@id': 'odrl:isAnyOf' },
            rightOperand: ['recall', 'safety'],
          },
        },
      },
    ];
    const kept = canonical(spellings[0]);
    const digests = new Set<string>();
    for (const enforced of [...spellings, kept]) {
      const { grantId, termsDigest } = await offer(at, { terms: terms({ enforced }) });
      expect(at.world.get(keys.grant(grantId)).terms.enforced).to.deep.equal(kept);
      digests.add(termsDigest);
    }
    expect([...digests]).to.deep.equal([digestOf(encode({ ...terms(), enforced: kept }))]);
  });

  it('is refused as a whole, with every place that is not understood', async () => {
    const problems = await problemsOf(setting, {
      permission: [
        { action: 'use', constraint: [constraint('moonPhase', 'eq', 'full')] },
        { action: 'levitate', duty: [{ action: 'obtainConsent' }] },
      ],
    });
    const pointers = problems.map(({ pointer }) => pointer);
    expect(pointers).to.include.members([
      '/terms/enforced/permission/0/constraint/0/leftOperand',
      '/terms/enforced/permission/1/action',
      '/terms/enforced/permission/1/duty/0',
    ]);
  });

  it('is refused with a profile that nobody here knows', async () => {
    const problems = await problemsOf(setting, { ...policyOf(), profile: 'https://example.org/profile' });
    expect(problems.map(({ pointer }) => pointer)).to.deep.equal(['/terms/enforced/profile/0']);
  });

  it('is refused when it is no policy at all', async () => {
    const at = fork(setting);
    for (const enforced of [{}, 7, null, [], { permission: [] }]) {
      expect(
        await at.world.refusal(steel, 'grants:Offer', offering(at, { terms: terms({ enforced }) })),
        JSON.stringify(enforced),
      ).to.equal('POLICY_UNENFORCEABLE');
    }
  });

  it('inherits from the policies of grants, and from nothing else', async () => {
    const at = fork(setting);
    const parent = await offer(at, {
      terms: terms({ enforced: policyOf(constraint('purpose', 'eq', 'safety')) }),
    });
    const child = { ...permitting({ action: 'print' }), inheritFrom: parent.grantId };
    const { grantId } = await offer(at, { terms: terms({ enforced: child }) });
    const { permission } = at.world.get(keys.grant(grantId)).terms.enforced;
    expect(permission?.map(({ action }) => action?.name)).to.deep.equal(['use', 'print']);
    for (const inheritFrom of [someId('grant'), 'https://example.org/policy/1']) {
      const problems = await problemsOf(at, { ...permitting(), inheritFrom });
      expect(problems.map(({ pointer }) => pointer)).to.deep.equal(['/terms/enforced/inheritFrom']);
    }
  });
});

describe('grants: what a policy costs', () => {
  const refusalOf = (at: Setting, enforced: Changes) =>
    at.world.refusal(steel, 'grants:Offer', offering(at, { terms: terms({ enforced }) }));

  it('is refused when it is larger than an endorser looks at', async () => {
    const many = Array.from({ length: 301 }, () => constraint('purpose', 'neq', 'marketing'));
    const rule = { action: 'use', constraint: many };
    expect(await refusalOf(setting, { permission: [rule, rule] })).to.equal('POLICY_TOO_COSTLY');
    const long = Array.from({ length: 99 }, (_, index) => `p${index}`.padEnd(299, 'x'));
    const lists = Array.from({ length: 3 }, () => constraint('purpose', 'isNoneOf', long));
    expect(await refusalOf(setting, policyOf(...lists))).to.equal('POLICY_TOO_COSTLY');
  });

  it('is refused when it inherits from more than are read, before one is read', async () => {
    const names = Array.from({ length: 5 }, (_, index) => someId('grant', String(index)));
    const inheriting = (inheritFrom: unknown) => refusalOf(setting, { ...permitting(), inheritFrom });
    expect(await inheriting(names)).to.equal('POLICY_TOO_COSTLY');
    expect(await inheriting(names.slice(1))).to.equal('POLICY_UNENFORCEABLE');
  });

  it('is refused when what it inherits is together more than a policy may have', async () => {
    const at = fork(setting);
    const many = Array.from({ length: 301 }, () => constraint('purpose', 'neq', 'marketing'));
    const parents = [await offer(at, { terms: terms({ enforced: policyOf(...many) }) })];
    parents.push(await offer(at, { terms: terms({ enforced: policyOf(...many) }) }));
    const inheritFrom = parents.map(({ grantId }) => grantId);
    const problems = await problemsOf(at, { ...permitting({ action: 'print' }), inheritFrom });
    expect(problems).to.deep.equal([
      {
        pointer: '/terms/enforced/inheritFrom',
        reason: 'inherits more rules or constraints than a policy may have',
      },
    ]);
  });
});

describe('grants:Sublicense under a policy', () => {
  const sublicensing = ({ world }: Granted, parentId: Id<'grant'>, changes: Changes = {}): Changes => ({
    nonce: world.nonce(),
    parentId,
    consumer: third.participant,
    terms: terms(changes),
  });
  const refusal = (at: Granted, changes: Changes = {}) =>
    at.world.refusal(buyer, 'grants:Sublicense', sublicensing(at, at.grantId, changes));
  const parentWith = (changes: Changes) =>
    granted(fork(setting), { terms: terms({ sublicence, ...changes }) });

  it('lets no use last longer than the parent does', async () => {
    const at = await parentWith({ lease: 3600 });
    expect(await refusal(at)).to.equal('SUBLICENCE_NOT_PERMITTED');
    expect(await refusal(at, { lease: 3601 })).to.equal('SUBLICENCE_NOT_PERMITTED');
    expect(await refusal(at, { lease: 3600 })).to.equal(undefined);
    expect(await refusal(await parentWith({}), { lease: 3600 })).to.equal(undefined);
  });

  it('is barred by a policy that forbids handing on, whatever the terms beside it say', async () => {
    for (const action of ['distribute', 'grantUse']) {
      const enforced = { ...policyOf(), conflict: 'prohibit', prohibition: [{ action }] };
      expect(await refusal(await parentWith({ enforced }), { enforced }), action).to.equal(
        'SUBLICENCE_NOT_PERMITTED',
      );
    }
    const enforced = { ...policyOf(), conflict: 'prohibit', prohibition: [{ action: 'print' }] };
    expect(await refusal(await parentWith({ enforced }), { enforced })).to.equal(undefined);
  });

  it('is for those a policy permits to hand on to', async () => {
    const to = ({ participant }: typeof third) => ({
      permission: [
        { action: 'read' },
        {
          action: 'distribute',
          constraint: [constraint('recipient', 'eq', participant)],
          duty: [{ action: 'nextPolicy' }],
        },
      ],
    });
    const own = { enforced: permitting({ action: 'read' }) };
    expect(await refusal(await parentWith({ enforced: to(third) }), own)).to.equal(undefined);
    expect(await refusal(await parentWith({ enforced: to(who('FourthMSP')) }), own)).to.equal(
      'SUBLICENCE_NOT_PERMITTED',
    );
  });

  it('must keep what the parent asks for', async () => {
    const at = await parentWith({ enforced: permitting({ duty: [{ action: 'delete' }] }) });
    expect(await refusal(at)).to.equal('SUBLICENCE_NOT_PERMITTED');
    expect(await refusal(at, { enforced: permitting({ duty: [{ action: 'delete' }] }) })).to.equal(undefined);
  });
});

describe('usage:Answer under a sub-grant', () => {
  /** The sub-grant of a grant with this policy, under the same one, and a use of it. */
  async function family(enforced: Changes): Promise<{ parent: Granted; child: Granted }> {
    const parent = await granted(fork(setting), { terms: terms({ sublicence, enforced }) });
    return { parent, child: await descend(parent, enforced) };
  }

  async function descend(parent: Granted, enforced: Changes): Promise<Granted> {
    const { world, grantId: parentId } = parent;
    const offered = await world.run<Offered>(buyer, 'grants:Sublicense', {
      nonce: world.nonce(),
      parentId,
      consumer: third.participant,
      terms: terms({ enforced }),
    });
    const { grantId, termsDigest } = offered;
    await world.run(third, 'grants:Accept', { grantId, termsDigest });
    return { ...parent, grantId };
  }

  async function codeOf(child: Granted): Promise<string> {
    const at = fork(child);
    const { usageId } = await at.world.run<{ usageId: Id<'usage'> }>(thirdKey, 'usage:Request', {
      nonce: at.world.nonce(),
      grant: at.grantId,
      version: at.versionId,
      action: 'read',
      purpose: 'safety',
      territory: 'CN',
      component: at.thirdComponent,
      recipient: AGE_RECIPIENT,
    });
    return (await answer(at, usageId)).code ?? 'ALLOWED';
  }

  it('needs consent to each grant of the line', async () => {
    const duty = [{ action: 'obtainConsent', consentingParty: steel.participant }];
    const { parent, child } = await family(permitting({ duty }));
    await consent(child, steel);
    expect(await codeOf(child)).to.equal('CONSENT');
    await consent(parent, steel);
    expect(await codeOf(child)).to.equal('ALLOWED');
    await parent.world.run(steel, 'consents:Withdraw', { grantId: parent.grantId, reason });
    expect(await codeOf(child)).to.equal('CONSENT');
  });

  it('needs what each grant of the line asks first', async () => {
    const { parent, child } = await family(permitting({ duty: [{ action: 'compensate' }] }));
    await fulfil(child, DUTY);
    expect(await codeOf(child)).to.equal('DUTY');
    await fulfil(parent, DUTY);
    expect(await codeOf(child)).to.equal('ALLOWED');
  });

  it('needs nothing that the parent asks of other uses only', async () => {
    const payIn = (place: string) =>
      permitting({ duty: [{ action: 'compensate', constraint: [constraint('spatial', 'eq', place)] }] });
    expect(await codeOf((await family(payIn('DE'))).child)).to.equal('ALLOWED');
    const { parent, child } = await family(payIn('CN'));
    await fulfil(child, DUTY);
    expect(await codeOf(child)).to.equal('DUTY');
    await fulfil(parent, DUTY);
    expect(await codeOf(child)).to.equal('ALLOWED');
  });

  it('is stopped by a breach under any grant of the line', async () => {
    const { parent, child } = await family({ ...permitting(), obligation: [{ action: 'inform' }] });
    parent.world.later(2 * 86_400);
    expect(await codeOf(child)).to.equal('ALLOWED');
    await escalate(parent, '/obligation/0', {}, third);
    expect(await codeOf(child)).to.equal('BREACH');
    await fulfil(parent, '/obligation/0');
    expect(await codeOf(child)).to.equal('ALLOWED');
  });

  it('begins no span anew: it runs from the activation of the grant it descends from', async () => {
    const parent = await granted(fork(setting), {
      terms: terms({ sublicence, enforced: policyOf(constraint('elapsedTime', 'lteq', 'P7D')) }),
    });
    parent.world.later(6 * 86_400);
    const child = await descend(parent, policyOf(constraint('elapsedTime', 'lteq', 'P7D')));
    expect(await codeOf(child)).to.equal('ALLOWED');
    parent.world.later(2 * 86_400);
    expect(await codeOf(child)).to.equal('TIME_WINDOW');
  });

  it('asks nothing of a permission of the parent on another action', async () => {
    const permission = [{ action: 'read' }, { action: 'print', duty: [{ action: 'compensate' }] }];
    const { child } = await family({ permission });
    expect(await codeOf(child)).to.equal('ALLOWED');
  });
});
