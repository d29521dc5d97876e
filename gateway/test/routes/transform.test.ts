import { expect } from 'chai';
import { PolicyError } from '../../src/features/policies/port.js';
import { TransformError } from '../../src/features/transformations/port.js';
import { sampleId, terms } from '../http/samples.js';
import { problemIn, ServedApp } from '../http/served-app.js';

const PATH = `/datasets/${sampleId('dataset')}/versions/${sampleId('version')}/transformations`;
const DUTY = '/permission/0/duty/0';
const asked = { grant: sampleId('grant'), duty: DUTY, format: 'csv', drop: ['$[*].name'] };

describe('transformations by HTTP', () => {
  let app: ServedApp;
  beforeEach(async () => {
    app = await new ServedApp().start();
  });
  afterEach(() => app.stop());

  it('take the duty from a grant or a policy', async () => {
    const response = await app.post(PATH, asked);
    expect(response.status).to.equal(201);
    expect(response.headers.get('location')).to.equal(`/versions/${sampleId('version', 'made')}`);
    expect(await response.json()).to.include({
      number: 2,
      action: 'idsc:REPLACE',
      bytes: '5',
      blockNumber: 8,
    });
    expect(app.transformed[0]).to.deep.include({ format: 'csv', details: { drop: ['$[*].name'] } });
    const { grant: _grant, ...rest } = asked;
    expect((await app.post(PATH, { ...rest, policy: terms.enforced })).status).to.equal(201);
  });

  it('refuse what is not one of both, or not well formed', async () => {
    const { grant, ...rest } = asked;
    for (const bad of [
      rest,
      { ...asked, policy: terms.enforced },
      { ...asked, duty: '/permission/0' },
      { ...asked, format: 'xml' },
      { ...asked, minimum: 2 },
      { ...asked, surplus: 1 },
      { ...rest, grant: `${grant}a` },
    ]) {
      expect((await app.post(PATH, bad)).status, JSON.stringify(bad)).to.equal(400);
    }
    expect(app.transformed).to.deep.equal([]);
  });

  it('say why not', async () => {
    app.transform = () => Promise.reject(new TransformError('TRANSFORMATION_FAILED', '$.x selects nothing'));
    const failed = await app.post(PATH, asked);
    expect(failed.status).to.equal(422);
    expect(await problemIn(failed)).to.include({
      code: 'TRANSFORMATION_FAILED',
      detail: '$.x selects nothing',
    });
    app.transform = () => Promise.reject(new TransformError('TOO_LARGE_TO_TRANSFORM', 'x'));
    expect((await app.post(PATH, asked)).status).to.equal(413);
    const errors = [{ pointer: '/policy/permission', reason: 'x' }];
    app.policies.dutyAt = () => Promise.reject(new PolicyError('POLICY_UNENFORCEABLE', 'x', { errors }));
    expect((await problemIn(await app.post(PATH, asked))).errors).to.deep.equal(errors);
  });
});
