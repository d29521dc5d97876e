import { expect } from 'chai';
import { webcrypto } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readTrust, verify, type Trust, type Verdict } from '@tallystick/verifier';
import { castOf, type Cast } from '../../scripts/demo/cast.js';
import { evidenceOf, handOver } from '../../scripts/demo/evidence.js';
import { refusals } from '../../scripts/demo/refusals.js';
import { Narrator } from '../../scripts/demo/report.js';
import { inDays } from '../../scripts/demo/requests.js';
import { found, grant, register, use, value, type Scene } from '../../scripts/demo/story.js';
import { startSpace, type Space } from '../../scripts/space.js';
import { kindsOfSuite } from '../../scripts/space/options.js';

const kinds = kindsOfSuite();

const troubles = ({ steps }: Verdict): readonly string[] =>
  steps
    .filter(({ result }) => result === 'fail')
    .map(({ code, subject, reason, facts }) => `${code} ${subject} ${reason ?? ''} ${JSON.stringify(facts)}`);

const NOBODY = `sha256:${'0'.repeat(64)}`;

const trusting = (text: string): Trust['witnesses']['named'] => readTrust(text).witnesses.named;

const withWitnesses = (text: string, changes: object): string => {
  const trust = JSON.parse(text) as { witnesses: object };
  return JSON.stringify({ ...trust, witnesses: { ...trust.witnesses, ...changes } });
};

/** Steps that could not be evaluated and without which there is no verdict. */
const openSteps = ({ steps }: Verdict): readonly string[] =>
  steps
    .filter(({ code, result }) => code === 'checkpoint.witnesses' && result === 'not-evaluated')
    .map(({ code, reason }) => `${code} ${reason ?? ''}`);

/** Evidence as gateways make it, on whatever ledger the suite runs on, before a verifier that knows only the trust file. */
describe(`evidence, end to end (ledger ${kinds.ledger}, store ${kinds.store})`, () => {
  const narrator = new Narrator(() => undefined);
  const file = new Blob(['stroke;1.7\n'.repeat(20_000)]);
  let space: Space;
  let cast: Cast;
  let scene: Scene;
  let usage: string;
  let trust: string;

  before(async () => {
    space = await startSpace({ dataDir: await mkdtemp(join(tmpdir(), 'tallystick-evidence-')), ...kinds });
    cast = await castOf(space);
    const component = await found(cast, narrator);
    scene = await register(cast, file, component, narrator);
    const grantId = await grant(scene, 'grant', { uses: 1, until: inDays(90) });
    await use(scene, grantId);
    await value(scene, grantId);
    await refusals(scene, grantId);
    usage = narrator.report.ids['usage'] ?? '';
  });
  after(async () => {
    await space.stop();
    await rm(space.dataDir, { recursive: true, force: true });
  });

  const verdictOn = (evidence: Uint8Array, text = trust): Promise<Verdict> =>
    verify({ evidence, trust: readTrust(text), payload: file.stream() }, webcrypto.subtle);

  for (const maker of ['steel', 'supplier', 'regulator'] as const) {
    it(`verifies what ${maker} hands over, by what the two others print`, async () => {
      const handed = await handOver(cast, usage, kinds.ledger, maker);
      trust = handed.trust;
      const verdict = await verdictOn(handed.evidence);
      const isOwner = maker === 'steel';
      expect(troubles(verdict)).to.deep.equal([]);
      expect(verdict.outcome).to.equal('VERIFIED');
      const named = trusting(trust).map(({ mspId }) => mspId);
      expect(verdict.witnesses.map(({ mspId }) => mspId)).to.have.members(named);
      expect(verdict.asOf?.at).to.be.a('string');
      // Nobody contests what they have acknowledged.
      expect(verdict.isFinal).to.equal(true);
      expect(verdict.parties.map(({ mspId }) => mspId)).to.include.members(['SteelMSP', 'ComponentMSP']);
      expect(verdict.decision).to.include({ outcome: 'ALLOWED', state: 'ACKNOWLEDGED' });
      const payload = verdict.steps.find(({ code }) => code === 'payload.commitment');
      if (isOwner) expect(payload?.result).to.equal('pass');
      expect(gzipSync(handed.evidence).length).to.be.at.most(48 * 1024);
    });
  }

  it('verifies the full profile, every transaction of every block folded', async () => {
    const verdict = await verdictOn(await evidenceOf(cast.supplier.operator, usage, 'full'));
    expect(troubles(verdict)).to.deep.equal([]);
    expect(verdict.outcome).to.equal('VERIFIED');
    for (const wanted of ['block.integrity', 'ledger.fold', 'checkpoint.body'] as const) {
      const made = verdict.steps.filter(({ code }) => code === wanted);
      expect(new Set(made.map(({ result }) => result)), wanted).to.deep.equal(new Set(['pass']));
    }
  });

  it('verifies evidence of the claim, the grant and the valuation', async () => {
    const { claim = '', grant: grantId = '', valuation = '' } = narrator.report.ids;
    for (const path of [`/claims/${claim}`, `/grants/${grantId}`, `/valuations/${valuation}`]) {
      const text = await cast.steel.operator.text(`${path}/evidence?openings=true`);
      const verdict = await verify(
        { evidence: new TextEncoder().encode(text), trust: readTrust(trust) },
        webcrypto.subtle,
      );
      expect(troubles(verdict), path).to.deep.equal([]);
      expect(verdict.outcome, path).to.equal('VERIFIED');
    }
  });

  it('does not verify under another ledger’s genesis, nor with more witnesses than signed', async () => {
    const evidence = await evidenceOf(cast.supplier.operator, usage);
    const { genesis } = readTrust(trust);
    expect((await verdictOn(evidence, trust.replace(genesis, NOBODY))).outcome).to.equal('FAILED');
    const [first] = trusting(trust);
    const absent = { mspId: 'ThirdMSP', keys: [NOBODY] };
    const strict = await verdictOn(evidence, withWitnesses(trust, { named: [first, absent], needed: 2 }));
    expect(openSteps(strict)).to.deep.equal(['checkpoint.witnesses TOO_FEW_WITNESSES']);
    const pinned = { mspId: first!.mspId, roots: [NOBODY] };
    const other = await verdictOn(evidence, withWitnesses(trust, { named: [pinned], needed: 1 }));
    expect(openSteps(other)).to.deep.equal(['checkpoint.witnesses ROOT_DIFFERS']);
    for (const { outcome, witnesses } of [strict, other])
      expect([outcome, witnesses]).to.deep.equal(['INCOMPLETE', []]);
  });

  it('needs no witness where the court folds the ledger itself', async () => {
    const full = await evidenceOf(cast.supplier.operator, usage, 'full');
    const { outcome, witnesses, asOf } = await verdictOn(full, withWitnesses(trust, { named: [] }));
    expect([outcome, witnesses]).to.deep.equal(['VERIFIED', []]);
    expect(asOf).not.to.have.property('at');
  });

  it('fails a single operator’s ledger unless the trust file accepts it', async () => {
    const evidence = await evidenceOf(cast.supplier.operator, usage);
    const shared = { ...(JSON.parse(trust) as object), singleOperator: false };
    const { outcome } = await verdictOn(evidence, JSON.stringify(shared));
    expect(outcome).to.equal(kinds.ledger === 'fabric-bft' ? 'VERIFIED' : 'FAILED');
  });
});
