import type { Id, Usage } from '@tallystick/chaincode/model';
import {
  acknowledging,
  answer,
  answering,
  ask,
  asking,
  buyerKey,
  counted,
  offer,
  OPENING,
  register,
  sealedAssessment,
  steelKey,
  terms,
  type Granted,
} from '../../chaincode/test/rights.js';
import { component as buyer, regulator, RULEBOOK, steel } from '../../chaincode/test/world.js';
import { grantedLedger, type LedgerWorld } from './audit-ledger.js';

export { OPENING };

export type Setting = Granted & { readonly world: LedgerWorld };

/** A valuation whose inputs are sealed: its opening is nowhere on the ledger. */
async function assessSealed(at: Setting): Promise<void> {
  await at.world.run(steel, 'valuations:Assess', sealedAssessment(at), [OPENING]);
}

/** Uses in every state, on two datasets, over four hours. */
async function manyUses(at: Setting): Promise<void> {
  const { world } = at;
  const asked: Id<'usage'>[] = [];
  for (let hour = 0; hour < 3; hour += 1) {
    asked.push(await ask(at), await ask(at));
    world.later(600);
  }
  const [first, second, third, fourth, fifth] = asked as [
    Id<'usage'>,
    Id<'usage'>,
    Id<'usage'>,
    Id<'usage'>,
    Id<'usage'>,
  ];
  await answer(at, first, { slot: 0 });
  await world.run(steelKey, 'usage:Answer', [
    answering(at, second, { slot: 1 }),
    answering(at, third, { slot: 2 }),
    answering(at, fourth, { slot: 3 }),
  ]);
  await world.run(buyerKey, 'usage:Acknowledge', acknowledging(at, first));
  await world.run(buyer, 'usage:Contest', { usageId: second, reason: 'NOT_DELIVERED' });
  world.later(RULEBOOK.answerWithin + 1);
  await world.run(buyer, 'usage:Lapse', { usageId: fifth });
  const other = await register(world);
  await world.run(regulator, 'claims:Register', { claimId: other.claimId });
  const { grantId, termsDigest } = await offer({ ...at, ...other });
  await world.run(buyer, 'grants:Accept', { grantId, termsDigest });
  const elsewhere = { ...at, ...other, grantId };
  await answer(elsewhere, await ask(elsewhere));
  await world.run(buyerKey, 'usage:Request', [asking(elsewhere), asking(elsewhere)]);
}

/** Every usage by what the world remembers, which is no part of the auditor. */
export const usagesIn = ({ state }: LedgerWorld): Usage[] =>
  [...state].filter(([key]) => key.startsWith('usage/')).map(([, text]) => JSON.parse(text) as Usage);

/** A ledger with uses in every state, and one transaction whose opening is nowhere on it. */
export async function busyLedger(): Promise<Setting> {
  const at = await grantedLedger({ terms: terms(counted(3)) });
  await manyUses(at);
  await assessSealed(at);
  return at;
}
