import { digestOf, encode, keys, type Digest, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { dutiesOf } from '../src/policy/index.js';
import { under } from './duties.js';
import {
  buyerKey,
  canonical,
  constraint,
  fork,
  granted,
  patch,
  permitting,
  policyOf,
  refined,
  register,
  registered,
  steelKey,
  third,
  thirdKey,
  use,
  versionBody,
  type Granted,
  type Setting,
} from './rights.js';
import { someId } from './seeds.js';
import { steel } from './world.js';

type Changes = Readonly<Record<string, unknown>>;

const REPLACE = permitting({
  duty: [
    {
      action: refined(
        'idsc:REPLACE',
        constraint('idsc:JSON_PATH', 'eq', '$.operator'),
        constraint('idsc:REPLACE_WITH', 'eq', 'XXXX'),
      ),
      constraint: [constraint('event', 'lt', 'policyUsage')],
    },
  ],
});
const ANONYMISE = { ...permitting(), obligation: [{ action: 'anonymize' }] };
const parametersOf = (policy: object) =>
  dutiesOf(canonical(policy)).find(({ kind }) => kind === 'TRANSFORMATION')?.parameters as Digest;

describe('transformations:Attest', () => {
  let setting: Setting & { readonly second: Id<'version'> };
  let at: typeof setting;
  before(async () => {
    const first = await registered();
    const { versionId } = await first.world.run<{ versionId: Id<'version'> }>(steel, 'datasets:Append', {
      nonce: first.world.nonce(),
      datasetId: first.datasetId,
      number: 2,
      version: versionBody(),
    });
    setting = { ...first, second: versionId };
  });
  beforeEach(() => (at = fork(setting)));

  const attesting = (changes: Changes = {}): Changes => ({
    version: at.second,
    of: at.versionId,
    action: 'anonymize',
    parameters: digestOf(encode([])),
    component: at.steelComponent,
    ...changes,
  });
  const attest = (changes: Changes = {}) =>
    at.world.run(steelKey, 'transformations:Attest', attesting(changes));
  const refusal = (changes: Changes = {}, by = steelKey) =>
    at.world.refusal(by, 'transformations:Attest', attesting(changes));

  it('binds two versions, once, in the signature of the custodian’s component', async () => {
    expect(await attest()).to.deep.equal({ version: at.second, action: 'anonymize' });
    expect(at.world.get(keys.transformation(at.second))).to.deep.include({
      version: at.second,
      of: at.versionId,
      component: at.steelComponent,
      by: steel.participant,
      at: at.world.now,
      signedBy: steelKey.keyDigest,
    });
    expect(await refusal()).to.equal('ALREADY_EXISTS');
  });

  it('is for a certified component of the custodian', async () => {
    expect(await refusal({}, steel)).to.equal('NOT_COMPONENT_KEY');
    expect(await refusal({ component: at.buyerComponent }, buyerKey)).to.equal('NOT_CUSTODIAN');
    patch(at.world, keys.component(at.steelComponent), { state: 'SUSPENDED' });
    expect(await refusal()).to.equal('COMPONENT_NOT_CERTIFIED');
    patch(at.world, keys.dataset(at.datasetId), { custodian: third.participant });
    expect(await refusal({ component: at.thirdComponent }, thirdKey)).to.equal(undefined);
  });

  it('is of an earlier version of the same dataset', async () => {
    const other = await register(at.world);
    expect(await refusal({ of: other.versionId })).to.equal('SELECTOR_MISMATCH');
    expect(await refusal({ of: at.second })).to.equal('SELECTOR_MISMATCH');
    expect(await refusal({ version: at.versionId, of: at.second })).to.equal('SELECTOR_MISMATCH');
    expect(await refusal({ of: someId('version') })).to.equal('NOT_FOUND');
  });

  for (const [name, policy, action] of [
    ['a duty', REPLACE, 'idsc:REPLACE'],
    ['an obligation of the policy', ANONYMISE, 'anonymize'],
  ] as const) {
    it(`is what ${name} asks of the version used`, async () => {
      const bound = await granted(at, under(policy));
      const codeOf = async (version: Id<'version'>, copy: Granted = bound) =>
        (await use(copy, { version })).code;
      expect(await codeOf(at.second), 'not made').to.equal('DUTY');
      const right = { action, parameters: parametersOf(policy) };
      for (const wrong of [{ action: 'idsc:HASH' }, { parameters: digestOf('others') }]) {
        const copy = fork(bound);
        await copy.world.run(steelKey, 'transformations:Attest', attesting({ ...right, ...wrong }));
        expect(await codeOf(at.second, copy), 'made otherwise').to.equal('DUTY');
      }
      await attest(right);
      expect(await codeOf(at.second)).to.equal(undefined);
      expect(await codeOf(at.versionId), 'the version it was made from').to.equal('DUTY');
      patch(at.world, keys.component(at.steelComponent), { state: 'SUSPENDED' });
      expect(await codeOf(at.second), 'a component that cannot be believed').to.equal('PROVIDER_COMPONENT');
    });
  }

  it('is believed while its component is certified, though another answers', async () => {
    const bound = await granted(at, under(ANONYMISE));
    await attest({ parameters: parametersOf(ANONYMISE) });
    const key = keys.transformation(at.second);
    patch(at.world, key, { component: at.thirdComponent });
    expect((await use(bound, { version: at.second })).code).to.equal(undefined);
    patch(at.world, keys.component(at.thirdComponent), { state: 'REVOKED' });
    expect((await use(bound, { version: at.second })).code).to.equal('DUTY');
  });

  it('is a state of the artefact that a policy can ask for', async () => {
    const refinement = [constraint('ids:artifactState', 'isAllOf', ['encrypted', 'anonymized'])];
    const bound = await granted(at, under(permitting({ target: { uid: at.datasetId, refinement } })));
    expect((await use(bound, { version: at.second })).code).to.equal('TARGET');
    await attest();
    expect((await use(bound, { version: at.second })).code).to.equal(undefined);
    expect((await use(bound)).code, 'the other version').to.equal('TARGET');
    const sealed = await granted(at, under(policyOf(constraint('ids:artifactState', 'eq', 'encrypted'))));
    expect((await use(sealed)).code).to.equal(undefined);
  });
});
