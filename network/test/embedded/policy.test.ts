import { expect } from 'chai';
import fc from 'fast-check';
import { common } from '@hyperledger/fabric-protos';
import type { EndorsementRule } from '../../src/embedded/config.js';
import { planEndorsement, type Peer } from '../../src/embedded/endorsement-plan.js';
import type { Identity, Role } from '../../src/embedded/msp.js';
import {
  compileSignaturePolicy,
  implicitPolicy,
  implicitThreshold,
  validSigners,
  type Policy,
} from '../../src/embedded/policy.js';
import { signaturePolicy } from '../../src/embedded/signature-policy.js';
import { times } from '../../../test/sampling.js';

function identity(mspId: string, role: Role, key = `${mspId} ${role}`, problem?: string): Identity {
  return { mspId, role, key, problem, isIssued: true, certificate: undefined as never, verify: () => true };
}

const by = (mspId: string, role: 'peer' | 'member' = 'peer'): EndorsementRule => ({
  signedBy: { mspId, role },
});
const nOf = (n: number, ...of: EndorsementRule[]): EndorsementRule => ({ n, of });
const compile = (rule: EndorsementRule): Policy => compileSignaturePolicy(signaturePolicy(rule));

/** Fabric's evaluation written the other way round: which signers are left, or nothing when the rule fails. */
function remaining(rule: EndorsementRule, signers: readonly Identity[]): readonly Identity[] | undefined {
  if ('signedBy' in rule) {
    const { mspId, role } = rule.signedBy;
    const found = signers.find(
      (signer) =>
        signer.mspId === mspId && signer.problem === undefined && (role === 'member' || signer.role === role),
    );
    return found && signers.filter((signer) => signer !== found);
  }
  let left = signers;
  let satisfied = 0;
  for (const inner of rule.of) {
    const after = remaining(inner, left);
    if (!after) continue;
    left = after;
    satisfied += 1;
  }
  return satisfied >= rule.n ? left : undefined;
}

const [peer1, peer2, peer3] = ['Org1', 'Org2', 'Org3'].map((mspId) => identity(mspId, 'peer'));

