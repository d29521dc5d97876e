import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { common, msp, orderer, peer } from '@hyperledger/fabric-protos';
import { applyUpdate } from '../../src/fabric/config-apply.js';
import {
  decodeUpdateFile,
  digestOf,
  encodeUpdateFile,
  mergeSignatures,
  newUpdateFile,
  type UpdateFile,
} from '../../src/fabric/config-envelope.js';
import { reviewText, reviewUpdate } from '../../src/fabric/config-review.js';
import { judgeSignatures, requireEnough, signUpdate } from '../../src/fabric/config-signatures.js';
import { computeUpdate } from '../../src/fabric/config-update.js';
import { valueLines } from '../../src/fabric/config-values.js';
import { copyOf, rootOf } from '../../src/fabric/config-elements.js';
import { applicationOf, proposeJoining, proposeUpdate } from '../../src/fabric/joining.js';
import { proposeLeaving } from '../../src/fabric/leaving.js';
import { offerOf, parseOffer, type OrganisationOffer } from '../../src/fabric/organisation-offer.js';
import { readPublicMsp } from '../../src/identity/index.js';
import { CHANNEL, createFixture, NEWCOMER, refused, type Fixture } from './joining-fixture.js';

describe('an organisation joins and leaves by signed updates', function () {
  let fixture: Fixture;
  let offer: OrganisationOffer;
  let file: UpdateFile;
  let digest: string;

  before(async () => {
    fixture = await createFixture();
    const made = await offerOf(fixture.msp(NEWCOMER), NEWCOMER, ['machine.example:7051']);
    offer = await parseOffer(JSON.parse(JSON.stringify(made)));
    file = proposeJoining(CHANNEL, fixture.config, offer);
    digest = digestOf(file);
  });
  after(() => fixture.remove());

  const signedBy = async (...mspIds: string[]): Promise<UpdateFile> => {
    let signed = file;
    for (const mspId of mspIds) signed = signUpdate(signed, await fixture.signer(mspId), digest);
    return signed;
  };
  const isEnough = async (signed: UpdateFile): Promise<boolean> =>
    (await judgeSignatures(fixture.config, signed)).policies.every(({ isSatisfied }) => isSatisfied);

  describe('the offer', () => {
    it('shows nothing but the public MSP and the anchor peers', async () => {
      const { rootCertificates, tlsRootCertificates } = await readPublicMsp(fixture.msp(NEWCOMER), NEWCOMER);
      expect(offer).to.include({ version: 1, mspId: NEWCOMER });
      expect(offer.rootCertificates).to.deep.equal(rootCertificates);
      expect(offer.tlsRootCertificates).to.deep.equal(tlsRootCertificates);
      expect(offer.roles.admin.issuer).to.equal(rootCertificates[0]);
      expect(JSON.stringify(offer)).to.not.include('PRIVATE');
    });

    const wrong: Readonly<Record<string, (given: OrganisationOffer) => unknown>> = {
      'of another version': (given) => ({ ...given, version: 2 }),
      'with a field that nobody knows': (given) => ({ ...given, extra: 1 }),
      'without an authority': (given) => ({ ...given, rootCertificates: [] }),
      'without a TLS authority': (given) => ({ ...given, tlsRootCertificates: [] }),
      'with an MSP id that is no name': (given) => ({ ...given, mspId: 'a/b' }),
      'with an anchor peer that is no address': (given) => ({ ...given, anchorPeers: ['machine'] }),
      'without an anchor peer': (given) => ({ ...given, anchorPeers: [] }),
      'with a private key': (given) => ({
        ...given,
        rootCertificates: ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
      }),
      'with a certificate that is none': (given) => ({
        ...given,
        rootCertificates: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
      }),
    };
    for (const [what, change] of Object.entries(wrong)) {
      it(`is refused ${what}`, () => refused('OFFER_INVALID', () => parseOffer(change(offer))));
    }

    it('is refused with the certificate of somebody who is no authority', async () => {
      const { certificate } = await fixture.signer(NEWCOMER);
      await refused('OFFER_INVALID', () => parseOffer({ ...offer, rootCertificates: [certificate] }));
    });

    it('is refused when its authority has expired', () =>
      refused('OFFER_INVALID', () => parseOffer(offer, new Date('2080-01-01'))));

    it('is not made from a directory that holds a private key', async () => {
      const other = await createFixture();
      try {
        await writeFile(join(other.msp(NEWCOMER), 'cacerts/key.pem'), '-----BEGIN PRIVATE KEY-----\n');
        const attempt = await offerOf(other.msp(NEWCOMER), NEWCOMER, ['a:1']).then(
          () => 'made',
          (error: unknown) => String(error),
        );
        expect(attempt).to.include('private key');
      } finally {
        await other.remove();
      }
    });

    it('of a name or of an authority that is on the channel is not proposed', async () => {
      await refused('ALREADY_MEMBER', () =>
        proposeJoining(CHANNEL, fixture.config, { ...offer, mspId: 'SteelMSP' }),
      );
      const twin = { ...(await offerOf(fixture.msp('SteelMSP'), 'SteelMSP', ['a:1'])), mspId: 'TwinMSP' };
      const { message } = await refused('ALREADY_MEMBER', () =>
        proposeJoining(CHANNEL, fixture.config, twin),
      );
      expect(message).to.include('SteelMSP');
    });
  });

  describe('the review', () => {
    it('names organisation, certificates, endpoint, policies, and how many must agree from then on', async () => {
      const review = await reviewUpdate(CHANNEL, fixture.config, file);
      expect(review.changes.map(({ kind, path }) => `${kind} ${path}`)).to.deep.equal([
        `added /Channel/Application/${NEWCOMER}`,
      ]);
      const text = reviewText(review);
      expect(text).to.include(digest);
      expect(text).to.match(
        /Certificate authority: CN=ca\.machinemsp\.example, .*sha256 [0-9a-f]{64}; valid until/,
      );
      expect(text).to.include('Anchor peer: machine.example:7051');
      expect(text).to.include(`Admins: Policy: OR('${NEWCOMER}.admin')`);
      const votes = review.consequences.map(({ path, before, after }) => [path, ...before, ...after]);
      expect(votes).to.deep.include(['/Channel/Application/Admins', '2 of 3', '3 of 4']);
      expect(votes).to.deep.include(['/Channel/Application/Endorsement', '2 of 3', '3 of 4']);
    });

    it('shows what a file does, whatever it was said to do', async () => {
      const wanted = copyOf(fixture.config);
      applicationOf(wanted).getPoliciesMap().get('Admins')!.setModPolicy('Readers');
      const sly = proposeUpdate(CHANNEL, fixture.config, wanted);
      const { changes } = await reviewUpdate(CHANNEL, fixture.config, sly);
      expect(changes).to.deep.equal([
        {
          kind: 'changed',
          path: '/Channel/Application/Admins',
          before: ['modified by Admins'],
          after: ['modified by Readers'],
        },
      ]);
    });

    it('is of this channel only', () =>
      refused('OTHER_CHANNEL', () => reviewUpdate('other', fixture.config, file)));

    it('is refused when the channel has moved on', async () => {
      const { config } = applyUpdate(fixture.config, file.update);
      await refused('BASE_OUTDATED', () => reviewUpdate(CHANNEL, config, file));
    });

    it('gives a terminal nothing to obey', () => {
      const anchors = new peer.AnchorPeers();
      const anchor = new peer.AnchorPeer();
      anchor.setHost('a\u001b[2J\u202eb\nc');
      anchors.addAnchorPeers(anchor);
      expect(valueLines('AnchorPeers', anchors.serializeBinary())).to.deep.equal([
        'Anchor peer: a\\u{1b}[2J\\u{202e}b\\u{a}c:0',
      ]);
    });

    it('tells the options of the ordering service, and digests of those that it does not know', () => {
      const consensus = new orderer.ConsensusType();
      consensus.setType('BFT');
      const options = new orderer.smartbft.Options();
      options.setRequestBatchMaxInterval('50ms');
      consensus.setMetadata(options.serializeBinary());
      const lines = (): string[] => valueLines('ConsensusType', consensus.serializeBinary());
      expect(lines()[0]).to.equal('BFT, STATE_NORMAL');
      expect(lines()).to.include('requestBatchMaxInterval: 50ms');
      consensus.setType('etcdraft');
      const raft = new orderer.etcdraft.ConfigMetadata();
      const consenter = new orderer.etcdraft.Consenter();
      consenter.setHost('orderer.example');
      consenter.setPort(7050);
      raft.addConsenters(consenter);
      consensus.setMetadata(raft.serializeBinary());
      expect(lines()[1]).to.match(/^Orderer at orderer\.example:7050, TLS as server: no certificate/);
      consensus.setType('other');
      expect(lines()[1]).to.match(/^\d+ bytes, sha256 /);
    });

    it('names by digest what it cannot read', () => {
      expect(valueLines('Novelty', Uint8Array.of(1, 2))[0]).to.match(/^2 bytes, sha256 [0-9a-f]{64}$/);
      expect(valueLines('AnchorPeers', Uint8Array.of(255))[0]).to.match(/^1 bytes, sha256 /);
      // Field 9, of which the message knows nothing.
      expect(valueLines('BatchTimeout', Uint8Array.of(0x48, 1)).join()).to.match(
        /not all of it is known here/,
      );
      const wrapped = new msp.MSPConfig();
      wrapped.setConfig(Uint8Array.of(0x98, 0x06, 1));
      expect(valueLines('MSP', wrapped.serializeBinary()).join()).to.match(/not known here/);
    });
  });

  describe('the file', () => {
    it('is Fabric’s own envelope and comes back as it was', async () => {
      const signed = await signedBy('SteelMSP');
      const bytes = encodeUpdateFile(signed);
      const back = decodeUpdateFile(bytes);
      expect(digestOf(back)).to.equal(digest);
      expect(back.signatures).to.have.length(1);
      const payload = common.Payload.deserializeBinary(
        common.Envelope.deserializeBinary(bytes).getPayload_asU8(),
      );
      const header = common.ChannelHeader.deserializeBinary(payload.getHeader()!.getChannelHeader_asU8());
      expect([header.getType(), header.getChannelId()]).to.deep.equal([
        common.HeaderType.CONFIG_UPDATE,
        CHANNEL,
      ]);
    });

    const withBytes = (bytes: Uint8Array): Uint8Array => encodeUpdateFile({ ...file, bytes });
    const beside = (): common.ConfigUpdate => {
      const update = common.ConfigUpdate.deserializeBinary(file.bytes);
      update.getIsolatedDataMap().set('x', Uint8Array.of(1));
      return update;
    };
    const unreadable: Readonly<Record<string, () => Uint8Array>> = {
      nothing: () => new Uint8Array(),
      'no envelope': () => Buffer.from('{"offer":1}'),
      'a genesis block': () => fixture.genesis,
      'fields that are not known here': () => withBytes(Buffer.concat([file.bytes, Uint8Array.of(0x48, 1)])),
      'data beside the configuration': () => withBytes(beside().serializeBinary()),
      'two channels': () => encodeUpdateFile({ ...file, channel: 'other' }),
    };
    for (const [what, make] of Object.entries(unreadable)) {
      it(`is refused with ${what}`, () => refused('UPDATE_UNREADABLE', () => decodeUpdateFile(make())));
    }

    it('gathers signatures that were made side by side, each once', async () => {
      const [steel, supplier] = [await signedBy('SteelMSP'), await signedBy('ComponentMSP')];
      const merged = mergeSignatures([steel, supplier, steel]);
      expect(merged.signatures).to.have.length(2);
      expect(await isEnough(merged)).to.equal(true);
      const other = proposeLeaving(CHANNEL, fixture.config, 'SteelMSP');
      await refused('NOT_REVIEWED', () => mergeSignatures([steel, other]));
    });
  });

  describe('the signatures', () => {
    it('are enough from a majority of the administrators', async () => {
      expect(await isEnough(await signedBy())).to.equal(false);
      expect(await isEnough(await signedBy('SteelMSP'))).to.equal(false);
      expect(await isEnough(await signedBy('SteelMSP', 'RegulatorMSP'))).to.equal(true);
    });

    it('count once for each organisation, and not from others than administrators of members', async () => {
      const steel = await signedBy('SteelMSP', 'SteelMSP');
      expect(await isEnough(steel)).to.equal(false);
      for (const stranger of [
        await fixture.signer('ComponentMSP', 'client'),
        await fixture.signer(NEWCOMER),
        await fixture.signer('OrdererMSP'),
        { ...(await fixture.signer(NEWCOMER)), mspId: 'ComponentMSP' },
      ]) {
        expect(await isEnough(signUpdate(steel, stranger, digest)), stranger.mspId).to.equal(false);
      }
    });

    it('count for nothing when broken or of another update', async () => {
      const { signatures } = await signedBy('SteelMSP', 'ComponentMSP');
      const broken = signatures.map(({ header, signature }) => ({
        header,
        signature: signature.toReversed(),
      }));
      const verdict = await judgeSignatures(fixture.config, { ...file, signatures: broken });
      expect([verdict.signed.length, verdict.worthless]).to.deep.equal([0, 2]);
      const other = proposeLeaving(CHANNEL, fixture.config, 'RegulatorMSP');
      expect((await judgeSignatures(fixture.config, { ...other, signatures })).signed).to.deep.equal([]);
      const garbage = [{ header: Uint8Array.of(255), signature: new Uint8Array() }];
      expect((await judgeSignatures(fixture.config, { ...file, signatures: garbage })).worthless).to.equal(1);
    });

    it('are given only to what was reviewed', async () => {
      const steel = await fixture.signer('SteelMSP');
      const other = proposeLeaving(CHANNEL, fixture.config, 'RegulatorMSP');
      await refused('NOT_REVIEWED', () => signUpdate(other, steel, digest));
    });

    it('are asked for by name of the policy', async () => {
      const verdict = await judgeSignatures(fixture.config, await signedBy('SteelMSP'));
      const { facts } = await refused('SIGNATURES_MISSING', () => requireEnough(verdict));
      expect(facts).to.deep.equal({ policies: ['/Channel/Application/Admins'], signed: ['SteelMSP'] });
    });

    it('are held against the policy of what changes: an organisation’s own part against its own', async () => {
      const wanted = copyOf(fixture.config);
      const own = applicationOf(wanted).getGroupsMap().get('SteelMSP')!;
      own.getPoliciesMap().get('Readers')!.setModPolicy('/Channel/Application/Admins');
      const update = newUpdateFile(computeUpdate(CHANNEL, fixture.config, wanted)!);
      const signed = signUpdate(update, await fixture.signer('SteelMSP'), digestOf(update));
      expect((await judgeSignatures(fixture.config, signed)).policies).to.deep.equal([
        { path: '/Channel/Application/SteelMSP/Admins', isSatisfied: true },
      ]);
      const root = copyOf(fixture.config);
      rootOf(root).setModPolicy('Readers');
      const channel = newUpdateFile(computeUpdate(CHANNEL, fixture.config, root)!);
      expect((await judgeSignatures(fixture.config, channel)).policies).to.deep.equal([
        { path: '/Channel/Admins', isSatisfied: false },
      ]);
    });
  });

  describe('leaving', () => {
    it('takes the organisation out and nothing else', async () => {
      const out = proposeLeaving(CHANNEL, fixture.config, 'ComponentMSP');
      const { changes, consequences } = await reviewUpdate(CHANNEL, fixture.config, out);
      expect(changes.map(({ kind, path }) => `${kind} ${path}`)).to.deep.equal([
        'removed /Channel/Application/ComponentMSP',
      ]);
      expect(consequences[0]).to.deep.include({ before: ['2 of 3'], after: ['2 of 2'] });
    });

    it('is no way for one that is not there, nor for the last', async () => {
      await refused('NOT_A_MEMBER', () => proposeLeaving(CHANNEL, fixture.config, NEWCOMER));
      const wanted = copyOf(fixture.config);
      for (const mspId of ['SteelMSP', 'ComponentMSP']) applicationOf(wanted).getGroupsMap().del(mspId);
      await refused('LAST_ORGANISATION', () => proposeLeaving(CHANNEL, wanted, 'RegulatorMSP'));
    });

    it('and joining again ends where it began', () => {
      const joined = applyUpdate(fixture.config, file.update).config;
      const left = applyUpdate(joined, proposeLeaving(CHANNEL, joined, NEWCOMER).update).config;
      expect(computeUpdate(CHANNEL, fixture.config, left)).to.equal(undefined);
      expect(applicationOf(left).getVersion()).to.equal(applicationOf(fixture.config).getVersion() + 2);
      expect(applyUpdate(left, proposeJoining(CHANNEL, left, offer).update).config.getSequence()).to.equal(3);
    });

    it('is nothing to propose when all is as asked', () =>
      refused('NOTHING_CHANGES', () => proposeUpdate(CHANNEL, fixture.config, fixture.config)));
  });
});
