import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { common, msp, orderer, peer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import { readConfig } from '../src/fabric/config.js';
import type { ChannelConfig } from '../src/fabric/identity.js';
import { NotEvaluated } from '../src/rejection.js';
import { issue, type Holder } from './certificates-fixture.js';
import { mspConfig, serialized, signatures } from './organisation-fixture.js';
import { refuses } from './rejections.js';

const RECORDED = join(import.meta.dirname, '../../../shared/data/fabric-blocks');

function value(content: Uint8Array): common.ConfigValue {
  const message = new common.ConfigValue();
  message.setValue(content);
  return message;
}

interface Group {
  readonly groups?: Readonly<Record<string, common.ConfigGroup>>;
  readonly values?: Readonly<Record<string, Uint8Array>>;
}

function group({ groups = {}, values = {} }: Group): common.ConfigGroup {
  const message = new common.ConfigGroup();
  for (const [name, child] of Object.entries(groups)) message.getGroupsMap().set(name, child);
  for (const [name, content] of Object.entries(values)) message.getValuesMap().set(name, value(content));
  return message;
}

function consensus(type: string): Uint8Array {
  const message = new orderer.ConsensusType();
  message.setType(type);
  return message.serializeBinary();
}

function consenters(...ids: readonly number[]): Uint8Array {
  const message = new common.Orderers();
  message.setConsenterMappingList(
    ids.map((id) => {
      const consenter = new common.Consenter();
      consenter.setId(id);
      consenter.setMspId(`Ord${id}MSP`);
      consenter.setIdentity(Uint8Array.of(id));
      consenter.setHost('host');
      return consenter;
    }),
  );
  return message.serializeBinary();
}

function capabilities(...names: readonly string[]): Uint8Array {
  const message = new common.Capabilities();
  for (const name of names) message.getCapabilitiesMap().set(name, new common.Capability());
  return message.serializeBinary();
}

function config(application: Group, ordererGroup: Group = {}, sequence = 3): Uint8Array {
  const message = new common.Config();
  message.setSequence(sequence);
  message.setChannelGroup(
    group({
      groups: { Application: group(application), Orderer: group(ordererGroup) },
      values: { Capabilities: capabilities('V2_0') },
    }),
  );
  return message.serializeBinary();
}

const organisation = (content: Uint8Array): common.ConfigGroup => group({ values: { MSP: content } });

describe('channel configurations', () => {
  let root: Holder;
  let member: Holder;
  before(async () => {
    root = await issue({ name: 'root', authority: true });
    member = await issue({ name: 'm', units: ['peer'], issuer: root });
  });

  const msps = (...ids: readonly string[]): Record<string, common.ConfigGroup> =>
    Object.fromEntries(
      ids.map((mspId) => [
        `${mspId} group`,
        organisation(mspConfig({ mspId, roots: [root], roles: ['peer', 'admin'] })),
      ]),
    );

  it('names organisations, orderers and the sequence', () => {
    const read = readConfig(config({ groups: msps('A', 'B') }, { groups: msps('B', 'O') }), signatures);
    expect(read.sequence).to.equal(3n);
    expect(read.organisations).to.deep.equal(['A', 'B']);
    expect(read.orderers).to.deep.equal(['B', 'O']);
    expect(readConfig(config({}, {}, 0), signatures).sequence).to.equal(0n);
  });

  it('identifies members of both groups, and remembers them', async () => {
    const read = readConfig(config({ groups: msps('A') }, { groups: msps('O') }), signatures);
    for (const mspId of ['A', 'O']) {
      const identity = await read.identify(serialized(mspId, member.pem));
      expect([identity.mspId, identity.role]).to.deep.equal([mspId, 'peer']);
      expect(await read.identify(serialized(mspId, member.pem))).to.equal(identity);
    }
  });

  it('refuses strangers, and other bytes than an identity', async () => {
    const read = readConfig(config({ groups: msps('A') }), signatures);
    await refuses(() => read.identify(serialized('B', member.pem)), 'UNKNOWN_ORGANISATION');
    await refuses(() => read.identify(serialized('A', root.pem)), 'CHAIN_BROKEN');
    await refuses(() => read.identify(serialized('A', new Uint8Array())), 'CERTIFICATE_MALFORMED');
    const good = serialized('A', member.pem);
    await refuses(() => read.identify(Uint8Array.of(...good, 0x1a, 0)), 'UNKNOWN_FIELD');
    await refuses(() => read.identify(Uint8Array.of(...good, 0x0a, 1, 0x41)), 'DUPLICATE_FIELD');
    await refuses(() => read.identify(good.subarray(0, -1)), 'MALFORMED');
    await refuses(() => read.identify(new Uint8Array()), 'UNKNOWN_ORGANISATION');
  });

  it('knows how blocks come to be', () => {
    const orderingOf = (type: string, orderers?: Uint8Array): ChannelConfig['ordering'] => {
      const values = { ConsensusType: consensus(type), ...(orderers && { Orderers: orderers }) };
      return readConfig(config({}, { values }), signatures).ordering;
    };
    expect(orderingOf('etcdraft')).to.deep.equal({ kind: 'RAFT', consenters: 0 });
    expect(orderingOf('tallystick-embedded-single-operator')).to.deep.equal({ kind: 'SINGLE_OPERATOR' });
    expect(orderingOf('solo')).to.deep.equal({ kind: 'UNKNOWN', type: 'solo' });
    expect(orderingOf('BFT', consenters(1, 4))).to.deep.equal({
      kind: 'BFT',
      consenters: [
        { id: 1, mspId: 'Ord1MSP', certificate: Uint8Array.of(1) },
        { id: 4, mspId: 'Ord4MSP', certificate: Uint8Array.of(4) },
      ],
    });
    expect(readConfig(config({}), signatures).ordering).to.deep.equal({ kind: 'UNKNOWN', type: '' });
  });

  it('refuses two consenters of one id', () => {
    const values = { ConsensusType: consensus('BFT'), Orderers: consenters(1, 2, 1) };
    return refuses(() => readConfig(config({}, { values }), signatures), 'MALFORMED');
  });

  it('refuses a key that comes twice', async () => {
    const [a] = Object.values(msps('A'));
    const twice = new common.ConfigGroup();
    twice.getGroupsMap().set('X', a ?? group({}));
    const bytes = Buffer.from(twice.serializeBinary());
    const channel = Buffer.from(Buffer.concat([bytes, bytes]));
    const length = [(channel.length & 0x7f) | 0x80, channel.length >> 7];
    const message = Uint8Array.of(0x12, ...length, ...channel);
    await refuses(() => readConfig(message, signatures), 'DUPLICATE_FIELD');
  });

  it('refuses one MSP twice, two forms of it, and an organisation without', async () => {
    const [one] = Object.values(msps('A'));
    const twice = config({ groups: { one: one ?? group({}), two: one ?? group({}) } });
    await refuses(() => readConfig(twice, signatures), 'DUPLICATE_FIELD');
    const other = organisation(mspConfig({ mspId: 'A', roots: [root] }));
    const two = config({ groups: msps('A') }, { groups: { other } });
    await refuses(() => readConfig(two, signatures), 'MALFORMED');
    await refuses(() => readConfig(config({ groups: { none: group({}) } }), signatures), 'MALFORMED');
  });

  it('refuses depth without end', async () => {
    let deep = group({});
    for (let depth = 0; depth < 9; depth++) deep = group({ groups: { Application: deep } });
    const message = new common.Config();
    message.setChannelGroup(deep);
    await refuses(() => readConfig(message.serializeBinary(), signatures), 'TOO_LARGE');
  });

  it('lets the odd configuration of one organisation not spoil those of others', async () => {
    const odd = organisation(mspConfig({ mspId: 'Odd', roots: [root], hashFamily: 'SHA3' }));
    const read = readConfig(config({ groups: { ...msps('A'), odd } }), signatures);
    expect((await read.identify(serialized('A', member.pem))).role).to.equal('peer');
    const open = await read.identify(serialized('Odd', member.pem)).catch((error: unknown) => error);
    expect(open).to.be.instanceOf(NotEvaluated);
  });
});

interface Recorded {
  readonly blocks: readonly { readonly base64: string }[];
}

const json = (...path: readonly string[]): unknown =>
  JSON.parse(readFileSync(join(RECORDED, ...path), 'utf8'));

const payloads = (block: common.Block): common.Payload[] =>
  (block.getData()?.getDataList_asU8() ?? []).map((bytes) =>
    common.Payload.deserializeBinary(common.Envelope.deserializeBinary(bytes).getPayload_asU8()),
  );

const blockOf = (base64: string): common.Block =>
  common.Block.deserializeBinary(Buffer.from(base64, 'base64'));

/** A channel configuration as the block carries it; its bytes are sliced behind the tag and length. */
function configIn(block: common.Block): Uint8Array {
  const [payload] = payloads(block);
  const envelope = common.ConfigEnvelope.deserializeBinary(payload?.getData_asU8() ?? new Uint8Array());
  return envelope.getConfig()?.serializeBinary() ?? expect.fail('no configuration');
}

function creatorsOf(payload: common.Payload): Uint8Array[] {
  const header = payload.getHeader()?.getSignatureHeader_asU8() ?? new Uint8Array();
  return [common.SignatureHeader.deserializeBinary(header).getCreator_asU8()];
}

function endorsersOf(payload: common.Payload): Uint8Array[] {
  const channelHeader = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
  const { type } = common.ChannelHeader.deserializeBinary(channelHeader).toObject();
  if (type !== (common.HeaderType.ENDORSER_TRANSACTION as number)) return [];
  const transaction = peer.Transaction.deserializeBinary(payload.getData_asU8());
  return transaction
    .getActionsList()
    .flatMap((action) =>
      (
        peer.ChaincodeActionPayload.deserializeBinary(action.getPayload_asU8())
          .getAction()
          ?.getEndorsementsList() ?? []
      ).map((endorsement) => endorsement.getEndorser_asU8()),
    );
}

for (const kind of ['bft', 'raft'] as const) {
  describe(`the configuration of a recorded ${kind} ledger`, () => {
    let read: ChannelConfig;
    let blocks: common.Block[];
    before(function () {
      if (!existsSync(join(RECORDED, kind))) {
        console.warn(`skipped: no recorded blocks in ${join(RECORDED, kind)}`);
        this.skip();
      }
      const genesis = json(kind, 'genesis.json') as { readonly base64: string };
      read = readConfig(configIn(blockOf(genesis.base64)), signatures);
      blocks = (json(kind, 'blocks-peer1.json') as Recorded).blocks.map(({ base64 }) => blockOf(base64));
    });

    it('is read from genesis', () => {
      expect(read.sequence).to.equal(0n);
      expect([...read.organisations].sort()).to.deep.equal(['Org1MSP', 'Org2MSP', 'Org3MSP']);
      expect(read.ordering.kind).to.equal(kind === 'bft' ? 'BFT' : 'RAFT');
      expect(read.orderers).to.have.length(kind === 'bft' ? 4 : 1);
    });

    it('identifies every creator and endorser', async () => {
      const all = blocks.slice(1).flatMap(payloads);
      const creators = all.flatMap(creatorsOf).filter(({ length }) => length > 0);
      const endorsers = all.flatMap(endorsersOf);
      expect(creators.length).to.be.greaterThan(30);
      expect(endorsers.length).to.be.greaterThan(60);
      for (const creator of creators) {
        const { role } = await read.identify(creator);
        expect(role).to.be.oneOf(['client', 'admin', 'orderer']);
      }
      for (const endorser of endorsers) {
        const identity = await read.identify(endorser);
        const { mspid } = msp.SerializedIdentity.deserializeBinary(endorser).toObject();
        expect([identity.mspId, identity.role]).to.deep.equal([mspid, 'peer']);
      }
    });

    it('asks a majority of organisations for endorsements', async () => {
      const endorsers = new Map<string, Uint8Array>();
      for (const bytes of blocks.slice(1).flatMap(payloads).flatMap(endorsersOf)) {
        endorsers.set((await read.identify(bytes)).mspId, bytes);
      }
      const identities = await Promise.all([...endorsers.values()].map((bytes) => read.identify(bytes)));
      const policy = read.policy('/Channel/Application/Endorsement');
      expect(identities).to.have.length(3);
      expect(policy.isSatisfiedBy(identities)).to.equal(true);
      expect(policy.isSatisfiedBy(identities.slice(1))).to.equal(true);
      expect(policy.isSatisfiedBy(identities.slice(2))).to.equal(false);
      expect(read.policy('/Channel/Orderer/BlockValidation').isSatisfiedBy(identities)).to.equal(false);
    });

    it('names consenters who are orderers', async () => {
      if (read.ordering.kind !== 'BFT') return;
      const { consenters: named } = read.ordering;
      expect(named.map(({ id }) => id)).to.deep.equal([1, 2, 3, 4]);
      const identities = await Promise.all(
        named.map(({ mspId, certificate }) => read.identify(serialized(mspId, certificate))),
      );
      for (const { role } of identities) expect(role).to.equal('orderer');
      const policy = read.policy('/Channel/Orderer/BlockValidation');
      expect(policy.isSatisfiedBy(identities.slice(1))).to.equal(true);
      expect(policy.isSatisfiedBy(identities.slice(2))).to.equal(false);
    });

    it('reads every later configuration', () => {
      const sequences = blocks
        .filter((block) => payloads(block).some((payload) => typeOf(payload) === common.HeaderType.CONFIG))
        .map((block) => readConfig(configIn(block), signatures).sequence);
      expect(sequences).to.deep.equal(sequences.map((_, index) => BigInt(index)));
    });
  });
}

function typeOf(payload: common.Payload): number {
  const header = payload.getHeader()?.getChannelHeader_asU8() ?? new Uint8Array();
  return common.ChannelHeader.deserializeBinary(header).getType();
}