describe('embedded node: policies', () => {
  it('spends each signer once', () => {
    expect(compile(nOf(2, by('Org1'), by('Org1')))([peer1!])).equals(false);
    expect(compile(nOf(2, by('Org1'), by('Org1')))([peer1!, identity('Org1', 'peer', 'another')])).equals(
      true,
    );
    expect(compile(nOf(2, by('Org1'), by('Org1', 'member')))([peer1!])).equals(false);
  });

  it('gives signers back when a branch fails', () => {
    const policy = compile(nOf(1, nOf(2, by('Org1'), by('Org2')), by('Org1')));
    expect(policy([peer1!])).equals(true);
  });

  it('is greedy: the order of rules and signers can matter, as in Fabric', () => {
    const client = identity('Org1', 'client');
    const policy = compile(nOf(2, by('Org1', 'member'), by('Org1')));
    expect(policy([client, peer1!])).equals(true);
    expect(policy([peer1!, client])).equals(false);
  });

  it('counts only valid members of the right organisation and role', () => {
    expect(compile(by('Org1'))([identity('Org1', 'client')])).equals(false);
    expect(compile(by('Org1'))([peer2!])).equals(false);
    expect(compile(by('Org1', 'member'))([identity('Org1', 'peer', 'revoked', 'revoked')])).equals(false);
  });

  it('agrees with an independent evaluation of any policy over any signers', () => {
    const mspId = fc.constantFrom('Org1', 'Org2', 'Org3');
    const rule = fc.letrec<{ rule: EndorsementRule }>((tie) => ({
      rule: fc.oneof(
        { maxDepth: 3 },
        fc.record({
          signedBy: fc.record({ mspId, role: fc.constantFrom('peer' as const, 'member' as const) }),
        }),
        fc
          .array(tie('rule'), { minLength: 1, maxLength: 4 })
          .chain((of) => fc.integer({ min: 1, max: of.length }).map((n) => ({ n, of }))),
      ),
    })).rule;
    const signer = fc.record({
      mspId,
      role: fc.constantFrom<Role>('peer', 'client'),
      isRevoked: fc.boolean(),
    });
    fc.assert(
      fc.property(rule, fc.array(signer, { maxLength: 5 }), (each, given) => {
        const signers = given.map(({ mspId: id, role, isRevoked }, i) =>
          identity(id, role, String(i), isRevoked ? 'revoked' : undefined),
        );
        expect(compile(each)(signers)).equals(remaining(each, signers) !== undefined);
      }),
      { numRuns: times(500) },
    );
  });

  it('needs more than half for MAJORITY', () => {
    const { ANY, ALL, MAJORITY } = common.ImplicitMetaPolicy.Rule;
    expect([1, 2, 3, 4, 5, 6, 7].map((n) => implicitThreshold(MAJORITY, n))).deep.equals([
      1, 2, 2, 3, 3, 4, 4,
    ]);
    expect([ANY, ALL].map((rule) => implicitThreshold(rule, 3))).deep.equals([1, 3]);
    expect(implicitThreshold(MAJORITY, 0)).equals(0);
    const policy = implicitPolicy(
      MAJORITY,
      ['Org1', 'Org2', 'Org3'].map((mspId) => compile(by(mspId))),
    );
    expect(policy([peer1!, peer3!])).equals(true);
    expect(policy([peer1!])).equals(false);
  });

  it('refuses rules that name no principal, and principals that are no roles', () => {
    const missing = signaturePolicy(by('Org1'));
    missing.setIdentitiesList([]);
    expect(() => compileSignaturePolicy(missing)).throws('names no principal');
    expect(() => compileSignaturePolicy(new common.SignaturePolicyEnvelope())).throws('without a rule');
    const byName = signaturePolicy(by('Org1'));
    byName.getIdentitiesList()[0]!.setPrincipalClassification(2);
    expect(() => compileSignaturePolicy(byName)).throws('unsupported by the embedded node');
  });

  it('counts a certificate once, and no signature that does not hold', () => {
    const known: Record<string, Identity> = {
      a: identity('Org1', 'peer'),
      'a again': identity('Org1', 'peer'),
      forged: { ...identity('Org2', 'peer'), verify: () => false },
    };
    const signed = (name: string): { identity: Uint8Array; data: Uint8Array; signature: Uint8Array } => ({
      identity: Buffer.from(name),
      data: Buffer.from('data'),
      signature: Buffer.from('signature'),
    });
    const identities = { find: (bytes: Uint8Array) => known[Buffer.from(bytes).toString()] };
    const signers = validSigners(['a', 'a again', 'forged', 'unknown'].map(signed), identities);
    expect(signers.map(({ mspId }) => mspId)).deep.equals(['Org1']);
  });

  describe('endorsement plan', () => {
    const peers = ['Org1', 'Org2', 'Org3'].map((mspId): Peer => ({
      mspId,
      address: mspId,
      signer: undefined as never,
    }));
    const plan = (rule: EndorsementRule, own: number): string[] | undefined =>
      planEndorsement(compile(rule), peers[own]!, peers, ({ mspId }) => identity(mspId, 'peer'))?.map(
        ({ mspId }) => mspId,
      );

    it('is as small as possible, with the own peer first where it helps', () => {
      const majority = nOf(2, by('Org1'), by('Org2'), by('Org3'));
      expect([0, 1, 2].map((own) => plan(majority, own))).deep.equals([
        ['Org1', 'Org2'],
        ['Org2', 'Org1'],
        ['Org3', 'Org1'],
      ]);
      expect(plan(by('Org3'), 0)).deep.equals(['Org3']);
      expect(plan(nOf(3, by('Org1'), by('Org2'), by('Org3')), 1)).deep.equals(['Org2', 'Org1', 'Org3']);
    });

    it('does not exist where nobody can satisfy the policy', () => {
      expect(plan(by('Org9'), 0)).equals(undefined);
      expect(plan(nOf(2, by('Org1'), by('Org1')), 0)).equals(undefined);
    });
  });
});
