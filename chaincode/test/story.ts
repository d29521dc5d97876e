import { digestOf, type Digest, type Id } from '@tallystick/chaincode/model';
import { governed, operator, registrar, secondRegulator } from './governed.js';
import {
  acknowledging,
  answer,
  answering,
  ask,
  buyer,
  buyerKey,
  claimBody,
  counted,
  fork,
  GENERAL,
  granted,
  HEADER,
  HANDOVER,
  POSSESSION,
  offer,
  offering,
  OPENING,
  place,
  register,
  registered,
  sealedAssessment,
  shared,
  steelKey,
  terms,
  third,
  use,
  versionBody,
  type Granted,
  type Offered,
  type Setting,
} from './rights.js';
import { duties } from './story-duties.js';
import { AGE_RECIPIENT, regulator, RULEBOOK, steel } from './world.js';

/** Every transaction of the ledger at least once, and batches, denials and sealed inputs among them. */
export async function story(): Promise<void> {
  await governance();
  const setting = await registered();
  await datasets(fork(setting));
  await claims(fork(setting));
  await transfer(fork(setting));
  await negotiation(fork(setting));
  await grants(await granted(fork(setting), { terms: terms({ sublicence: { maxDepth: 2 } }) }));
  await uses(await granted(fork(setting), { terms: terms(counted(2)) }));
  await duties(fork(setting));
  await valuations(fork(setting));
  await oversight(fork(setting));
}

const reason = 'because';

async function governance(): Promise<void> {
  const world = await governed(steel);
  const changes = { rulebook: { ...RULEBOOK, version: 2 } };
  const proposal = { nonce: world.nonce(), changes, reason };
  const amendment = await world.run(operator, 'space:ProposeAmendment', proposal);
  for (const approver of [regulator, secondRegulator]) {
    await world.run(approver, 'space:ApproveAmendment', amendment);
  }
  const self = { participantId: steel.participant };
  await world.run(operator, 'space:Pause', { reason });
  await world.run(regulator, 'participants:Suspend', { ...self, reason });
  await world.run(regulator, 'space:Resume', { reason });
  await world.run(secondRegulator, 'participants:Reinstate', { ...self, reason });
  await world.run(steel, 'participants:RotateKey', { ...self, recipient: AGE_RECIPIENT });
  await world.run(steel, 'participants:Exit', { ...self, lapsed: [] });
  await world.refusal(registrar, 'space:Pause', { reason });
}

async function datasets({ world, datasetId }: Setting): Promise<void> {
  const append = { nonce: world.nonce(), datasetId, number: 2, version: versionBody() };
  await world.run(steel, 'datasets:Append', append);
  const classification = { ...GENERAL, level: 'L2' };
  await world.run(steel, 'datasets:Classify', { datasetId, classification, reason });
}

async function claims({ world, datasetId }: Setting): Promise<void> {
  const assert = async (): Promise<{ claimId: Id<'claim'> }> => {
    const claim = claimBody(shared([buyer, 600_000], [third, 400_000]));
    const { claimId } = await world.run<{ claimId: Id<'claim'> }>(buyer, 'claims:Assert', {
      nonce: world.nonce(),
      datasetId,
      claim,
    });
    await world.run(third, 'claims:Consent', { claimId });
    return { claimId };
  };
  await world.run(regulator, 'claims:Reject', { ...(await assert()), code: 'RJ1', reason });
  await world.run(regulator, 'claims:Cancel', { ...(await assert()), reason });
}

async function transfer({ world, claimId, versionId }: Setting): Promise<void> {
  const offered = { to: third.participant, grants: 'PASS', custodian: third.participant };
  const { offerDigest } = await world.run<{ offerDigest: Digest }>(steel, 'claims:OfferTransfer', {
    claimId,
    ...offered,
    versions: [versionId],
    handover: HANDOVER,
  });
  await world.run(third, 'claims:AcceptTransfer', {
    claimId,
    nonce: world.nonce(),
    offerDigest,
    possession: POSSESSION,
  });
}

