import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssertionError, expect } from 'chai';
import fc from 'fast-check';
import { common } from '@hyperledger/fabric-protos';
import { channelGroup, genesisBlock } from '../../src/embedded/genesis.js';
import { readMspConfig } from '../../src/embedded/msp-directory.js';
import { readConfigBlock } from '../../src/fabric/config-block.js';
import { copyOf, elementsOf, rootOf, type Element } from '../../src/fabric/config-elements.js';
import { anyOf } from '../../src/fabric/config-policies.js';
import { MembershipError, type MembershipErrorCode } from '../../src/fabric/membership-errors.js';
import { createOrganisation, readIdentity, type Identity } from '../../src/identity/index.js';

/** Asserts the code of a refusal and returns the error. */
export async function refused(code: MembershipErrorCode, attempt: () => unknown): Promise<MembershipError> {
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof MembershipError)) throw error;
    expect(error.code, error.message).to.equal(code);
    return error;
  }
  throw new AssertionError(`expected a refusal ${code}`);
}

export const CHANNEL = 'ledger';
const MEMBERS = ['SteelMSP', 'ComponentMSP', 'RegulatorMSP'] as const;
export const NEWCOMER = 'MachineMSP';

/** Organisations with keys of their own, and a channel of the first three. */
export interface Fixture {
  readonly directory: string;
  readonly config: common.Config;
  readonly genesis: Uint8Array;
  msp(mspId: string): string;
  signer(mspId: string, user?: 'admin' | 'client'): Promise<Identity>;
  remove(): Promise<void>;
}

async function makeOrganisation(directory: string, mspId: string): Promise<void> {
  const name = mspId.toLowerCase();
  await createOrganisation(join(directory, mspId), {
    mspId,
    name,
    domain: `${name}.example`,
    peers: [{ name: 'peer0' }],
    orderers: [],
    users: [
      { name: 'admin', ou: 'admin' },
      { name: 'client', ou: 'client' },
    ],
  });
}

export async function createFixture(): Promise<Fixture> {
  const directory = await mkdtemp(join(tmpdir(), 'tallystick-joining-'));
  const msp = (mspId: string): string => join(directory, mspId, 'msp');
  await Promise.all([...MEMBERS, NEWCOMER, 'OrdererMSP'].map((id) => makeOrganisation(directory, id)));
  const group = channelGroup({
    organisations: await Promise.all(MEMBERS.map((id) => readMspConfig(msp(id), id))),
    orderer: await readMspConfig(msp('OrdererMSP'), 'OrdererMSP'),
    chaincode: 'tallystick',
    batch: { timeoutMs: 10, maxMessages: 500 },
  });
  const genesis = genesisBlock(CHANNEL, group);
  return {
    directory,
    config: readConfigBlock(genesis).config,
    genesis,
    msp,
    signer: (mspId, user = 'admin') => readIdentity(join(directory, mspId, 'users', user, 'msp'), mspId),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

// Channels of real Fabric that were recorded; read in place, never copied.
const RECORDED = new URL('../../../../shared/data/fabric-blocks/', import.meta.url);
export const hasRecordings = (): boolean => existsSync(new URL('bft/genesis.json', RECORDED));

export function recordedConfig(kind: 'bft' | 'raft'): common.Config {
  const file = JSON.parse(readFileSync(new URL(`${kind}/genesis.json`, RECORDED), 'utf8')) as {
    base64: string;
  };
  return readConfigBlock(Buffer.from(file.base64, 'base64')).config;
}

const OPERATIONS = [
  'set value',
  'drop value',
  'set policy',
  'drop policy',
  'add group',
  'drop group',
  'modify',
] as const;

/** One edit of a configuration; `at` chooses a group, `name` what in it. */
export interface Edit {
  readonly operation: (typeof OPERATIONS)[number];
  readonly at: number;
  readonly name: string;
  readonly bytes: Uint8Array;
}

const NAMES = [
  'MSP',
  'AnchorPeers',
  'Capabilities',
  'Endpoints',
  'BatchSize',
  'Admins',
  'Readers',
  'Org1MSP',
  'New',
  'a.b-c',
];

export const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.record({
    operation: fc.constantFrom(...OPERATIONS),
    at: fc.nat(),
    name: fc.constantFrom(...NAMES),
    bytes: fc.uint8Array({ maxLength: 12 }),
  }),
  { maxLength: 6 },
);

function newGroup(bytes: Uint8Array): common.ConfigGroup {
  const group = new common.ConfigGroup();
  group.setModPolicy('Admins');
  const value = new common.ConfigValue();
  value.setValue(bytes);
  value.setModPolicy('Writers');
  group.getValuesMap().set('Inner', value);
  group.getPoliciesMap().set('Admins', anyOf('NewMSP', ['admin']));
  if (bytes.length > 4) group.getGroupsMap().set('Below', newGroup(bytes.subarray(5)));
  return group;
}

const WAYS: Readonly<Record<Edit['operation'], (group: common.ConfigGroup, edit: Edit) => unknown>> = {
  'set value': (group, { name, bytes }) => {
    const value = new common.ConfigValue();
    value.setValue(bytes);
    value.setModPolicy(bytes.length % 2 === 0 ? 'Admins' : '/Channel/Admins');
    return group.getValuesMap().set(name, value);
  },
  'drop value': (group, { name }) => group.getValuesMap().del(name),
  'set policy': (group, { name, bytes }) =>
    group
      .getPoliciesMap()
      .set(name, anyOf(`Org${bytes.length}MSP`, bytes.length > 6 ? ['admin'] : ['peer', 'client'])),
  'drop policy': (group, { name }) => group.getPoliciesMap().del(name),
  'add group': (group, { name, bytes }) => group.getGroupsMap().set(name, newGroup(bytes)),
  'drop group': (group, { name }) => group.getGroupsMap().del(name),
  modify: (group, { bytes }) => group.setModPolicy(`Admins${bytes.length % 3}`),
};

const groupsOf = (config: common.Config): common.ConfigGroup[] =>
  [...elementsOf(rootOf(config)).values()].flatMap((each) => (each.kind === 'group' ? [each.message] : []));

/** The configuration after some edits, with versions that mean nothing. */
export function edited(config: common.Config, list: readonly Edit[]): common.Config {
  const made = copyOf(config);
  for (const edit of list) {
    const groups = groupsOf(made);
    WAYS[edit.operation](groups[edit.at % groups.length]!, edit);
  }
  return made;
}

/** What an element is, apart from its version: of a group, what it holds by name. Written apart from the code under test. */
function contentOf({ kind, message }: Element): string {
  if (kind === 'value') return JSON.stringify([message.getModPolicy(), message.getValue_asB64()]);
  if (kind === 'policy') {
    const policy = message.getPolicy();
    return JSON.stringify([message.getModPolicy(), policy?.getType(), policy?.getValue_asB64()]);
  }
  const names = [message.getValuesMap(), message.getPoliciesMap(), message.getGroupsMap()].map((map) =>
    [...map.entries()].map(([name]) => name).sort(),
  );
  return JSON.stringify([message.getModPolicy(), names]);
}

/** Content and version of every element. */
export const snapshot = (config: common.Config): Map<string, { content: string; version: number }> =>
  new Map(
    [...elementsOf(rootOf(config))].map(([key, element]) => [
      key,
      { content: contentOf(element), version: element.message.getVersion() },
    ]),
  );
