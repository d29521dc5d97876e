import { digestOf, encode } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { Checklist } from '../src/checklist.js';
import { checkCourse } from '../src/evidence/course.js';
import type { EvidencedTransaction, SubjectRecord, World } from '../src/evidence/transactions.js';

interface Signed {
  readonly name: string;
  readonly by: string;
  readonly key?: string;
  readonly argument?: unknown;
  readonly writes: Readonly<Record<string, object>>;
}

const signed = (
  position: number,
  { name, by, key = `${by}-key`, argument = {}, writes }: Signed,
): EvidencedTransaction =>
  ({
    position,
    txId: `${position}`,
    name,
    argument: encode(argument),
    submitter: { mspId: `${by}MSP`, certificate: '' },
    caller: { participant: by, keyDigest: key },
    writes: new Map(Object.entries(writes).map(([at, record]) => [at, encode(record)])),
  }) as unknown as EvidencedTransaction;

const claim = {
  kind: 'claim',
  schema: 1,
  id: 'claim-c',
  state: 'REGISTERED',
  registration: { registrar: 'registrar' },
};
const terms = { termsDigest: 't', proposedBy: 'provider', provider: 'provider', consumer: 'consumer' };
const offered = { kind: 'grant', schema: 1, id: 'grant-g', claim: 'claim-c', ...terms, state: 'OFFERED' };
const active = { ...offered, state: 'ACTIVE', activatedAt: 'now' };
const requested = {
  kind: 'usage',
  schema: 1,
  id: 'usage-u',
  state: 'REQUESTED',
  grant: 'grant-g',
  consumer: 'consumer',
  signedBy: 'component-key',
};
const facts = [
  { key: 'grant/grant-g', value: digestOf(encode(active)) },
  { key: 'claim/claim-c', value: digestOf(encode(claim)) },
];
const answer = { provider: 'provider', signedBy: 'answering-key', facts };
const allowed = { ...requested, state: 'ALLOWED', answer };
const U = 'usage/usage-u';
const G = 'grant/grant-g';
const C = 'claim/claim-c';

const REGISTER: Signed = {
  name: 'datasets:Register',
  by: 'provider',
  writes: { [C]: { ...claim, state: 'ASSERTED' } },
};
const REGISTERED: Signed = { name: 'claims:Register', by: 'registrar', writes: { [C]: claim } };
const OFFER: Signed = { name: 'grants:Offer', by: 'provider', writes: { [G]: offered } };
const ACCEPT: Signed = {
  name: 'grants:Accept',
  by: 'consumer',
  argument: { grantId: 'grant-g', termsDigest: 't' },
  writes: { [G]: active },
};
const REQUEST: Signed = {
  name: 'usage:Request',
  by: 'consumer',
  key: 'component-key',
  writes: { [U]: requested },
};
const ANSWER: Signed = {
  name: 'usage:Answer',
  by: 'provider',
  key: 'answering-key',
  writes: { [U]: allowed },
};
const ALL = [REGISTER, REGISTERED, OFFER, ACCEPT, REQUEST, ANSWER];

async function told(
  record: object,
  calls: readonly Signed[],
  key = U,
): Promise<{ steps: string[]; keys: string[] }> {
  const transactions = calls.map((call, index) => signed(index, call));
  const texts = new Map<string, string>(
    transactions.flatMap(({ writes }) =>
      [...writes].map(([at, text]) => [`${at} ${digestOf(text)}`, text] as [string, string]),
    ),
  );
  const world = {
    transactions,
    newest: { key, record: record as SubjectRecord, text: encode(record), leaf: 0 },
    textOf: (at: string, digest: string) => texts.get(`${at} ${digest}`),
  } as unknown as World;
  const list = new Checklist();
  const keys = await checkCourse(world, list);
  const steps = list.steps.map(({ code, reason }) => `${code} ${reason ?? 'pass'}`);
  return { steps, keys: [...keys] };
}

const openIn = ({ steps }: { steps: string[] }): string[] => steps.filter((step) => !step.endsWith(' pass'));
const without = (call: Signed): Signed[] => ALL.filter((each) => each !== call);
const instead = (call: Signed, other: Partial<Signed>): Signed[] =>
  ALL.map((each) => (each === call ? { ...each, ...other } : each));

