import { common, msp } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import fc from 'fast-check';
import type { ConfigGroup } from '../src/fabric/config-groups.js';
import { policyAt } from '../src/fabric/policy.js';
import { readSignaturePolicy } from '../src/fabric/signature-policy.js';
import { parsePem } from '../src/x509/certificate.js';
import { issue } from './certificates-fixture.js';
import { serialized } from './organisation-fixture.js';
import { envelope, identity, principal, rolePrincipal, type Rule } from './policy-fixture.js';
import { refuses } from './rejections.js';
import { times } from '../../test/sampling.js';

const MEMBER = 0;
const [A, B, C] = ['A', 'B', 'C'] as const;
const isSatisfied = (rule: Rule, organisations: readonly string[], signers: readonly string[]): boolean =>
  readSignaturePolicy(
    envelope(
      rule,
      organisations.map((mspId) => rolePrincipal(mspId, MEMBER)),
    ),
  ).isSatisfiedBy(signers.map((mspId) => identity(mspId)));

// Everything an evaluation could take, all choices tried: what is satisfiable at all. Sets of used signers, as bit masks.
function outcomes(
  rule: Rule,
  organisations: readonly string[],
  signers: readonly string[],
  used: number,
): Set<number> {
  if (typeof rule === 'number') {
    const free = signers.flatMap((mspId, at) =>
      mspId === organisations[rule] && (used & (1 << at)) === 0 ? [used | (1 << at)] : [],
    );
    return new Set(free);
  }
  let states = new Map<string, [number, number]>([[`${used} 0`, [used, 0]]]);
  for (const part of rule.rules) {
    const next = new Map(states);
    for (const [mask, count] of states.values()) {
      for (const after of outcomes(part, organisations, signers, mask)) {
        next.set(`${after} ${count + 1}`, [after, count + 1]);
      }
    }
    states = next;
  }
  return new Set([...states.values()].filter(([, count]) => count >= rule.n).map(([mask]) => mask));
}

const isSatisfiable = (rule: Rule, organisations: readonly string[], signers: readonly string[]): boolean =>
  outcomes(rule, organisations, signers, 0).size > 0;

// An evaluation after Fabric's prose: left to right, all branches, a failed one gives back; sets instead of arrays of flags.
function greedy(
  rule: Rule,
  organisations: readonly string[],
  signers: readonly string[],
  used: ReadonlySet<number>,
): ReadonlySet<number> | undefined {
  if (typeof rule === 'number') {
    const first = signers.findIndex((mspId, at) => mspId === organisations[rule] && !used.has(at));
    return first < 0 ? undefined : new Set([...used, first]);
  }
  const taken = rule.rules.reduce<{ used: ReadonlySet<number>; count: number }>(
    (so, part) => {
      const after = greedy(part, organisations, signers, so.used);
      return after === undefined ? so : { used: after, count: so.count + 1 };
    },
    { used, count: 0 },
  );
  return taken.count >= rule.n ? taken.used : undefined;
}

const { tree } = fc.letrec<{ tree: Rule; leaf: number }>((tie) => ({
  leaf: fc.nat(2),
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('leaf'),
    fc.record({ n: fc.nat(3), rules: fc.array(tie('tree'), { maxLength: 4 }) }),
  ),
}));
const signersOf = fc.array(fc.constantFrom(A, B, C), { maxLength: 5 });

