import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { common, peer } from '@hyperledger/fabric-protos';
import timestamps from 'google-protobuf/google/protobuf/timestamp_pb.js';
import { admit, admitWriter, isAllowed, NotAdmitted } from '../../src/embedded/admission.js';
import { checkBroadcast } from '../../src/embedded/broadcast.js';
import { MalformedProposal, openProposal, transactionId } from '../../src/wire/index.js';
import type { Signer } from '../../src/embedded/signer.js';
import { craft, readMembers, type Members } from './crafted.js';
import { CHANNEL, createSpace, type Space } from './space.js';

const NOW = Date.now();
const YEARS_MS = 100 * 365 * 24 * 3_600_000;

interface Faults {
  readonly type?: number;
  readonly epoch?: number;
  readonly nonce?: Uint8Array;
  readonly chaincode?: string;
  readonly hasInput?: boolean;
  readonly hasTimestamp?: boolean;
  readonly signature?: Uint8Array;
}

function chaincodeId(name: string): peer.ChaincodeID {
  const id = new peer.ChaincodeID();
  id.setName(name);
  return id;
}

function payloadOf({ hasInput = true }: Faults): Uint8Array {
  const spec = new peer.ChaincodeSpec();
  spec.setChaincodeId(chaincodeId('tiny'));
  if (hasInput) spec.setInput(new peer.ChaincodeInput());
  const invocation = new peer.ChaincodeInvocationSpec();
  invocation.setChaincodeSpec(spec);
  const payload = new peer.ChaincodeProposalPayload();
  payload.setInput(invocation.serializeBinary());
  payload.getTransientmapMap().set('secret', Buffer.from('value'));
  return payload.serializeBinary();
}

function headerOf(creator: Signer, faults: Faults): common.Header {
  const nonce = faults.nonce ?? randomBytes(24);
  const extension = new peer.ChaincodeHeaderExtension();
  extension.setChaincodeId(chaincodeId(faults.chaincode ?? 'tiny'));
  const channel = new common.ChannelHeader();
  channel.setType(faults.type ?? common.HeaderType.ENDORSER_TRANSACTION);
  channel.setEpoch(faults.epoch ?? 0);
  channel.setChannelId(CHANNEL);
  channel.setTxId(transactionId(nonce, creator.identity));
  channel.setExtension$(extension.serializeBinary());
  if (faults.hasTimestamp !== false) channel.setTimestamp(timestamps.Timestamp.fromDate(new Date(NOW)));
  const signature = new common.SignatureHeader();
  signature.setCreator(creator.identity);
  signature.setNonce(nonce);
  const header = new common.Header();
  header.setChannelHeader(channel.serializeBinary());
  header.setSignatureHeader(signature.serializeBinary());
  return header;
}

function propose(creator: Signer, faults: Faults = {}): peer.SignedProposal {
  const proposal = new peer.Proposal();
  proposal.setHeader(headerOf(creator, faults).serializeBinary());
  proposal.setPayload(payloadOf(faults));
  const signed = new peer.SignedProposal();
  signed.setProposalBytes(proposal.serializeBinary());
  signed.setSignature(faults.signature ?? creator.sign(signed.getProposalBytes_asU8()));
  return signed;
}