async function negotiation(at: Setting): Promise<void> {
  const { world } = at;
  const { consumer: _consumer, ...subject } = offering(at);
  const request = { ...subject, provider: steel.participant };
  const asked = await world.run<Offered>(buyer, 'grants:Request', request);
  const counter = {
    grantId: asked.grantId,
    termsDigest: asked.termsDigest,
    terms: terms({ survival: ['report'] }),
  };
  await world.run(steel, 'grants:Counter', counter);
  const [declined, withdrawn] = [await offer(at), await offer(at)];
  await world.run(buyer, 'grants:Decline', { grantId: declined.grantId, reason });
  await world.run(steel, 'grants:Withdraw', { grantId: withdrawn.grantId, reason });
  const shares = shared([steel, 500_000], [third, 500_000]);
  const joint = await register(world, { claim: claimBody(shares) });
  await world.run(third, 'claims:Consent', { claimId: joint.claimId });
  await world.run(regulator, 'claims:Register', { claimId: joint.claimId });
  const { grantId, termsDigest } = await offer({ ...at, ...joint });
  await world.run(third, 'grants:Consent', { grantId, termsDigest });
}

async function grants(at: Granted): Promise<void> {
  const { world, grantId } = at;
  const sublicence = { nonce: world.nonce(), parentId: grantId, consumer: third.participant, terms: terms() };
  const { termsDigest, ...sub } = await world.run<Offered>(buyer, 'grants:Sublicense', sublicence);
  await world.run(third, 'grants:Accept', { grantId: sub.grantId, termsDigest });
  await world.run(steel, 'grants:Suspend', { grantId, reason });
  await use(at);
  await world.run(steel, 'grants:Resume', { grantId, reason });
  for (const side of [steel, buyer]) await world.run(side, 'grants:Terminate', { grantId, reason });
  const other = await granted(at);
  await world.run(steel, 'grants:Revoke', { grantId: other.grantId, reason });
}

async function uses(at: Granted): Promise<void> {
  const { world } = at;
  const asked = [await ask(at), await ask(at), await ask(at), await ask(at)];
  const [first, second, third, unanswered] = asked as [Id<'usage'>, Id<'usage'>, Id<'usage'>, Id<'usage'>];
  await answer(at, first, { slot: 0 });
  await world.run(steelKey, 'usage:Answer', [
    answering(at, second, { slot: 1 }),
    answering(at, third, { slot: 2 }),
  ]);
  await world.run(buyerKey, 'usage:Acknowledge', acknowledging(at, first));
  await world.run(buyer, 'usage:Contest', { usageId: second, reason: 'NOT_DELIVERED' });
  const header = Buffer.from(HEADER).toString('base64');
  await world.run(steel, 'usage:Deliver', { usageId: second, header });
  await world.run(regulator, 'usage:Adjudicate', { usageId: second, finding: 'REJECTED', reason });
  await world.later(RULEBOOK.answerWithin + 1).run(buyer, 'usage:Lapse', { usageId: unanswered });
}

async function valuations(setting: Setting): Promise<void> {
  const { world } = setting;
  const assessment = sealedAssessment(setting);
  await world.run(steel, 'valuations:Assess', assessment, [OPENING]);
  await world.refusal(steel, 'valuations:Assess', { ...assessment, result: '500001' }, [OPENING]);
}

async function oversight({ world, datasetId, steelComponent: componentId }: Setting): Promise<void> {
  const hold = (await place(world, datasetId, 'NO_USE')) as { subject: string; holdId: string };
  await world.run(regulator, 'holds:Release', { ...hold, reason });
  const because = { componentId, reason };
  await world.run(regulator, 'components:Renew', { componentId, validUntil: '2028-06-01T00:00:00.000Z' });
  await world.run(regulator, 'components:Suspend', because);
  await world.run(regulator, 'components:Reinstate', because);
  await world.run(regulator, 'components:Revoke', because);
  const statement = digestOf('statement');
  const file = async (): Promise<object> => {
    const filing = { nonce: world.nonce(), subject: datasetId, respondent: buyer.participant, statement };
    return { disputeId: (await world.run(steel, 'disputes:File', filing))['disputeId'] };
  };
  const [answered, withdrawn] = [await file(), await file()];
  await world.run(buyer, 'disputes:Answer', { ...answered, statement });
  await world.run(buyer, 'disputes:Escalate', { ...answered, reason });
  await world.run(regulator, 'disputes:Resolve', { ...answered, finding: 'SETTLED', outcome: 'Settled' });
  await world.run(steel, 'disputes:Withdraw', { ...withdrawn, reason });
  const stolen = { participant: buyer.participant, key: digestOf('stolen key'), from: world.now };
  await world.run(regulator, 'compromises:Declare', { ...stolen, reason });
}
