import { GatewayError } from '@hyperledger/fabric-gateway';
import { decodeRefusal, encode, LIMITS } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { bareOptions, connectBare, type BareClient } from '../../scripts/bench/bare-client.js';
import type { Member } from '../../scripts/demo/cast.js';
import { Problem } from '../../scripts/demo/client.js';
import { inDays, terms } from '../../scripts/demo/requests.js';
import type { Scene } from '../../scripts/demo/story.js';
import type { Space } from '../../scripts/space.js';

type Terms = Readonly<Record<string, unknown>>;

const MEBIBYTE = 1024 * 1024;
const bytesOf = (value: unknown): number => Buffer.byteLength(encode(value));
/** JSON of so many bytes. */
const documentOf = (bytes: number): string => 'x'.repeat(bytes - 2);

let nonces = 0;
const nonce = (): string => (nonces += 1).toString(16).padStart(32, '0');

const offerOf = ({ cast, dataset, version, claim }: Scene, agreed: Terms): object => ({
  dataset,
  selector: { version },
  claim,
  rightsUsed: ['USE'],
  consumer: cast.supplier.participant,
  terms: { ...terms({ uses: 1, until: inDays(90) }), ...agreed },
  nonce: nonce(),
});

const withDocument = (scene: Scene, bytes: number): object =>
  offerOf(scene, { agreement: { open: { odrl: documentOf(bytes) } } });

/** As many purposes as a list holds, in names as long as they may be. */
const withPurposes = (scene: Scene, purposes: number): object =>
  offerOf(scene, {
    enforced: {
      '@type': 'Offer',
      permission: [
        {
          action: 'use',
          constraint: [
            {
              leftOperand: 'purpose',
              operator: 'isAnyOf',
              rightOperand: Array.from(
                { length: purposes },
                (_, index) => `predictive-maintenance-${index}-${'x'.repeat(30)}`,
              ),
            },
          ],
        },
      ],
    },
  });

/** Offers whose argument is as large as one may be. */
function largestOffers(scene: Scene): readonly object[] {
  const one = (): object => withDocument(scene, LIMITS.document);
  const offers = Array.from({ length: Math.floor(LIMITS.argument / bytesOf(one())) }, one);
  const rest = LIMITS.argument - bytesOf(offers) - bytesOf(withDocument(scene, 2)) - 1;
  return [...offers, withDocument(scene, rest + 2)];
}

/** Code and facts of what a gateway answers. */
async function problemOf(asking: Promise<unknown>): Promise<readonly [number, string, unknown]> {
  const error = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(Problem);
  const { status, code, facts } = error as Problem;
  return [status, code, facts];
}

/** What the contract refuses, or the status of a peer that does not even hand it on. */
async function refusalOf(asking: Promise<unknown>): Promise<unknown> {
  const error = await asking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(GatewayError);
  const { message, details, code } = error as GatewayError;
  const refusal = [message, ...details.map((detail) => detail.message)].map(decodeRefusal).find(Boolean);
  return refusal === undefined ? code : [refusal.code, (refusal.details as { limit?: string }).limit];
}

async function gatewayRefuses({ officer }: Member, scene: Scene): Promise<void> {
  const beyond = { limit: 'argument', most: LIMITS.argument };
  const many = Array.from({ length: 400 }, () => withPurposes(scene, 90));
  for (const body of [many, withDocument(scene, 2.2 * MEBIBYTE)]) {
    const [status, code, facts] = await problemOf(officer.post('/grants/offer', body));
    expect([status, code]).to.deep.equal([413, 'LIMIT_EXCEEDED']);
    expect(facts).to.include(beyond);
  }
  const [status, code] = await problemOf(
    officer.post('/grants/offer', withDocument(scene, LIMITS.document + 1)),
  );
  expect([status, code]).to.deep.equal([400, 'MALFORMED']);
  const whole = await problemOf(officer.post('/grants/offer', withDocument(scene, 5 * MEBIBYTE)));
  expect(whole).to.deep.equal([413, 'BODY_TOO_LARGE', { limit: 'body', most: 4 * MEBIBYTE }]);
}

