import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { templateOf } from '../../chaincode/src/policy/templates/index.js';
import { grant, termsOf, Trial } from './classes/trial.js';
import { onStage, PLAINTEXT, register } from './stage.js';

const CONSUMER = 'ComponentMSP';
const DUTY = '/permission/0/duty/0';

interface Listed {
  readonly items: readonly { readonly state: string; readonly fulfilment?: { readonly component: string } }[];
}

describe('gateways that see to duties by themselves', () => {
  const on = onStage(CONSUMER);

  async function trialOf(policy: unknown, stage = on.stage): Promise<Trial> {
    const terms = termsOf(policy);
    const [offered] = await grant(stage, [terms]);
    return new Trial(stage, terms, offered!);
  }

  before(() => on.stage.space.restart(CONSUMER, { TALLYSTICK_OBLIGATIONS: 'on' }));

  it('inform another member’s gateway, whose component states that it was told', async () => {
    const { cast, software } = on.stage;
    const informed = cast.regulator.participant;
    const trial = await trialOf(templateOf('inform')!.make({ informed, within: 'P1D' }));
    const usage = await trial.ask();
    expect(await trial.answered(usage)).to.equal('ALLOWED');
    const duty = async (): Promise<Listed['items'][number] | undefined> =>
      (await cast.steel.connector.get<Listed>(`/obligations?usage=${usage}`)).items[0];
    for (let looks = 0; (await duty())?.state !== 'FULFILLED' && looks < 1200; looks += 1) await sleep(100);
    expect(await duty()).to.include({ state: 'FULFILLED' });
    expect((await duty())?.fulfilment).to.include({ component: software.regulator.id });
  });

  it('make the version that a policy asks for, which alone is released, and explain why', async () => {
    // A dataset of its own: others number the versions of the one that all share.
    const stage = { ...on.stage, ...(await register(on.stage.cast)) };
    const { cast, dataset, version } = stage;
    const policy = templateOf('modify-in-transit')!.make({ path: '$.operator.name', replacement: 'xxxx' });
    const trial = await trialOf(policy, stage);
    const made = await cast.steel.officer.post<{ versionId: string }>(
      `/datasets/${dataset}/versions/${version}/transformations`,
      { grant: trial.grantId, duty: DUTY, format: 'json' },
    );
    const raw = await trial.ask();
    const redacted = await trial.ask({ version: made.versionId });
    expect(await trial.answered(raw)).to.equal('DUTY');
    expect(await trial.answered(redacted)).to.equal('ALLOWED');
    const text = Buffer.from(await cast.supplier.connector.open(redacted)).toString();
    expect(JSON.parse(text)).to.deep.equal({
      ...(JSON.parse(PLAINTEXT) as object),
      operator: { name: 'xxxx' },
    });
    const told = await cast.supplier.connector.get<{ outcome: string; code: string; lines: string[] }>(
      `/usages/${raw}/explanation?language=zh`,
    );
    expect(told).to.include({ outcome: 'DENIED', code: 'DUTY' });
    expect(told.lines.join('')).to.match(/[\u4e00-\u9fff]/);
  });
});
