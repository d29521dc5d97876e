import { expect } from 'chai';
import { webcrypto } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readTrust, verify, type Verdict } from '@tallystick/verifier';
import { castOf, type Cast } from '../../scripts/demo/cast.js';
import { evidenceOf, handedOver } from '../../scripts/demo/evidence.js';
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

/** Evidence as gateways make it, on whatever ledger the suite runs on, before a verifier that knows only the trust file. */
describe(`evidence, end to end (ledger ${kinds.ledger}, store ${kinds.store})`, function () {
  this.timeout(300_000);
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
      const handed = await handedOver(cast, usage, kinds.ledger, maker);
      trust = handed.trust;
      const verdict = await verdictOn(handed.evidence);
      const isOwner = maker === 'steel';
      expect(troubles(verdict)).to.deep.equal([]);
      expect(verdict.outcome).to.equal('VERIFIED');
      expect(verdict.parties.map(({ mspId }) => mspId)).to.include.members(['SteelMSP', 'ComponentMSP']);
      expect(verdict.decision).to.include({ outcome: 'ALLOWED', state: 'ACKNOWLEDGED' });
      const payload = verdict.steps.find(({ code }) => code === 'payload.commitment');
      if (isOwner) expect(payload?.result).to.equal('pass');
      expect(gzipSync(handed.evidence).length).to.be.at.most(48 * 1024);
    });
  }

  it('verifies the full profile, with every place proven by its block', async () => {
    const verdict = await verdictOn(await evidenceOf(cast.supplier.operator, usage, 'full'));
    expect(troubles(verdict)).to.deep.equal([]);
    expect(verdict.outcome).to.equal('VERIFIED');
    const places = verdict.steps.filter(({ code }) => code === 'transaction.position');
    expect(places.map(({ result }) => result)).to.deep.equal(places.map(() => 'pass'));
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

  it('does not verify under another ledger’s genesis, nor with more organisations than answered', async () => {
    const evidence = await evidenceOf(cast.supplier.operator, usage);
    const other = trust.replace(/sha256:[0-9a-f]{64}/, `sha256:${'0'.repeat(64)}`);
    expect((await verdictOn(evidence, other)).outcome).to.equal('FAILED');
    const strict = { ...(JSON.parse(trust) as object), minValidityOrganisations: 4 };
    expect((await verdictOn(evidence, JSON.stringify(strict))).outcome).to.equal('INCOMPLETE');
  });

  it('fails a single operator’s ledger unless the trust file accepts it', async () => {
    const evidence = await evidenceOf(cast.supplier.operator, usage);
    const shared = { ...(JSON.parse(trust) as object), singleOperator: false };
    const { outcome } = await verdictOn(evidence, JSON.stringify(shared));
    expect(outcome).to.equal(kinds.ledger === 'embedded' ? 'FAILED' : 'VERIFIED');
  });
});
