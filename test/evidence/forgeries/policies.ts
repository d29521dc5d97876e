import { keys, type Usage } from '@tallystick/chaincode/model';
import { reportDigest } from '@tallystick/chaincode/policy';
import { judgeUse } from '@tallystick/chaincode/rules';
import { attest } from '../../../chaincode/test/duties.js';
import { answer, ask } from '../../../chaincode/test/rights.js';
import { regulator } from '../../../chaincode/test/world.js';
import { bound, caseOf, usage, type Case } from '../acts.js';
import { failing, lie, lieBesideTruth, rewriting, type Forgery } from './forgery.js';

/** The consent was withdrawn before the answer; the peers answer as if it stood. */
async function consentWithdrawn(): Promise<Case> {
  const at = await bound();
  const id = await ask(at, { attestations: [await attest(at)] });
  const { grantId } = at;
  const given = at.world.ledger.text(`consents/${grantId}`)!;
  await at.world.run(regulator, 'consents:Withdraw', { grantId, reason: 'misused' });
  at.world.forging = { state: (key, text) => (key === `consents/${grantId}` ? given : text) };
  await answer(at, id);
  return caseOf(at.world, await lieBesideTruth(at.world, usage(id)));
}

/** Nobody attested anything; the peers write a world in which it was, with the report on that world. */
async function worldInvented(): Promise<Case> {
  const at = await bound();
  const id = await ask(at);
  const { terms: agreed } = at.world.get(keys.grant(at.grantId));
  at.world.forging = {
    writes: rewriting('usage/', (record) => {
      const { code: _code, policy, ...given } = record['answer'] as NonNullable<Usage['answer']>;
      const facts = [...policy!.world.facts, { operand: 'industry', value: 'steel' }];
      const world = { ...policy!.world, facts };
      const report = reportDigest(judgeUse(agreed.enforced, record as unknown as Usage, world).report);
      const answered = { ...given, outcome: 'ALLOWED', policy: { report, world } };
      return { ...record, state: 'ALLOWED', answer: answered };
    }),
  };
  await answer(at, id);
  return caseOf(at.world, await lie(at.world, usage(id)));
}

/** The use is allowed, and the duty to delete what it delivers is not written. */
async function obligationLeftOut(): Promise<Case> {
  const at = await bound();
  const id = await ask(at, { attestations: [await attest(at)] });
  at.world.forging = {
    writes: (writes) => {
      for (const key of [...writes.keys()]) if (key.startsWith('obligation/')) writes.delete(key);
    },
  };
  await answer(at, id);
  return caseOf(at.world, await lieBesideTruth(at.world, usage(id)));
}

const untrue = (make: () => Promise<Case>): Forgery =>
  failing('checkpoint.witness', 'SIGNATURE_INVALID', make);
const replayed = (make: () => Promise<Case>): Forgery => failing('decision.replay', 'WRITES_DIFFER', make);

/** What a majority of colluding organisations could make of a policy, its facts and its duties. */
export const POLICIES: Readonly<Record<string, Forgery>> = {
  'allowed-though-consent-withdrawn': untrue(consentWithdrawn),
  'allowed-in-an-invented-world': replayed(worldInvented),
  'obligation-left-out': untrue(obligationLeftOut),
};
