import { expect } from 'chai';
import { renderText } from '../../verifier/src/report/index.js';
import { isThorough } from '../sampling.js';
import { onStage } from '../policy/stage.js';
import { House, termsWith, type ClaimedDataset, type Name, type OfferedGrant } from './house.js';
import { Court, EVERYBODY, type Proven } from './proving.js';

/** The histories that must verify, whatever became of the records on the way: one test each. */
describe('histories that verify, from everybody’s own gateway', () => {
  const on = onStage();
  let house: House;
  let court: Court;

  before(async () => {
    house = new House(on.stage);
    court = new Court(on.stage);
    await house.prepare();
  });

  const PLAIN = termsWith();

  const ground = (): ClaimedDataset => ({
    dataset: on.stage.dataset,
    version: on.stage.version,
    claim: on.stage.claim,
  });

  async function accepted(terms = PLAIN, at = ground(), more = {}): Promise<OfferedGrant> {
    const tabled = await house.open(at, 'steel', 'supplier', terms, more);
    await house.agree('supplier', 'Accept', tabled);
    return tabled;
  }

  async function countered(terms: object): Promise<OfferedGrant> {
    const first = await house.open(ground(), 'steel', 'supplier', PLAIN);
    const second = await house.counter('supplier', first, terms);
    await house.agree('steel', 'Accept', second);
    return second;
  }

  /** A use from request to acknowledgement. */
  async function used(
    { grantId }: OfferedGrant,
    at = ground(),
    by: 'supplier' | 'regulator' = 'supplier',
  ): Promise<string> {
    const { id, outcome } = await house.use(grantId, at, by);
    expect(outcome).to.equal('ALLOWED');
    await house.acknowledged(id, by);
    return id;
  }

  const usage = (id: string, state = 'ACKNOWLEDGED'): Proven => ({ subject: { kind: 'usage', id }, state });
  const grant = ({ grantId: id }: OfferedGrant, state = 'ACTIVE'): Proven => ({
    subject: { kind: 'grant', id },
    state,
  });
  const claim = (id: string, state = 'REGISTERED'): Proven => ({ subject: { kind: 'claim', id }, state });

  let turn = 0;
  const makers = (): readonly Name[] => (isThorough ? EVERYBODY : [EVERYBODY[turn++ % EVERYBODY.length]!]);

  /** Of the use compact and full, of everything else compact; from everybody, or on a landing each from one of them in turn. */
  async function proven(use: Proven, ...others: readonly Proven[]): Promise<void> {
    for (const each of [use, ...others]) await court.expectProven(each, makers());
    await court.expectProven(use, makers(), 'full');
  }

  it('counter and accept, use', async () => {
    const tabled = await countered(termsWith({ survival: ['model'] }));
    await proven(usage(await used(tabled)), grant(tabled));
  });

  it('countered with the very terms that were offered, use', async () => {
    const tabled = await countered(PLAIN);
    await proven(usage(await used(tabled)), grant(tabled));
  });

  it('consent of a co-owner, accept, use', async () => {
    const at = await house.registered('supplier');
    const tabled = await house.open(at, 'steel', 'regulator', PLAIN);
    await house.agree('supplier', 'Consent', tabled);
    await house.agree('regulator', 'Accept', tabled);
    await proven(usage(await used(tabled, at, 'regulator')), grant(tabled), claim(at.claim));
  });

  it('suspend and resume, use', async () => {
    const tabled = await accepted();
    for (const verb of ['Suspend', 'Resume']) await house.turn('steel', verb, tabled.grantId);
    await proven(usage(await used(tabled)), grant(tabled));
  });

  it('use under a sub-licence of a grant that was countered, suspended and resumed', async () => {
    const parent = await countered({ ...PLAIN, sublicence: { maxDepth: 1 } });
    for (const verb of ['Suspend', 'Resume']) await house.turn('steel', verb, parent.grantId);
    const child = await house.sublicense(parent.grantId, 'supplier', 'regulator', PLAIN);
    await proven(usage(await used(child, ground(), 'regulator')), grant(parent), grant(child));
  });

  for (const finding of ['UPHELD', 'REJECTED'] as const)
    it(`use, contest, deliver, adjudicate ${finding}, and the verdict says so`, async () => {
      const tabled = await accepted();
      const { id } = await house.use(tabled.grantId, ground(), 'supplier');
      await house.contested(id, finding);
      await proven(usage(id, finding), grant(tabled));
      const verdict = await court.verdict({ kind: 'usage', id }, 'steel');
      expect(verdict.isFinal).to.equal(true);
      const submitted = verdict.timeline.map(({ transaction }) => transaction);
      expect(submitted).to.include.members(['usage:Contest', 'usage:Deliver', 'usage:Adjudicate']);
      expect(renderText(verdict, { lang: 'en', isExplained: false })).to.include(finding);
    });

  it('claim transferred with its grants, use', async () => {
    const at = await house.registered();
    const tabled = await accepted(PLAIN, at);
    const successor = await house.transferred(at, 'regulator');
    await proven(
      usage(await used(tabled, at)),
      grant(tabled),
      claim(at.claim, 'TRANSFERRED'),
      claim(successor),
    );
  });

  it('amendment of the rulebook between grant and use', async () => {
    const tabled = await accepted();
    await house.amended({ contestWithin: 500_000 });
    await proven(usage(await used(tabled)), grant(tabled));
  });

  it('superseded grant, use under the new one', async () => {
    const old = await accepted();
    const before = await used(old);
    const tabled = await accepted(termsWith({ survival: ['model'] }), ground(), { supersedes: old.grantId });
    await proven(usage(await used(tabled)), usage(before), grant(tabled), grant(old, 'SUPERSEDED'));
  });

  it('use by lease, renewed, and valued', async () => {
    const tabled = await accepted(termsWith({ lease: 3600 }));
    const id = await used(tabled);
    expect(await house.renewed(id, 'supplier', 1)).to.equal('ALLOWED');
    const valuation = await house.valued(id, tabled.grantId);
    await proven(usage(id), grant(tabled), { subject: { kind: 'valuation', id: valuation } });
  });

  it('a request that nobody answered', async () => {
    const at = await house.keyless();
    const tabled = await accepted(PLAIN, at);
    await proven(usage(await house.lapsed(tabled.grantId, at, 'supplier'), 'LAPSED'), grant(tabled));
  });
});
