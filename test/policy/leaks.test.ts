import { expect } from 'chai';
import { fileURLToPath } from 'node:url';
import { Problem } from '../../scripts/demo/client.js';
import { templateOf } from '../../chaincode/src/policy/templates/index.js';
import { grant, seconds, termsOf, Trial } from './classes/trial.js';
import { makeVersion } from './classes/versions.js';
import { onStage, PLAINTEXT, type Stage } from './stage.js';

const CHANGED = fileURLToPath(new URL('changed-gateway.mjs', import.meta.url));
const CONSUMER = 'ComponentMSP';
const DUTY = '/permission/0/duty/0';
const LEASE = 6;

async function trialsOf(stage: Stage, count: number): Promise<Trial[]> {
  const terms = termsOf(templateOf('delete-after')!.make({ after: `PT${LEASE}S` }), { lease: LEASE });
  const offered = await grant(
    stage,
    Array.from({ length: count }, () => terms),
  );
  return offered.map((each) => new Trial(stage, terms, each));
}

/** What a consumer gets when it opens a use: the plaintext, or why not. */
async function opening({ stage }: Trial, usageId: string): Promise<string> {
  try {
    return Buffer.from(await stage.cast.supplier.connector.open(usageId)).toString();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

interface Listed {
  readonly items: readonly {
    readonly usage?: string;
    readonly state?: string;
    readonly fulfilment?: { readonly component: string };
  }[];
}

describe('a consumer that has changed its gateway', () => {
  const on = onStage(CONSUMER);
  let honest: Trial;
  let changed: Trial;
  let revoked: Trial;
  let [honestUse, changedUse, revokedUse] = ['', '', ''];

  const seen = (path: string): Promise<Listed> => on.stage.cast.regulator.connector.get<Listed>(path);

  /** A use that is allowed and opened, under a lease, with a copy to be deleted. */
  async function opened(trial: Trial): Promise<string> {
    const usageId = await trial.ask();
    expect(await trial.answered(usageId)).to.equal('ALLOWED');
    expect(await opening(trial, usageId)).to.equal(PLAINTEXT);
    return usageId;
  }

  before(async () => {
    const { space } = on.stage;
    [honest, changed, revoked] = (await trialsOf(on.stage, 3)) as [Trial, Trial, Trial];
    await space.restart(CONSUMER, { TALLYSTICK_OBLIGATIONS: 'on' });
    honestUse = await opened(honest);
    await revoke(honest);
    await seconds(LEASE + 1);
  });

  /** How its deletion stands once it is done, or is not for long. */
  async function deletionOf(usage: string): Promise<string | undefined> {
    for (let looks = 0; ; looks += 1) {
      const [deletion] = (await seen(`/obligations?usage=${usage}`)).items;
      if (deletion?.state !== 'DUE' || looks === 600) return deletion?.state;
      await seconds(0.1);
    }
  }

  const revoke = ({ stage, grantId }: Trial): Promise<unknown> =>
    stage.cast.steel.officer.submit('grants:Revoke', { grantId, reason: 'breach of terms' });

  it('one that has not: the lease of a revoked grant ends, and the copy is deleted in time', async () => {
    expect(await opening(honest, honestUse)).to.be.oneOf(['DENIED', 'KEY_UNKNOWN']);
    expect(await deletionOf(honestUse)).to.equal('FULFILLED');
  });

  describe('and ignores leases and duties', () => {
    before(async () => {
      await on.stage.space.restart(CONSUMER, { NODE_OPTIONS: `--import=${CHANGED}` });
      changedUse = await opened(changed);
      revokedUse = await opened(revoked);
      await revoke(revoked);
      await seconds(LEASE + 1);
    });

    it('keeps the plaintext after its lease has ended, which no ledger prevents', async () => {
      expect(await opening(changed, changedUse)).to.equal(PLAINTEXT);
    });

    it('and after the grant was revoked', async () => {
      expect(await opening(revoked, revokedUse)).to.equal(PLAINTEXT);
    });

    it('is seen to have no lease after the one that ended', async () => {
      expect((await seen(`/leases?usage=${changedUse}`)).items).to.deep.equal([]);
    });

    it('is seen by everyone to be overdue with the deletion', async () => {
      const { items } = await seen(`/obligations?overdue=true&usage=${changedUse}`);
      expect(items.map(({ usage, state }) => [usage, state])).to.deep.equal([[changedUse, 'DUE']]);
    });

    it('is in breach when somebody says so, and is allowed no further use', async () => {
      await changed.escalate(DUTY, { usage: changedUse });
      expect(await changed.use()).to.equal('BREACH');
    });

    it('does not get at another version', async () => {
      const version = await makeVersion(on.stage, 'another month');
      const usage = await changed.ask({ version });
      expect(await changed.answered(usage)).to.equal('BREACH');
      expect(await opening(changed, usage)).to.equal('DENIED');
    });

    it('can state a deletion that it has not made: the lie is signed, and nothing else is to be seen of it', async () => {
      const { supplier } = on.stage.software;
      const { blockNumber } = await changed.fulfil(DUTY, supplier, { usage: changedUse });
      const { items } = await seen(`/obligations?usage=${changedUse}&minBlock=${blockNumber}`);
      expect(items.map(({ state, fulfilment }) => [state, fulfilment?.component])).to.deep.equal([
        ['FULFILLED', supplier.id],
      ]);
      expect(await opening(changed, changedUse)).to.equal(PLAINTEXT);
      expect(await changed.use()).to.equal('ALLOWED');
    });
  });
});