/** Whoever talks to a peer past the gateway: the contract says no, and goes on. */
async function contractRefuses(bare: BareClient, scene: Scene): Promise<void> {
  for (const size of [LIMITS.argument, 2.2 * MEBIBYTE]) {
    const argument = encode(withDocument(scene, size));
    expect(await refusalOf(bare.submit('grants:Offer', argument))).to.deep.equal([
      'LIMIT_EXCEEDED',
      'argument',
    ]);
  }
  const openings = 'x'.repeat(LIMITS.openings + 1);
  const offer = encode(withDocument(scene, 100));
  expect(await refusalOf(bare.submit('grants:Offer', offer, { openings }))).to.deep.equal([
    'LIMIT_EXCEEDED',
    'openings',
  ]);
  const RESOURCE_EXHAUSTED = 8;
  expect(await refusalOf(bare.submit('grants:Offer', documentOf(40 * MEBIBYTE)))).to.equal(
    RESOURCE_EXHAUSTED,
  );
}

/** Offers as large as may be, and openings beside them. */
async function largestIsTaken(bare: BareClient, scene: Scene): Promise<void> {
  const salt = '00'.repeat(16);
  const value = documentOf(LIMITS.openings - bytesOf([{ salt, value: '' }]) + 2);
  const [argument, openings] = [encode(largestOffers(scene)), encode([{ salt, value }])];
  expect([argument.length, openings.length]).to.deep.equal([LIMITS.argument, LIMITS.openings]);
  await bare.submit('grants:Offer', argument, { openings });
}

/** Grants whose terms hold a document of the largest size. */
async function largeGrants(scene: Scene): Promise<readonly string[]> {
  const { officer } = scene.cast.steel;
  const grants: string[] = [];
  while (grants.length < 16) {
    const offers = largestOffers(scene);
    const { result } = await officer.submit<readonly { grantId: string }[]>('grants:Offer', offers);
    grants.push(...result.slice(0, -1).map(({ grantId }) => grantId));
  }
  return grants;
}

/** As much as one transaction may write, and no more. */
async function effectIsBounded({ cast: { steel } }: Scene, grants: readonly string[]): Promise<void> {
  const withdraw = (count: number): Promise<unknown> =>
    steel.officer.submit(
      'grants:Withdraw',
      grants.slice(0, count).map((grantId) => ({ grantId, reason: 'withdrawn' })),
    );
  const most = Math.floor(LIMITS.effect / LIMITS.document) - 1;
  const [status, code, facts] = await problemOf(withdraw(most + 1));
  expect([status, code]).to.deep.equal([413, 'LIMIT_EXCEEDED']);
  expect(facts).to.include({ limit: 'effect' });
  await withdraw(most);
}

async function answersAreBounded(bare: BareClient, grants: readonly string[]): Promise<void> {
  const read = (ids: readonly string[]): Promise<string> =>
    bare.evaluate('records:Get', encode(ids.map((id) => ({ key: `grant/${id}` }))));
  const most = Math.floor(LIMITS.answer / LIMITS.document) - 1;
  expect((await read(grants.slice(0, most))).length).to.be.within(most * LIMITS.document, LIMITS.answer);
  expect(await refusalOf(read(grants.slice(0, most + 1)))).to.deep.equal(['LIMIT_EXCEEDED', 'answer']);
}

/**
 * Everything that multiplies on the way of a transaction, at its limit and beyond: arguments, transient data, and where `isThorough` writes
 * and answers, too. Between any two of these the other members' transactions go through.
 */
export async function limitsHold(
  space: Space,
  scene: Scene,
  { isThorough }: { readonly isThorough: boolean },
): Promise<void> {
  const { steel, regulator } = scene.cast;
  const bare = await connectBare(bareOptions(space.topology, steel.mspId, 'officer'));
  const isServed = async (): Promise<void> => {
    await regulator.officer.get('/records?key=space');
  };
  try {
    await gatewayRefuses(steel, scene);
    await contractRefuses(bare, scene);
    await isServed();
    await largestIsTaken(bare, scene);
    await isServed();
    const same = Array.from({ length: 60 }, () => ({ key: 'space' }));
    expect(await refusalOf(bare.evaluate('records:Get', encode(same)))).to.deep.equal([
      'MALFORMED',
      undefined,
    ]);
    if (!isThorough) return;
    const grants = await largeGrants(scene);
    await effectIsBounded(scene, grants);
    await isServed();
    await answersAreBounded(bare, grants);
    await isServed();
  } finally {
    bare.close();
  }
}
