import { keys, participantId, type Claim, type Id } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { versionsOf } from '../../src/features/custody/history.js';
import { isPassedOn } from '../../src/features/custody/passed-on.js';
import { decodeBundle, encodeBundle, type Wrapped } from '../../src/features/custody/handover.js';
import { handOver } from '../../src/features/custody/handing-over.js';
import { newBlockStore, newPayloads } from '../../src/payload/index.js';
import type { Payloads } from '../../src/payload/port.js';
import type { OwnerHeaders } from '../../src/features/custody/stores/port.js';
import { collect, streamOf } from '../payload/fixtures.js';
import { openAgeIdentity } from '../../src/features/custody/age-identity.js';
import { join } from 'node:path';
import type { House } from './house.js';
import { BUYER, metadata, Space, STEEL, WORKSHOP } from './space.js';
import { caughtUp } from './story.js';

const FILES = ['mill 2, 24 November\n'.repeat(50), 'mill 2, 25 November\n'.repeat(70)].map((text) =>
  Buffer.from(text),
);
const officer = { identity: 'officer' };

/** The code of what a call fails with. */
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => (error as { code?: unknown }).code,
  );

describe('custody from hand to hand', () => {
  let space: Space;
  let steel: House;
  let workshop: House;
  let claimId: Id<'claim'>;
  let datasetId: Id<'dataset'>;
  let versions: Id<'version'>[];
  let grant: Id<'grant'>;
  const to = { to: participantId(WORKSHOP), grants: 'PASS' as const };

  beforeEach(async () => {
    space = await Space.constituted();
    steel = await space.open(STEEL);
    workshop = await space.open(WORKSHOP, { sources: [steel.store] });
    await space.run(WORKSHOP, 'officer', 'participants:RotateKey', {
      participantId: participantId(WORKSHOP),
      recipient: workshop.useCases.recipient,
    });
    const { result } = await steel.useCases.registerFile(officer, metadata(), streamOf(FILES[0]!));
    const { version } = metadata();
    claimId = result.claimId as Id<'claim'>;
    datasetId = result.datasetId as Id<'dataset'>;
    const next = { datasetId, number: 2, version };
    const appended = await steel.useCases.appendFile(officer, next, streamOf(FILES[1]!));
    versions = [result.versionId, appended.result.versionId] as Id<'version'>[];
    grant = await space.grant(result);
    await caughtUp(steel, space);
    await caughtUp(workshop, space);
  });
  afterEach(() => space.close());

  const claim = (id = claimId): Claim => JSON.parse(space.chain.text(keys.claim(id).text) ?? '') as Claim;

  async function offered(by: Promise<{ offerDigest: string }>): Promise<string> {
    const { offerDigest } = await by;
    await Promise.all([steel, workshop].map((house) => caughtUp(house, space)));
    return offerDigest;
  }

  it('lets the new custodian answer, after the old one has gone', async () => {
    const offerDigest = await offered(steel.useCases.handOver(officer, claimId, to));
    const taken = await workshop.useCases.takeOver(officer, claimId, offerDigest);
    expect(taken.versions).to.deep.equal(versions);
    expect(claim()).to.include({ state: 'TRANSFERRED', successor: taken.claimId });
    await steel.close();
    await caughtUp(workshop, space);
    for (const [index, version] of versions.entries())
      expect(await collect(await workshop.useCases.openOwn(version))).to.deep.equal(FILES[index]);

    const buyer = await space.open(BUYER, { sources: [workshop.store] });
    workshop.custodian.start();
    const asked = await buyer.useCases.requestUse({ identity: 'connector' }, space.ask(grant, versions[0]!));
    await caughtUp(workshop, space);
    await workshop.custodian.idle();
    await caughtUp(buyer, space);
    const use = await buyer.useCases.openUse({ identity: 'connector' }, asked.usageId, { acknowledge: true });
    expect(await collect(use.stream)).to.deep.equal(FILES[0]);
    expect(await use.acknowledged).to.have.property('state', 'ACKNOWLEDGED');
  });

  describe('and the grants under the claim', () => {
    const judged = async (changes: object = {}): Promise<boolean> => {
      const record = space.grantRecord(grant);
      const history = await versionsOf(workshop.projection, keys.grant(grant));
      const written = history.map(({ transaction }) => ({ termsDigest: record.termsDigest, transaction }));
      const estate = {
        projection: workshop.projection,
        memberships: () => Promise.resolve(space.memberships),
        ourselves: { mspId: WORKSHOP, isOurs: () => true },
        ...changes,
      };
      return isPassedOn(estate, record, written);
    };
    const passing = async (grants: 'PASS' | 'END'): Promise<void> => {
      const offerDigest = await offered(steel.useCases.handOver(officer, claimId, { ...to, grants }));
      await workshop.useCases.takeOver(officer, claimId, offerDigest);
      await caughtUp(workshop, space);
    };

    it('are ours when they passed to us, by a certificate that is ours', async () => {
      expect(await judged(), 'before').to.equal(false);
      await passing('PASS');
      expect(await judged()).to.equal(true);
      expect(await judged({ ourselves: { mspId: WORKSHOP, isOurs: () => false } })).to.equal(false);
      expect(await judged({ ourselves: { mspId: BUYER, isOurs: () => true } })).to.equal(false);
      expect(await judged({ memberships: () => Promise.resolve([]) }), 'no authority known').to.equal(false);
    });

    it('are not when they were to end', async () => {
      await passing('END');
      expect(await judged()).to.equal(false);
    });
  });

  it('may be taken over again where it was broken off, and fetches nothing twice', async () => {
    const offerDigest = await offered(steel.useCases.handOver(officer, claimId, to));
    const broken = { ...officer, onPrepared: () => Promise.reject(new Error('died')) };
    await workshop.useCases.takeOver(broken, claimId, offerDigest).catch(() => undefined);
    expect(claim().state).not.to.equal('TRANSFERRED');
    await steel.close();
    await workshop.useCases.takeOver(officer, claimId, offerDigest);
    expect(claim().state).to.equal('TRANSFERRED');
  });

  it('is handed over by the custodian, and taken by whom it is offered to, as it was offered', async () => {
    expect(await codeOf(workshop.useCases.handOver(officer, claimId, to))).to.equal('NOT_OURS');
    const first = await offered(steel.useCases.handOver(officer, claimId, to));
    expect(await codeOf(steel.useCases.takeOver(officer, claimId, first))).to.equal('NOT_OURS');
    const second = await offered(steel.useCases.handOver(officer, claimId, { ...to, grants: 'END' }));
    expect(second).not.to.equal(first);
    expect(await codeOf(workshop.useCases.takeOver(officer, claimId, first))).to.equal('NOT_FOUND');
    await space.run(STEEL, 'officer', 'claims:OfferTransfer', {
      claimId,
      to: participantId(WORKSHOP),
      grants: 'PASS',
      custodian: participantId(STEEL),
      versions: [],
    });
    expect(claim().transfer).not.to.have.property('handover');
  });

  describe('by a giver that hands over something else', () => {
    /** Steel's hand, over other headers than it keeps, or into another store. */
    async function handing(
      headers: (own: OwnerHeaders) => OwnerHeaders,
      { spoil = false, ...lies }: { readonly spoil?: boolean } & Partial<Payloads> = {},
    ): Promise<string> {
      const store = await newBlockStore(join(space.directory, STEEL, 'other'));
      const payloads = newPayloads(store);
      const age = await openAgeIdentity(join(space.directory, STEEL));
      const publishHeader: typeof payloads.publishHeader = (header, signal) =>
        newPayloads(steel.store).publishHeader(spoil ? Buffer.from('{}') : header, signal);
      const hand = {
        ledger: steel.ledger,
        projection: steel.projection,
        ownerHeaders: headers(steel.state.ownerHeaders),
        payloads: { ...payloads, publishHeader, ...lies },
        age,
        participant: participantId(STEEL),
      };
      return offered(handOver(hand, officer, claimId, to));
    }

    it('accepts no key of another version', async () => {
      const swapped = (own: OwnerHeaders): OwnerHeaders => ({
        ...own,
        get: async (id) => {
          const [kept, other] = await Promise.all([
            own.get(id),
            own.get(versions.find((each) => each !== id)!),
          ]);
          return kept && other && { ...kept, header: other.header };
        },
      });
      const offerDigest = await handing(swapped);
      expect(await codeOf(workshop.useCases.takeOver(officer, claimId, offerDigest))).to.equal(
        'KEY_MISMATCH',
      );
      expect(await workshop.state.ownerHeaders.get(versions[0]!)).to.equal(undefined);
      expect(claim().state).not.to.equal('TRANSFERRED');
    });

    it('accepts no keys that are not those that the offer commits to, and copies nothing for them', async () => {
      const offerDigest = await handing((own) => own, { possession: () => `sha256:${'0'.repeat(64)}` });
      expect(await codeOf(workshop.useCases.takeOver(officer, claimId, offerDigest))).to.equal(
        'KEY_MISMATCH',
      );
      expect(await workshop.state.ownerHeaders.get(versions[0]!)).to.equal(undefined);
    });

    it('accepts no bundle that is none', async () => {
      const offerDigest = await handing((own) => own, { spoil: true });
      expect(await codeOf(workshop.useCases.takeOver(officer, claimId, offerDigest))).to.equal(
        'HEADER_INVALID',
      );
      expect(claim().state).not.to.equal('TRANSFERRED');
    });
  });

  it('has one form of bundle', () => {
    const wrapped: Wrapped[] = versions.map((version) => ({ version, header: Buffer.from('age header') }));
    const bytes = encodeBundle(wrapped);
    expect([...decodeBundle(bytes).keys()]).to.deep.equal(versions);
    for (const broken of [
      Buffer.concat([bytes, Buffer.from(' ')]),
      Buffer.from('[]'),
      Buffer.from('{'),
      Buffer.from('[{"header":"!","version":"x"}]'),
    ])
      expect(() => decodeBundle(broken)).to.throw('no bundle');
  });
});
