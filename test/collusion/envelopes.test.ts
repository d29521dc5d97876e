import { expect } from 'chai';
import { encode, type CheckpointBody } from '@tallystick/chaincode/model';
import type { Divergence } from '@tallystick/verifier/audit';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { readIdentities } from '../../gateway/src/identities/index.js';
import { handOver } from '../../scripts/demo/evidence.js';
import { kindsOfSuite } from '../../scripts/space/options.js';
import { oddness } from '../../verifier/test/odd-protobuf.js';
import { USE } from '../policy/lineage.js';
import { grant, termsOf, Trial } from '../policy/classes/trial.js';
import { peerOf } from '../policy/held.js';
import { onStage } from '../policy/stage.js';
import { seed, times } from '../sampling.js';
import { Caller, type Call, type Called } from './calls.js';
import { auditOf } from './court.js';
import { divergencesOf, until } from './majority.js';
import { ODDITIES } from './oddities.js';

/**
 * Odd calls to honest endorsers, by a member that makes its own bytes: refused by the chaincode, or what the rules make of them. If one came
 * out CORRECTED or VOID, a single member could part the peers from whoever folds.
 *
 * TALLYSTICK_SEED says which are spelled at random. TALLYSTICK_SUITE_LEDGER=fabric-bft or fabric-raft (with FABRIC_BIN) tries them on real Fabric.
 */
const kinds = kindsOfSuite();
const count = times(12, 400);

interface Transaction {
  readonly code: string;
  readonly verdict: string;
}

describe(`odd envelopes through honest endorsers (ledger ${kinds.ledger})`, () => {
  const on = onStage();
  let caller: Caller;
  let component: Caller;
  const seen: string[] = [];

  before(async () => {
    const { stage } = on;
    const { mspId } = stage.cast.supplier;
    const others = Object.keys(stage.space.gateways).filter((other) => other !== mspId);
    const peers = await Promise.all([mspId, ...others].map((each) => peerOf(stage.space, each)));
    const identities = await readIdentities(stage.space.gateways[mspId]!.identitiesDir, mspId);
    const { channel } = stage.space.topology;
    caller = new Caller(identities.get('officer')!, channel, peers);
    component = new Caller(identities.get('connector')!, channel, peers);
  });
  after(() => {
    caller.close();
    component.close();
    if (process.env['TALLYSTICK_ENVELOPES_SHOW'] !== undefined) process.stdout.write(`${seen.join('\n')}\n`);
  });

  const declaration = (): Call => ({
    args: ['events:Declare', encode({ nonce: randomBytes(16).toString('hex'), name: 'Fair' })],
  });

  /** What the ledger says of it; `undefined` where nobody ordered it. */
  async function recorded({ txId, refused, unordered }: Called): Promise<Transaction | undefined> {
    if (refused !== undefined || unordered !== undefined) return undefined;
    const { officer } = on.stage.cast.regulator;
    return until(
      () => officer.get<Transaction>(`/transactions/${txId}`).catch(() => undefined),
      (found) => found !== undefined,
    );
  }

  function note(title: string, called: Called, found: Transaction | undefined): void {
    const what = found ? `${found.code} ${found.verdict}` : (called.refused ?? called.unordered ?? '');
    seen.push(`${title}: ${what.slice(0, 300)}`);
  }

  const isFine = (found: Transaction | undefined): boolean =>
    found === undefined || found.verdict === (found.code === 'VALID' ? 'REPLAYED' : 'INVALID');

  it('takes a plain one', async () => {
    const called = await caller.call(declaration());
    expect(called.refused).to.equal(undefined);
    expect(await recorded(called)).to.include({ code: 'VALID', verdict: 'REPLAYED' });
  });

  for (const [title, change] of Object.entries(ODDITIES))
    it(`refuses or replays ${title}`, async () => {
      const called = await caller.call({ ...declaration(), ...change(declaration()) });
      const found = await recorded(called);
      note(title, called, found);
      expect(isFine(found), JSON.stringify(found)).to.equal(true);
    });

  it('refuses or replays whatever is spelled at random', async () => {
    const [offered] = await grant(on.stage, [termsOf(USE)]);
    const asking = (): Call => ({
      args: [
        'usage:Request',
        encode({
          nonce: randomBytes(16).toString('hex'),
          grant: offered!.grantId,
          version: on.stage.version,
          action: 'read',
          purpose: 'predictive-maintenance',
          territory: 'CN-31',
          component: on.stage.software.supplier.id,
          recipient: on.stage.cast.supplier.recipient,
        }),
      ],
    });
    let replayed = 0;
    for (const [index, oddly] of fc.sample(oddness, { numRuns: count, seed }).entries()) {
      const isRequest = index % 2 === 1;
      const called = await (isRequest ? component : caller).call({
        ...(isRequest ? asking() : declaration()),
        // Many an odd proposal is refused: what is odd about an envelope alone is tried as often by itself.
        ...(index % 4 < 2 && { oddly }),
        oddlyWrapped: oddly,
      });
      const found = await recorded(called);
      note(`seed ${seed}, ${index}`, called, found);
      expect(isFine(found), JSON.stringify(found)).to.equal(true);
      if (found?.verdict === 'REPLAYED') replayed += 1;
    }
    expect(replayed).to.be.at.least(count / 4);
  });

  it('has left nothing that any gateway or an audit would call a divergence', async () => {
    const { cast, space } = on.stage;
    for (const member of Object.values({ ...cast })) expect(await divergencesOf(member)).to.deep.equal([]);
    const [offered] = await grant(on.stage, [termsOf(USE)]);
    const usage = await new Trial(on.stage, {}, offered!).ask();
    await cast.supplier.connector.answered(usage);
    const { trust } = await handOver(cast, usage, kinds.ledger);
    const { body } = await cast.steel.officer.get<{ body: CheckpointBody }>('/checkpoints/latest');
    const { divergences, departures, standing } = await auditOf(
      space,
      cast.supplier.mspId,
      trust,
      body.height,
    );
    const isOfReader = ({ reason, facts }: Divergence): boolean =>
      kinds.ledger === 'embedded' &&
      reason === 'FLAGS_DIFFER' &&
      facts['flag'] === 'INVALID_ENDORSER_TRANSACTION';
    // The embedded node reads some odd envelopes more strictly than Fabric, and flags them.
    expect(divergences.filter((each) => !isOfReader(each))).to.deep.equal([]);
    expect(departures).to.deep.equal([]);
    expect(standing.progress.folded.body).to.deep.equal(body);
  });
});