describe('the signed course of a use', () => {
  it('is request, answer, terms with two signatures, and the registered claim', async () => {
    const { steps, keys } = await told(allowed, ALL);
    expect(steps).to.deep.equal([
      'subject.request pass',
      'subject.answer pass',
      'subject.terms pass',
      'subject.terms pass',
      'subject.claim pass',
      'subject.claim pass',
    ]);
    expect(keys).to.have.members([U, G, C]);
  });

  const missing: readonly (readonly [Signed, string])[] = [
    [REQUEST, 'subject.request'],
    [ANSWER, 'subject.answer'],
    [OFFER, 'subject.terms'],
    [REGISTER, 'subject.claim'],
  ];
  for (const [call, code] of missing)
    it(`is open without ${call.name}`, async () => {
      expect(openIn(await told(allowed, without(call)))).to.deep.equal([`${code} PART_MISSING`]);
    });

  it('is open without the record of the grant or claim that the decision saw', async () => {
    expect(openIn(await told(allowed, without(ACCEPT)))).to.deep.equal(['subject.terms PART_MISSING']);
    expect(openIn(await told(allowed, without(REGISTERED)))).to.deep.equal(['subject.claim PART_MISSING']);
  });

  it('fails where another party signed, or the party with another key', async () => {
    const differs = async (call: Signed, other: Partial<Signed>): Promise<string[]> =>
      openIn(await told(allowed, instead(call, other)));
    expect(await differs(REQUEST, { by: 'provider' })).to.deep.equal(['subject.request PARTY_DIFFERS']);
    expect(await differs(REQUEST, { key: 'other' })).to.deep.equal(['subject.request PARTY_DIFFERS']);
    expect(await differs(ANSWER, { by: 'consumer' })).to.deep.equal(['subject.answer PARTY_DIFFERS']);
    expect(await differs(ANSWER, { key: 'other' })).to.deep.equal(['subject.answer PARTY_DIFFERS']);
    expect(await differs(OFFER, { by: 'consumer' })).to.deep.equal(['subject.terms PARTY_DIFFERS']);
    expect(await differs(ACCEPT, { by: 'provider' })).to.deep.equal(['subject.terms PARTY_DIFFERS']);
    expect(await differs(REGISTERED, { by: 'provider' })).to.deep.equal(['subject.claim PARTY_DIFFERS']);
  });

  it('has an acceptance of exactly these terms, alone or in a list', async () => {
    const accepted = (argument: unknown): Promise<string[]> =>
      told(allowed, instead(ACCEPT, { argument })).then(openIn);
    const [right, wrong] = ['t', 's'].map((termsDigest) => ({ grantId: 'grant-g', termsDigest }));
    expect(await accepted([{ grantId: 'grant-x', termsDigest: 't' }, right])).to.deep.equal([]);
    for (const argument of [wrong, { grantId: 'grant-x', termsDigest: 't' }, [], [null]])
      expect(await accepted(argument)).to.deep.equal(['subject.terms PART_MISSING']);
    const older = { ...OFFER, writes: { [G]: { ...offered, termsDigest: 's' } } };
    expect(openIn(await told(allowed, instead(OFFER, older)))).to.deep.equal(['subject.terms PART_MISSING']);
    const counter: Signed = { ...OFFER, name: 'grants:Counter' };
    expect(openIn(await told(allowed, [older, counter, ...without(OFFER)]))).to.deep.equal([]);
  });

  it('needs no acceptance that was never given', async () => {
    const seen = [{ key: G, value: digestOf(encode(offered)) }, facts[1]];
    const denied = { ...requested, state: 'DENIED', answer: { ...answer, facts: seen } };
    const calls = instead(ANSWER, { writes: { [U]: denied } }).filter((call) => call !== ACCEPT);
    expect(openIn(await told(denied, calls))).to.deep.equal([]);
  });

  it('goes up a line of grants, and through transfers of the claim', async () => {
    const child = { ...active, id: 'grant-h', parent: { grant: 'grant-g', depth: 1 } };
    const passed = { ...claim, state: 'TRANSFERRED', successor: 'claim-d', transfer: { grants: 'PASS' } };
    const heir = { kind: 'claim', schema: 1, id: 'claim-d', state: 'ASSERTED' };
    const H = 'grant/grant-h';
    const saw = Object.entries({ [H]: child, [G]: active, [C]: passed, 'claim/claim-d': heir });
    const used = {
      ...allowed,
      grant: 'grant-h',
      answer: { ...answer, facts: saw.map(([key, record]) => ({ key, value: digestOf(encode(record)) })) },
    };
    const asked = { ...requested, grant: 'grant-h' };
    const calls: Signed[] = [
      { ...REQUEST, writes: { [U]: asked } },
      { ...ANSWER, writes: { [U]: used } },
      OFFER,
      ACCEPT,
      { ...OFFER, name: 'grants:Sublicense', writes: { [H]: { ...child, state: 'OFFERED' } } },
      { ...ACCEPT, argument: { grantId: 'grant-h', termsDigest: 't' }, writes: { [H]: child } },
      { name: 'claims:AcceptTransfer', by: 'heir', writes: { [C]: passed, 'claim/claim-d': heir } },
    ];
    const { steps, keys } = await told(used, calls);
    expect(steps.filter((step) => !step.endsWith(' pass'))).to.deep.equal([]);
    expect(keys).to.have.members([U, H, G, C, 'claim/claim-d']);
    const cut = calls.filter(({ name }) => name !== 'grants:Offer');
    expect(openIn(await told(used, cut))).to.deep.equal(['subject.terms PART_MISSING']);
  });

  it('has what followed, as far as the newest state tells of it', async () => {
    const contest = { at: 'now', header: 'x', finding: { by: 'regulator' } };
    const upheld = { ...allowed, state: 'UPHELD', contest };
    const followed = ['usage:Contest', 'usage:Deliver', 'usage:Adjudicate'].map((name, index): Signed => {
      const by = ['consumer', 'provider', 'regulator'][index]!;
      return { name, by, writes: { [U]: upheld } };
    });
    expect(openIn(await told(upheld, [...ALL, ...followed]))).to.deep.equal([]);
    for (const call of followed) {
      const rest = followed.filter((each) => each !== call);
      expect(openIn(await told(upheld, [...ALL, ...rest]))).to.deep.equal(['subject.course PART_MISSING']);
      const others = [...rest, { ...call, by: 'stranger' }];
      expect(openIn(await told(upheld, [...ALL, ...others]))).to.deep.equal(['subject.course PARTY_DIFFERS']);
    }
    const acknowledged = {
      ...allowed,
      state: 'ACKNOWLEDGED',
      acknowledgement: { signedBy: 'component-key' },
    };
    const receipt: Signed = {
      name: 'usage:Acknowledge',
      by: 'consumer',
      key: 'component-key',
      writes: { [U]: acknowledged },
    };
    expect(openIn(await told(acknowledged, [...ALL, receipt]))).to.deep.equal([]);
    expect(openIn(await told(acknowledged, ALL))).to.deep.equal(['subject.course PART_MISSING']);
    const lapsed = { ...requested, state: 'LAPSED' };
    expect(openIn(await told(lapsed, [REQUEST]))).to.deep.equal(['subject.course PART_MISSING']);
  });

  it('of a request that nobody answered asks for nothing that nobody decided on', async () => {
    expect(openIn(await told(requested, [REQUEST]))).to.deep.equal([]);
    const { steps, keys } = await told(requested, without(ANSWER));
    expect([steps.length, keys]).to.deep.equal([5, [U, G, C]]);
  });

  it('is not that of another request', async () => {
    const other = { ...REQUEST, writes: { [U]: { ...requested, purpose: 'other' } } };
    expect(openIn(await told(allowed, instead(REQUEST, other)))).to.deep.equal([
      'subject.request PART_MISSING',
    ]);
    const changed = { ...ANSWER, writes: { [U]: { ...allowed, answer: { ...answer, at: 'x' } } } };
    expect(openIn(await told(allowed, instead(ANSWER, changed)))).to.include('subject.answer PART_MISSING');
  });
});

