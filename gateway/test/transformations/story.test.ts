import { expect } from 'chai';
import { keys, participantId, type Id, type Transformation } from '@tallystick/chaincode/model';
import { newPolicies } from '../../src/features/policies/policies.js';
import { LARGEST, newTransformations } from '../../src/features/transformations/transformations.js';
import type { TransformAsk, Transformations } from '../../src/features/transformations/port.js';
import { enrolledOf } from '../custody/signers.js';
import { STEEL, termsOf } from '../custody/space.js';
import { ask, attend, caughtUp, storyBeforeEach } from '../custody/story.js';
import { collect, rejection } from '../payload/fixtures.js';

const POLICY = {
  '@type': 'Offer',
  permission: [
    {
      action: 'use',
      duty: [
        {
          action: {
            'rdf:value': { '@id': 'idsc:REPLACE' },
            refinement: [
              { leftOperand: 'idsc:REPLACE_WITH', operator: 'eq', rightOperand: 'n/a' },
              { leftOperand: 'idsc:JSON_PATH', operator: 'eq', rightOperand: "$[*]['mill 2']" },
            ],
          },
        },
      ],
    },
  ],
};
const DUTY = '/permission/0/duty/0';

describe('transformations: before encryption', () => {
  const story = storyBeforeEach({ terms: termsOf({ enforced: POLICY }) });
  let transformations: Transformations;
  beforeEach(async () => {
    const { steel } = story;
    transformations = newTransformations({
      ledger: steel.ledger,
      projection: steel.projection,
      useCases: steel.useCases,
      signer: await enrolledOf(STEEL, 'connector'),
      participant: participantId(STEEL),
      patience: { attempts: 3, pause: 5 },
    });
    await caughtUp(steel, story.space);
  });

  const BY = { identity: 'officer' };

  async function asked(changes: Partial<TransformAsk> = {}): Promise<TransformAsk> {
    const duty = await newPolicies(story.steel.projection).dutyAt({ grant: story.grant, pointer: DUTY });
    return {
      datasetId: story.datasetId as Id<'dataset'>,
      versionId: story.versionId as Id<'version'>,
      duty,
      format: 'csv',
      details: {},
      ...changes,
    };
  }

  it('make the version that a policy asks for, and only that one is released', async () => {
    const { space, steel, buyer } = story;
    // FILE is CSV whose first line is its header: `mill 2` is a column.
    const { grant } = story;
    const duty = await newPolicies(steel.projection).dutyAt({ grant, pointer: DUTY });
    const made = await transformations.transform(BY, await asked({ duty }));
    expect(made).to.include({
      number: 2,
      of: story.versionId,
      action: 'idsc:REPLACE',
      parameters: duty.parameters,
    });
    const record = JSON.parse(
      space.chain.text(keys.transformation(made.versionId).text) ?? '{}',
    ) as Transformation;
    expect(record).to.include({
      of: story.versionId,
      component: space.components[STEEL],
      parameters: duty.parameters,
    });
    const raw = await ask({ ...story, grant });
    const redacted = await ask({ ...story, grant, versionId: made.versionId });
    await attend(steel, space);
    await caughtUp(buyer, space);
    expect(space.usage(raw).answer).to.include({ outcome: 'DENIED', code: 'DUTY' });
    expect(space.usage(redacted).answer?.outcome).to.equal('ALLOWED');
    const opened = await buyer.useCases.openUse({ identity: 'connector' }, redacted, { acknowledge: false });
    const text = (await collect(opened.stream)).toString();
    const [, ...rows] = text.trim().split('\n');
    expect(rows.map((row) => row.slice(0, 4))).to.deep.equal(rows.map(() => 'n/a,'));
  });

  it('read the duty of a policy that is not offered yet, and find the same parameters', async () => {
    const policies = newPolicies(story.steel.projection);
    const ofGrant = await policies.dutyAt({ grant: story.grant, pointer: DUTY });
    const ofPolicy = await policies.dutyAt({ policy: POLICY, pointer: DUTY });
    expect(ofPolicy).to.deep.equal(ofGrant);
    expect(ofGrant.refinements).to.deep.equal({
      'idsc:REPLACE_WITH': 'n/a',
      'idsc:JSON_PATH': "$[*]['mill 2']",
    });
    const code = async (work: Promise<unknown>): Promise<unknown> =>
      ((await rejection(work)) as { code: unknown }).code;
    expect(await code(policies.dutyAt({ policy: POLICY, pointer: '/obligation/0' }))).to.equal(
      'DUTY_NOT_FOUND',
    );
    expect(await code(policies.dutyAt({ policy: 7, pointer: DUTY }))).to.equal('POLICY_UNENFORCEABLE');
    expect(await code(policies.dutyAt({ grant: `grant-${'a'.repeat(52)}`, pointer: DUTY }))).to.equal(
      'NOT_FOUND',
    );
  });

  it('register nothing that could not be transformed', async () => {
    const { space, steel } = story;
    const blocks = space.chain.blocks.length;
    const code = async (changes: Partial<TransformAsk>, of = transformations): Promise<unknown> =>
      ((await rejection(of.transform(BY, await asked(changes)))) as { code: unknown }).code;
    const { duty } = await asked();
    const elsewhere = { ...duty, refinements: { ...duty.refinements, 'idsc:JSON_PATH': '$.nothing' } };
    expect(await code({ duty: elsewhere }), 'selects nothing').to.equal('TRANSFORMATION_FAILED');
    expect(await code({ format: 'json' })).to.equal('TRANSFORMATION_FAILED');
    expect(await code({ datasetId: `dataset-${'a'.repeat(52)}` })).to.equal('VERSION_MISMATCH');
    const key = keys.version(story.versionId as Id<'version'>);
    const record = await steel.projection.record(key);
    const commitment = { ...record!.value.commitment, bytes: String(LARGEST + 1) };
    const large = newTransformations({
      ledger: steel.ledger,
      projection: {
        ...steel.projection,
        record: async (asked) => {
          const found = await steel.projection.record(asked);
          return asked.text === key.text && found
            ? { ...found, value: { ...found.value, commitment } }
            : found;
        },
        list: (query) => steel.projection.list(query),
      },
      useCases: { ...steel.useCases, openOwn: () => Promise.reject(new Error('must not be opened')) },
      signer: await enrolledOf(STEEL, 'connector'),
      participant: participantId(STEEL),
      patience: { attempts: 1, pause: 1 },
    });
    expect(await code({}, large)).to.equal('TOO_LARGE_TO_TRANSFORM');
    expect(space.chain.blocks).to.have.length(blocks);
  });
});