describe('signature policies', () => {
  it('count signers, not signatures', () => {
    const both: Rule = { n: 2, rules: [0, 1] };
    expect(isSatisfied(both, [A, B], [A, B])).to.equal(true);
    expect(isSatisfied(both, [A, B], [B, A])).to.equal(true);
    expect(isSatisfied(both, [A, B], [A, A])).to.equal(false);
    expect(isSatisfied(both, [A, A], [A])).to.equal(false);
    expect(isSatisfied(both, [A, A], [A, A])).to.equal(true);
    expect(isSatisfied({ n: 2, rules: [0, 1, 2] }, [A, B, C], [C, A])).to.equal(true);
    expect(isSatisfied({ n: 2, rules: [0, 1, 2] }, [A, B, C], [C])).to.equal(false);
  });

  it('are never satisfied by nobody, unless they ask for nobody', () => {
    expect(isSatisfied(0, [A], [])).to.equal(false);
    expect(isSatisfied({ n: 0, rules: [] }, [A], [])).to.equal(true);
    expect(isSatisfied({ n: 1, rules: [] }, [A], [A])).to.equal(false);
  });

  it('a failed branch gives back what it took', () => {
    const rule: Rule = { n: 1, rules: [{ n: 2, rules: [0, 1] }, 0] };
    expect(isSatisfied(rule, [A, B], [A])).to.equal(true);
  });

  it('take more than they need, and so fail where another choice would do, as in Fabric', () => {
    // "A or B" takes both signers, so that nothing is left for "and A".
    const eager: Rule = { n: 2, rules: [{ n: 1, rules: [0, 1] }, 0] };
    expect(isSatisfied(eager, [A, B], [A, B])).to.equal(false);
    expect(isSatisfiable(eager, [A, B], [A, B])).to.equal(true);
    expect(isSatisfied(eager, [A, B], [A, B, A])).to.equal(true);
    // The first that fits is taken: a member principal takes the only peer, and the peer principal finds none.
    const principals = [rolePrincipal(A, 0), rolePrincipal(A, 3)];
    const policy = readSignaturePolicy(envelope({ n: 2, rules: [0, 1] }, principals));
    const [peer, client] = [identity(A, 'peer'), identity(A, 'client')];
    expect(policy.isSatisfiedBy([peer, client])).to.equal(false);
    expect(policy.isSatisfiedBy([client, peer])).to.equal(true);
  });

  it('evaluate as stated, and satisfied ones are satisfiable', () => {
    fc.assert(
      fc.property(tree, signersOf, (rule, signers) => {
        const ours = isSatisfied(rule, [A, B, C], signers);
        expect(ours).to.equal(greedy(rule, [A, B, C], signers, new Set()) !== undefined);
        if (ours) expect(isSatisfiable(rule, [A, B, C], signers)).to.equal(true);
      }),
      { numRuns: times(2000) },
    );
  });

  it('agree with an exhaustive search where every principal stands once', () => {
    const flat = fc.record({ n: fc.nat(4), rules: fc.constant([0, 1, 2]) });
    fc.assert(
      fc.property(flat, signersOf, (rule, signers) => {
        expect(isSatisfied(rule, [A, B, C], signers)).to.equal(isSatisfiable(rule, [A, B, C], signers));
      }),
    );
  });

  it('can be asked again and again', () => {
    const policy = readSignaturePolicy(envelope(0, [rolePrincipal(A, MEMBER)]));
    for (let round = 0; round < 3; round++) expect(policy.isSatisfiedBy([identity(A)])).to.equal(true);
  });

  it('know roles', () => {
    const roles = [undefined, 'admin', 'client', 'peer', 'orderer'] as const;
    for (const [number, wanted] of roles.entries()) {
      const policy = readSignaturePolicy(envelope(0, [rolePrincipal(A, number)]));
      for (const role of roles) {
        expect(policy.isSatisfiedBy([identity(A, role)])).to.equal(number === MEMBER || role === wanted);
        expect(policy.isSatisfiedBy([identity(B, role)])).to.equal(false);
      }
    }
    const admins = readSignaturePolicy(envelope(0, [rolePrincipal(A, 1)]));
    expect(admins.isSatisfiedBy([identity(A, 'client', { isNamedAdmin: true })])).to.equal(true);
  });

  it('know identities and organisational units', async () => {
    const [one, other] = [await issue({ name: 'one' }), await issue({ name: 'one' })];
    const [certificate, stranger] = [parsePem(one.pem), parsePem(other.pem)];
    const byIdentity = readSignaturePolicy(envelope(0, [principal(2, serialized(A, one.pem))]));
    expect(byIdentity.isSatisfiedBy([{ mspId: A, role: 'peer', certificate }])).to.equal(true);
    expect(byIdentity.isSatisfiedBy([{ mspId: B, role: 'peer', certificate }])).to.equal(false);
    expect(byIdentity.isSatisfiedBy([{ mspId: A, role: 'peer', certificate: stranger }])).to.equal(false);

    const unit = new msp.OrganizationUnit();
    unit.setMspIdentifier(A);
    unit.setOrganizationalUnitIdentifier('sales');
    unit.setCertifiersIdentifier(Uint8Array.of(0xab));
    const byUnit = readSignaturePolicy(envelope(0, [principal(1, unit.serializeBinary())]));
    expect(byUnit.isSatisfiedBy([identity(A, 'peer', { certifiers: 'ab' })])).to.equal(true);
    expect(byUnit.isSatisfiedBy([identity(A, 'peer', { certifiers: 'ac' })])).to.equal(false);
    expect(byUnit.isSatisfiedBy([identity(A, 'peer')])).to.equal(false);
    expect(byUnit.isSatisfiedBy([identity(B, 'peer', { certifiers: 'ab' })])).to.equal(false);
  });

  it('refuse what they do not know', async () => {
    const member = rolePrincipal(A, MEMBER);
    const unknown = [
      envelope(0, [rolePrincipal(A, 5)]),
      envelope(0, [principal(3, new Uint8Array())]),
      envelope(0, [principal(4, new Uint8Array())]),
      envelope(0, [principal(9, new Uint8Array())]),
      envelope(1, [member]),
      envelope(-1, [member]),
      envelope({ n: -1, rules: [0] }, [member]),
      envelope(0, [member], 1),
      new Uint8Array(),
      Uint8Array.of(0x12, 6, 0x08, 0, 0x12, 2, 8, 1),
    ];
    for (const bytes of unknown) await refuses(() => readSignaturePolicy(bytes), 'POLICY_UNKNOWN');
  });

  it('refuse depth and number without end', async () => {
    const member = rolePrincipal(A, MEMBER);
    let deep: Rule = 0;
    for (let depth = 0; depth < 17; depth++) deep = { n: 1, rules: [deep] };
    await refuses(() => readSignaturePolicy(envelope(deep, [member])), 'TOO_LARGE');
    const wide: Rule = { n: 1, rules: new Array<Rule>(5000).fill(0) };
    await refuses(() => readSignaturePolicy(envelope(wide, [member])), 'TOO_LARGE');
    await refuses(() => readSignaturePolicy(envelope(0, new Array(1025).fill(member))), 'TOO_LARGE');
  });
});