describe('the signed course of other subjects', () => {
  it('of a grant: terms and claim; of a claim: how it came about; of a value: who assessed it', async () => {
    const grant = { ...active, kind: 'grant', onAssertedClaim: false };
    expect(openIn(await told(grant, ALL, G))).to.deep.equal([]);
    expect(openIn(await told(grant, without(REGISTERED), G))).to.deep.equal(['subject.claim PART_MISSING']);
    const early = { ...grant, onAssertedClaim: true };
    expect(openIn(await told(early, without(REGISTERED), G))).to.deep.equal([]);
    const of = { ...claim, kind: 'claim' };
    expect(openIn(await told(of, [REGISTER, REGISTERED], C))).to.deep.equal([]);
    expect(openIn(await told(of, [REGISTERED], C))).to.deep.equal(['subject.claim PART_MISSING']);
    const value = { kind: 'valuation', assessor: 'appraiser' };
    const assess: Signed = { name: 'valuations:Assess', by: 'appraiser', writes: { 'valuation/v': value } };
    expect(openIn(await told(value, [assess], 'valuation/v'))).to.deep.equal([]);
    const other = await told(value, [{ ...assess, by: 'provider' }], 'valuation/v');
    expect(openIn(other)).to.deep.equal(['subject.request PARTY_DIFFERS']);
  });
});
