import { randomBytes } from 'node:crypto';
import { common, orderer } from '@hyperledger/fabric-protos';
import { channelGroup } from '../../network/src/embedded/genesis.js';
import { message } from '../../verifier/test/fabric-parties.js';
import { membership, type Organisation, type Person } from './parties.js';

export const CHAINCODE = 'tallystick';

/** Who is on a channel. */
export interface Members {
  readonly organisations: readonly Organisation[];
  readonly orderers: readonly Organisation[];
  /** Revocation lists (PEM) by MSP id. */
  readonly revoked?: Readonly<Record<string, Uint8Array>>;
}

const BATCH = { timeoutMs: 100, maxMessages: 10 };

function groupOf(
  { organisations, orderers, revoked = {} }: Members,
  first: Organisation,
): common.ConfigGroup {
  const configured = (each: Organisation): ReturnType<typeof membership> => {
    const list = revoked[each.mspId];
    return membership(each, list === undefined ? [] : [list]);
  };
  const others = organisations.map(configured);
  return channelGroup({
    organisations: others,
    orderer: configured(orderers.find(({ mspId }) => mspId === first.mspId) ?? first),
    chaincode: CHAINCODE,
    batch: BATCH,
  });
}

const orderersOf = (group: common.ConfigGroup): common.ConfigGroup => group.getGroupsMap().get('Orderer')!;

function setValue(group: common.ConfigGroup, name: string, value: Uint8Array): void {
  const configured = new common.ConfigValue();
  configured.setValue(value);
  configured.setModPolicy('Admins');
  group.getValuesMap().set(name, configured);
}

function consenters(organisations: readonly Organisation[]): Uint8Array {
  const list = new common.Orderers();
  for (const [index, { mspId, people }] of organisations.entries()) {
    const consenter = new common.Consenter();
    consenter.setId(index + 1);
    consenter.setHost(`orderer${index + 1}`);
    consenter.setPort(7050);
    consenter.setMspId(mspId);
    consenter.setIdentity(people.orderer.holder.pem);
    list.addConsenterMapping(consenter);
  }
  return list.serializeBinary();
}

/** The configuration of a channel that one operator runs, as the embedded node has it. */
export const singleOperator = (members: Members): common.ConfigGroup =>
  groupOf(members, members.orderers[0]!);

/** The configuration of a channel whose orderers tolerate faults of any kind, one orderer each. */
export function byzantine(members: Members): common.ConfigGroup {
  const [first, ...rest] = members.orderers;
  const group = groupOf(members, first!);
  const ordering = orderersOf(group);
  for (const each of rest) {
    const own = orderersOf(groupOf(members, each)).getGroupsMap().get(each.mspId)!;
    ordering.getGroupsMap().set(each.mspId, own);
  }
  const consensus = new orderer.ConsensusType();
  consensus.setType('BFT');
  setValue(ordering, 'ConsensusType', consensus.serializeBinary());
  setValue(ordering, 'Orderers', consenters(members.orderers));
  return group;
}

/** A CONFIG transaction (common.Envelope). Nobody signs the first. */
export function configTransaction(
  channel: string,
  group: common.ConfigGroup,
  sequence: number,
  by?: Person,
): Uint8Array {
  const config = new common.Config();
  config.setSequence(sequence);
  config.setChannelGroup(group);
  const channelHeader = message([1, 1n], [2, 1n], [3, message([1, 1_790_000_000n])], [4, channel]);
  const signatureHeader = by
    ? message([1, by.serialized], [2, randomBytes(24)])
    : message([2, randomBytes(24)]);
  const envelope = new common.ConfigEnvelope();
  envelope.setConfig(config);
  const payload = message(
    [1, message([1, channelHeader], [2, signatureHeader])],
    [2, envelope.serializeBinary()],
  );
  return by ? message([1, payload], [2, by.sign(payload)]) : message([1, payload]);
}
