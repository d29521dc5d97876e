import { keys } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { consent, reason, under } from './duties.js';
import {
  answer,
  ask,
  buyer,
  constraint,
  fork,
  granted,
  offer,
  patch,
  permitting,
  refined,
  registered,
  steelKey,
  terms,
  third,
  use,
  type Granted,
  type Setting,
} from './rights.js';
import { regulator, steel, who } from './world.js';

/** Two of three must consent to each use. */
const POLICY = permitting({
  duty: [
    {
      action: refined('obtainConsent', constraint('count', 'gteq', 2)),
      consentingParty: [third, buyer, regulator].map(({ participant }) => participant),
    },
  ],
});

describe('consents:Give and Withdraw', () => {
  let setting: Setting;
  let at: Granted;
  before(async () => (setting = await registered()));
  beforeEach(async () => (at = await granted(fork(setting), under(POLICY))));

  const recordOf = ({ world, grantId }: Granted) => world.get(keys.consents(grantId)).consents;
  const withdraw = (by: typeof third) =>
    at.world.run(by, 'consents:Withdraw', { grantId: at.grantId, reason });
  const refusalOf = (by: typeof third, verb: string, more: object) =>
    at.world.refusal(by, `consents:${verb}`, { grantId: at.grantId, ...more });
  const named = () => ({ termsDigest: at.world.get(keys.grant(at.grantId)).termsDigest });
  const isAllowed = async (copy = fork(at)) => (await use(copy)).code ?? 'ALLOWED';

  it('lets a use through when so many of the parties have consented', async () => {
    expect(await isAllowed()).to.equal('CONSENT');
    expect(await consent(at, third)).to.deep.equal({ grantId: at.grantId, consents: 1 });
    expect(await isAllowed()).to.equal('CONSENT');
    expect(await consent(at, regulator)).to.deep.equal({ grantId: at.grantId, consents: 2 });
    expect(await isAllowed()).to.equal('ALLOWED');
    expect(recordOf(at).map(({ by }) => by)).to.deep.equal([third.participant, regulator.participant]);
  });

  it('is taken back at any time, and given again', async () => {
    for (const party of [third, regulator]) await consent(at, party);
    const usageId = await ask(at);
    await withdraw(third);
    expect((await answer(at, usageId)).code).to.equal('CONSENT');
    expect(recordOf(at)[0]).to.deep.include({ withdrawn: { at: at.world.now, reason } });
    await consent(at, third);
    expect(await isAllowed()).to.equal('ALLOWED');
    expect(recordOf(at)).to.have.lengthOf(2);
  });

  it('is taken back even by who may do nothing else', async () => {
    await consent(at);
    patch(at.world, keys.participant(third.participant), { state: 'SUSPENDED' });
    await at.world.run(regulator, 'space:Pause', { reason });
    await withdraw(third);
  });

  it('is for the parties the policy names', async () => {
    expect(await refusalOf(steel, 'Give', named())).to.equal('NOT_CONSENTING_PARTY');
    expect(await refusalOf(who('ThirdMSP', 'operator'), 'Give', named())).to.equal('NOT_AUTHORISED');
    expect(await refusalOf(third, 'Withdraw', { reason })).to.equal('NOT_CONSENTING_PARTY');
  });

  it('is given once, and taken back once', async () => {
    await consent(at);
    expect(await refusalOf(third, 'Give', named())).to.equal('ALREADY_CONSENTED');
    await withdraw(third);
    expect(await refusalOf(third, 'Withdraw', { reason })).to.equal('ILLEGAL_STATE');
  });

  it('is to the very terms it names, and void for others', async () => {
    const { grantId, termsDigest } = await offer(at, under(POLICY));
    const open = { ...at, grantId };
    await consent(open);
    const countered = await at.world.run(buyer, 'grants:Counter', {
      grantId,
      termsDigest,
      terms: terms({ enforced: POLICY, survival: ['report'] }),
    });
    expect(await at.world.refusal(third, 'consents:Give', { grantId, termsDigest })).to.equal(
      'TERMS_CHANGED',
    );
    await at.world.run(steel, 'grants:Accept', { grantId, termsDigest: countered['termsDigest'] });
    expect(await consent(open, regulator)).to.deep.equal({ grantId, consents: 1 });
    expect(await isAllowed(fork(open))).to.equal('CONSENT');
    expect(recordOf(open).map(({ by }) => by)).to.deep.equal([regulator.participant]);
    await consent(open, third);
    expect(await isAllowed(fork(open))).to.equal('ALLOWED');
  });

  it('is not asked for what has ended', async () => {
    await at.world.run(steel, 'grants:Revoke', { grantId: at.grantId, reason });
    expect(await refusalOf(third, 'Give', named())).to.equal('ILLEGAL_STATE');
  });

  it('is one record, however many use the grant', async () => {
    for (const party of [third, regulator]) await consent(at, party);
    const before = at.world.state.get(keys.consents(at.grantId).text);
    await answer(at, await ask(at), {}, steelKey);
    expect(at.world.state.get(keys.consents(at.grantId).text)).to.equal(before);
  });
});
