import { deriveId, digestOf, keys, type Component, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { attest, attestByProvider, attesting, under } from './duties.js';
import {
  buyer,
  buyerKey,
  constraint,
  fork,
  granted,
  patch,
  policyOf,
  registered,
  steelKey,
  third,
  thirdKey,
  use,
  type Granted,
  type Setting,
} from './rights.js';
import { someId } from './seeds.js';
import { regulator, steel } from './world.js';

type Changes = Readonly<Record<string, unknown>>;
const industry = (value: string) => [{ operand: 'industry', value }];
const paid = { operand: 'payAmount', value: { '@value': '100', '@type': 'CNY' } };

let setting: Setting;
before(async () => (setting = await registered()));

describe('attestations:Make and Withdraw', () => {
  let at: Granted;
  beforeEach(async () => (at = await granted(fork(setting))));

  const refusal = (changes: Changes = {}, by = buyerKey) =>
    at.world.refusal(by, 'attestations:Make', attesting(at, changes));

  it('is a statement of a component, in the signature of its key', async () => {
    const request = attesting(at);
    const made = await at.world.run(buyerKey, 'attestations:Make', request);
    const attestationId = deriveId('attestation', { mspId: 'ComponentMSP' }, request);
    expect(made).to.deep.equal({ attestationId, state: 'MADE' });
    expect(at.world.get(keys.attestation(attestationId))).to.deep.include({
      state: 'MADE',
      grant: at.grantId,
      component: at.buyerComponent,
      by: buyer.participant,
      facts: industry('steel'),
      madeAt: at.world.now,
      signedBy: buyerKey.keyDigest,
    });
    expect(await at.world.refusal(buyerKey, 'attestations:Make', request)).to.equal('ALREADY_EXISTS');
  });

  it('is not one of a person, whatever the office', async () => {
    expect(await refusal({}, buyer)).to.equal('NOT_COMPONENT_KEY');
    expect(await refusal({ component: at.steelComponent })).to.equal('COMPONENT_NOT_CERTIFIED');
    expect(await refusal({ component: someId('component') })).to.equal('COMPONENT_NOT_CERTIFIED');
  });

  it('is not one of a component that is suspended or whose certificate has run out', async () => {
    patch(at.world, keys.component(at.buyerComponent), { state: 'SUSPENDED' });
    expect(await refusal()).to.equal('COMPONENT_NOT_CERTIFIED');
    patch(at.world, keys.component(at.buyerComponent), { state: 'CERTIFIED', validUntil: at.world.now });
    expect(await refusal()).to.equal('COMPONENT_NOT_CERTIFIED');
  });

  it('is for the parties of the grant, each on what lies with it', async () => {
    expect(await refusal({ component: at.thirdComponent }, thirdKey)).to.equal('NOT_ATTESTING_PARTY');
    expect(await refusal({ facts: [paid] })).to.equal('NOT_ATTESTING_PARTY');
    const bySteel = (facts: unknown) => refusal({ component: at.steelComponent, facts }, steelKey);
    expect(await bySteel([paid])).to.equal(undefined);
    expect(await bySteel(industry('steel'))).to.equal('NOT_ATTESTING_PARTY');
  });

  it('is for the custodian, too', async () => {
    patch(at.world, keys.dataset(at.datasetId), { custodian: third.participant });
    expect(await refusal({ component: at.thirdComponent, facts: [paid] }, thirdKey)).to.equal(undefined);
  });

  it('says nothing that a record of the ledger or the request says', async () => {
    for (const operand of [
      'dateTime',
      'idsc:SECURITY_LEVEL',
      'purpose',
      'count',
      'timeInterval',
      'unheard',
    ]) {
      expect(await refusal({ facts: [{ operand, value: 'TRUST_PLUS' }] }), operand).to.equal(
        'NOT_ATTESTING_PARTY',
      );
    }
  });

  it('names no application but its own', async () => {
    const application = (value: string) => refusal({ facts: [{ operand: 'idsc:APPLICATION', value }] });
    expect(await application(at.buyerComponent)).to.equal(undefined);
    expect(await application(digestOf('manifest'))).to.equal(undefined);
    expect(await application(at.thirdComponent)).to.equal('NOT_ATTESTING_PARTY');
  });

  it('is about an open grant, and valid from now on', async () => {
    expect(await refusal({ grantId: someId('grant') })).to.equal('NOT_FOUND');
    expect(await refusal({ validUntil: at.world.now })).to.equal('PERIOD_INVALID');
    patch(at.world, keys.grant(at.grantId), { state: 'REVOKED' });
    expect(await refusal()).to.equal('ILLEGAL_STATE');
  });

  it('is taken back by who made it, once', async () => {
    const attestationId = await attest(at);
    const withdraw = (by: typeof buyer) => at.world.refusal(by, 'attestations:Withdraw', { attestationId });
    expect(await withdraw(steel)).to.equal('NOT_PARTY');
    await at.world.run(buyer, 'attestations:Withdraw', { attestationId });
    expect(at.world.get(keys.attestation(attestationId)).state).to.equal('WITHDRAWN');
    expect(await withdraw(buyer)).to.equal('ILLEGAL_STATE');
  });
});

describe('usage:Answer: what is attested', () => {
  let at: Granted;
  const steelOnly = policyOf(constraint('industry', 'eq', 'steel'));
  beforeEach(async () => (at = await granted(fork(setting), under(steelOnly))));

  const codeWith = async (...attestations: readonly Id<'attestation'>[]) =>
    (await use(at, attestations.length > 0 ? { attestations } : {})).code;

  it('is believed while it stands, and recorded with its source', async () => {
    expect(await codeWith()).to.equal('CONSTRAINT');
    const attestation = await attest(at);
    const { usageId } = (await use(at, { attestations: [attestation] })) as unknown as {
      usageId: Id<'usage'>;
    };
    const { answer } = at.world.get(keys.usage(usageId));
    expect(answer?.outcome).to.equal('ALLOWED');
    const source = keys.attestation(attestation).text;
    expect(answer?.policy?.world.facts).to.deep.equal([{ operand: 'industry', value: 'steel', source }]);
    const looked = answer?.facts.map(({ key }) => key);
    expect(looked).to.include.members([source, keys.component(at.buyerComponent).text]);
  });

  it('must say what the policy asks, in the request that relies on it', async () => {
    expect(await codeWith(await attest(at, { facts: industry('textiles') }))).to.equal('CONSTRAINT');
    await attest(at);
    expect(await codeWith()).to.equal('CONSTRAINT');
    expect(await codeWith(someId('attestation'))).to.equal('CONSTRAINT');
  });

  it('is not believed after it was withdrawn, has run out, or was made for another grant', async () => {
    const withdrawn = await attest(at);
    await at.world.run(buyer, 'attestations:Withdraw', { attestationId: withdrawn });
    expect(await codeWith(withdrawn), 'withdrawn').to.equal('CONSTRAINT');
    const short = await attest(at, { validUntil: '2026-11-24T08:00:01.000Z' });
    expect(await codeWith(short), 'valid').to.equal(undefined);
    at.world.later(1);
    expect(await codeWith(short), 'run out').to.equal('CONSTRAINT');
    const other = await granted(at);
    expect(await codeWith(await attest(other)), 'another grant').to.equal('CONSTRAINT');
  });

  it('is not believed when its component is no longer what it was', async () => {
    const { componentId } = await at.world.run<{ componentId: Id<'component'> }>(
      regulator,
      'components:Certify',
      {
        nonce: at.world.nonce(),
        owner: buyer.participant,
        name: 'second connector',
        manifest: digestOf('manifest'),
        keys: [buyerKey.keyDigest],
        profile: 'BASE',
        assurance: 1,
        validUntil: '2027-06-01T00:00:00.000Z',
      },
    );
    const attestation = await attest(at, { component: componentId });
    expect(await codeWith(attestation)).to.equal(undefined);
    const key = keys.component(componentId);
    const changed: readonly Partial<Component>[] = [
      { state: 'SUSPENDED' },
      { validUntil: at.world.now },
      { keys: [digestOf('another key')] },
    ];
    for (const changes of changed) {
      const copy = fork(at);
      patch(copy.world, key, changes);
      expect((await use(copy, { attestations: [attestation] })).code).to.equal('CONSTRAINT');
    }
  });

  it('is not believed of what lies with the other side', async () => {
    const attestations = [await attestByProvider(at, [paid])];
    patch(at.world, keys.attestation(attestations[0]!), { facts: industry('steel') });
    expect((await use(at, { attestations })).code).to.equal('CONSTRAINT');
  });

  it('is believed of the provider on what lies with it, in the unit it is stated in', async () => {
    const priced = await granted(fork(setting), under(policyOf(constraint('payAmount', 'gteq', 100, 'CNY'))));
    const codeOf = async (attestation: Id<'attestation'>) =>
      (await use(priced, { attestations: [attestation] })).code;
    expect(await codeOf(await attestByProvider(priced, [paid]))).to.equal(undefined);
    const inEuros = { ...paid, value: { '@value': '100', '@type': 'EUR' } };
    expect(await codeOf(await attestByProvider(priced, [inEuros]))).to.equal('CONSTRAINT');
    const own = await attest(priced);
    patch(priced.world, keys.attestation(own), { facts: [paid] });
    expect(await codeOf(own), 'by the consumer').to.equal('CONSTRAINT');
  });

  it('is believed of an application while the component still is certified with that manifest', async () => {
    const manifest = digestOf('manifest');
    const certified = await granted(
      fork(setting),
      under(policyOf(constraint('idsc:APPLICATION', 'isAnyOf', [manifest]))),
    );
    const facts = [{ operand: 'idsc:APPLICATION', value: manifest }];
    const attestations = [await attest(certified, { facts })];
    expect((await use(certified, { attestations })).code).to.equal(undefined);
    await certified.world.run(regulator, 'components:Renew', {
      componentId: certified.buyerComponent,
      validUntil: '2028-01-01T00:00:00.000Z',
      manifest: digestOf('another manifest'),
    });
    expect((await use(certified, { attestations })).code).to.equal('COMPONENT_PROFILE');
  });
});