describe('embedded node: admission', () => {
  let space: Space;
  let members: Members;

  before(async () => {
    space = await createSpace();
    members = await readMembers(space);
  });

  after(() => space.remove());

  function refusalOf(faults: Faults, nowMs = NOW, isKnown = false): NotAdmitted | undefined {
    try {
      admit(openProposal(propose(members.clients[0]!, faults)), members.config, () => isKnown, nowMs);
      return undefined;
    } catch (error) {
      if (error instanceof NotAdmitted) return error;
      throw error;
    }
  }

  it('admits a proper proposal of a client', () => {
    const creator = admit(openProposal(propose(members.clients[0]!)), members.config, () => false, NOW);
    expect([creator.mspId, creator.role]).deep.equals(['Org1MSP', 'client']);
    expect(() => admitWriter(creator, members.config)).not.throw();
  });

  it('admits a peer to read but not to write', () => {
    const creator = admit(openProposal(propose(members.peers[0]!)), members.config, () => false, NOW);
    expect(() => admitWriter(creator, members.config)).throws(
      NotAdmitted,
      "check policy [/Channel/Application/Writers]: [implicit policy evaluation failed - 0 sub-policies were satisfied, but this policy requires 1 of the 'Writers' sub-policies",
    );
    const data = Buffer.from('data');
    const signed = (signer: Signer): Parameters<typeof isAllowed>[0] => ({
      identity: signer.identity,
      data,
      signature: signer.sign(data),
    });
    expect(isAllowed(signed(members.peers[0]!), '/Channel/Application/Readers', members.config)).equals(true);
    expect(isAllowed(signed(members.orderer), '/Channel/Application/Readers', members.config)).equals(false);
    expect(isAllowed(signed(members.peers[0]!), '/Channel/Application/Nothing', members.config)).equals(
      false,
    );
  });

  it('turns an expired certificate away, proposing and submitting', () => {
    const refusal = refusalOf({}, NOW + YEARS_MS);
    expect([refusal?.kind, refusal?.message]).deep.equals(['filter', 'proposal client identity expired']);
    expect(() => checkBroadcast(craft(members), CHANNEL, members.config, NOW + YEARS_MS)).throws(
      'identity expired',
    );
    expect(() => checkBroadcast(craft(members), CHANNEL, members.config, NOW)).not.throw();
  });

  it('keeps to fifteen minutes, to the second', () => {
    const window = 15 * 60_000;
    for (const [shift, isAdmitted] of [
      [window, true],
      [window + 1000, false],
      [-window, true],
      [-window - 1000, false],
    ] as const)
      expect(refusalOf({}, NOW + shift)?.kind).equals(isAdmitted ? undefined : 'filter');
    expect(refusalOf({ hasTimestamp: false })?.message).contains('incorrect timestamp 1970-01-01T00:00:00Z');
  });

  const refused: readonly [string, Faults, string][] = [
    ['another header type', { type: common.HeaderType.MESSAGE }, 'invalid header type MESSAGE'],
    ['an unknown header type', { type: 99 }, 'invalid header type 99'],
    ['an epoch', { epoch: 1 }, 'epoch is non-zero'],
    ['no nonce', { nonce: new Uint8Array() }, 'nonce is empty'],
    ['no signature', { signature: new Uint8Array() }, 'empty signature bytes'],
    [
      'a signature that is none',
      { signature: Buffer.from('x') },
      'access denied: channel [ledger] creator org [Org1MSP]',
    ],
  ];
  for (const [what, faults, text] of refused)
    it(`refuses ${what}`, () => {
      expect(refusalOf(faults)?.message).equals(`error validating proposal: ${text}`);
    });

  it('refuses a transaction id that is on the ledger', () => {
    expect(refusalOf({}, NOW, true)?.message).contains('duplicate transaction found');
  });

  it('strips the transient map from what is hashed and recorded', () => {
    const proposal = openProposal(propose(members.clients[0]!));
    const recorded = peer.ChaincodeProposalPayload.deserializeBinary(proposal.recordedPayload);
    expect(recorded.getTransientmapMap().getLength()).equals(0);
    expect(recorded.getInput_asU8().length).greaterThan(0);
  });

  // A Gateway passes it on and its endorsers refuse it, as recorded from Fabric.
  it('refuses a header that names no chaincode', () => {
    expect(refusalOf({ chaincode: '' })?.message).equals(
      'ChaincodeHeaderExtension.ChaincodeId.Name is empty',
    );
  });

  it('cannot read a proposal without input or bytes', () => {
    expect(() => openProposal(propose(members.clients[0]!, { hasInput: false }))).throws(MalformedProposal);
    expect(() => openProposal(undefined)).throws(MalformedProposal);
    expect(() => openProposal(new peer.SignedProposal())).throws(MalformedProposal);
  });

  it('orders what only peers judge: unknown types, epochs, a missing nonce', () => {
    for (const faults of [{ type: common.HeaderType.MESSAGE }, { epoch: 1 }, { nonce: new Uint8Array() }])
      expect(() => checkBroadcast(craft(members, faults), CHANNEL, members.config, NOW)).not.throw();
  });

  it('does not order other channels, configuration, or what is too large', () => {
    const check = (envelope: Uint8Array) => () => checkBroadcast(envelope, CHANNEL, members.config, NOW);
    expect(check(craft(members, { channelId: 'other' }))).throws(
      'status=BAD_REQUEST, info=channel does not exist',
    );
    expect(check(craft(members, { type: common.HeaderType.CONFIG }))).throws('cannot be processed directly');
    expect(check(craft(members, { type: common.HeaderType.CONFIG_UPDATE }))).throws('configuration updates');
    expect(check(craft(members, { writes: { a: 'x'.repeat(11 * 1024 * 1024) } }))).throws(
      'exceeds maximum allowed',
    );
    expect(check(craft(members, { creator: members.peers[0]! }))).throws('status=FORBIDDEN');
    expect(check(Buffer.from('no envelope'))).throws('status=BAD_REQUEST');
  });
});