const META = { any: 0, all: 1, majority: 2 } as const;

function policyBytes(type: number, value: Uint8Array): Uint8Array {
  const policy = new common.Policy();
  policy.setType(type);
  policy.setValue(value);
  return policy.serializeBinary();
}

function implicit(rule: number, subPolicy = 'Signers'): Uint8Array {
  const meta = new common.ImplicitMetaPolicy();
  meta.setRule(rule as 0);
  meta.setSubPolicy(subPolicy);
  return policyBytes(3, meta.serializeBinary());
}

const group = (
  groups: Readonly<Record<string, ConfigGroup>>,
  policies: Readonly<Record<string, Uint8Array>> = {},
): ConfigGroup => ({
  groups: new Map(Object.entries(groups)),
  values: new Map(),
  policies: new Map(Object.entries(policies)),
});

const organisationGroup = (mspId: string): ConfigGroup =>
  group({}, { Signers: policyBytes(1, envelope(0, [rolePrincipal(mspId, MEMBER)])) });

describe('policies of a channel', () => {
  const channelOf = (policy: Uint8Array, ...organisations: readonly string[]): ConfigGroup => {
    const groups = Object.fromEntries(organisations.map((mspId) => [mspId, organisationGroup(mspId)]));
    return group({ Application: group(groups, { Policy: policy }) }, { Top: implicit(META.any, 'Policy') });
  };
  const holds = (channel: ConfigGroup, ...signers: readonly string[]): boolean =>
    policyAt(channel, '/Channel/Application/Policy').isSatisfiedBy(signers.map((mspId) => identity(mspId)));

  it('count groups for any, all and the majority', () => {
    const four = ['A', 'B', 'C', 'D'];
    const needed = { any: 1, all: 4, majority: 3 };
    for (const rule of ['any', 'all', 'majority'] as const) {
      const channel = channelOf(implicit(META[rule]), ...four);
      for (let signers = 0; signers <= 4; signers++) {
        expect(holds(channel, ...four.slice(0, signers))).to.equal(signers >= needed[rule]);
      }
      expect(holds(channel, 'E', 'F', 'A', 'A', 'A')).to.equal(rule === 'any');
    }
    const three = channelOf(implicit(META.majority), 'A', 'B', 'C');
    expect([holds(three, 'A'), holds(three, 'A', 'C')]).to.deep.equal([false, true]);
  });

  it('take a group without the policy for one that does not agree', () => {
    const groups = { A: organisationGroup('A'), B: organisationGroup('B'), C: group({}) };
    const channel = (rule: number): ConfigGroup =>
      group({ Application: group(groups, { Policy: implicit(rule) }) });
    expect(holds(channel(META.majority), 'A', 'B', 'C')).to.equal(true);
    expect(holds(channel(META.majority), 'A', 'C')).to.equal(false);
    expect(holds(channel(META.all), 'A', 'B', 'C')).to.equal(false);
  });

  it('ask nobody where there are no groups, as in Fabric', () => {
    for (const rule of Object.values(META)) expect(holds(channelOf(implicit(rule)), 'A')).to.equal(true);
  });

  it('reach through levels', () => {
    const top = policyAt(channelOf(implicit(META.all), 'A', 'B'), '/Channel/Top');
    expect(top.isSatisfiedBy([identity('A'), identity('B')])).to.equal(true);
    expect(top.isSatisfiedBy([identity('A')])).to.equal(false);
    const one = policyAt(channelOf(implicit(META.all), 'A', 'B'), '/Channel/Application/B/Signers');
    expect(one.isSatisfiedBy([identity('B')])).to.equal(true);
  });

  it('refuse a path that leads nowhere, and forms they do not know', async () => {
    const channel = channelOf(implicit(META.any), 'A');
    const paths = [
      '/Channel',
      '/Channel/',
      '/Channel/Application/Other',
      'Application/Policy',
      '/Other/Top',
      '',
    ];
    for (const path of [...paths, '/Channel/Orderer/BlockValidation', '/Channel/Application/Z/Signers']) {
      await refuses(() => policyAt(channel, path), 'POLICY_UNKNOWN');
    }
    for (const bytes of [implicit(3), policyBytes(2, new Uint8Array()), new Uint8Array()]) {
      await refuses(() => policyAt(channelOf(bytes, 'A'), '/Channel/Application/Policy'), 'POLICY_UNKNOWN');
    }
  });
});
