import { common, msp } from '@hyperledger/fabric-protos';
import {
  configOf,
  dataHash,
  decode,
  decodeBlock,
  headerHash,
  openChannelHeader,
  openEnvelope,
  openPayload,
} from '../wire/index.js';
import { newChain, type Chain } from './chain.js';
import { POLICY, readChannelConfig, type ChannelConfig } from './channel-config.js';
import { definitionTransaction } from './definition-transaction.js';
import { EmbeddedNodeError } from './errors.js';
import { channelGroup, configEnvelope, genesisBlock, type ChannelSpec } from './genesis.js';
import {
  channelDefaultPolicy,
  explicitPolicy,
  LIFECYCLE,
  readDefinition,
  type ChaincodeDefinition,
} from './lifecycle.js';
import { signaturePolicy } from './signature-policy.js';
import type { EmbeddedNodeConfig } from './config.js';
import type { Signer } from './signer.js';
import type { Store } from './store.js';

/** What the ledger must look like, from the node's configuration. */
export interface LedgerSpec {
  readonly channel: string;
  readonly group: ChannelSpec;
  readonly chaincode: EmbeddedNodeConfig['chaincode'];
  readonly endorsement: EmbeddedNodeConfig['endorsement'];
  readonly orderer: Signer;
  readonly peers: readonly [Signer, ...Signer[]];
}

/** A ledger that is ready for transactions. */
export interface Ledger {
  readonly chain: Chain;
  readonly config: ChannelConfig;
  readonly definition: ChaincodeDefinition;
  /** Hex SHA-256 of the header of block 0: the trust anchor of everything on this ledger. */
  readonly genesisHash: string;
}

function damaged(reason: string): EmbeddedNodeError {
  return new EmbeddedNodeError('STORE_DAMAGED', `the ledger is damaged: ${reason}`);
}

function storedBlock(store: Store, number: number): ReturnType<typeof decodeBlock> {
  const bytes = store.block(number);
  if (!bytes) throw damaged(`block ${number} is missing`);
  return decodeBlock(bytes);
}

/** Checks that the newest block is what the tip record says and that it follows from the one before. */
function checkTip(store: Store): void {
  const { tip } = store;
  if (!tip) return;
  const { header, envelopes, commitHash } = storedBlock(store, tip.height - 1);
  if (header.number !== tip.height - 1) throw damaged('the newest block has another number');
  if (headerHash(header).toString('hex') !== tip.headerHash)
    throw damaged('the hash of the newest block differs');
  if (!dataHash(envelopes).equals(header.dataHash))
    throw damaged('the transactions of the newest block differ');
  if (Buffer.from(commitHash).toString('hex') !== tip.commitHash) throw damaged('the commit hash differs');
  if (tip.height === 1) return;
  const previous = headerHash(storedBlock(store, tip.height - 2).header);
  if (!previous.equals(header.previousHash)) throw damaged('the newest block does not follow the one before');
}

function currentConfig(store: Store): common.Config {
  const config = configOf(storedBlock(store, store.tip?.lastConfig ?? 0).envelopes);
  if (!config) throw damaged('the newest configuration block carries no configuration');
  return config;
}

/** What an operator may change between two starts: revocation lists and the batch rule. */
function withoutChangeable(group: common.ConfigGroup): Uint8Array {
  const rest = group.clone();
  for (const section of ['Application', 'Orderer'])
    for (const [, organisation] of rest.getGroupsMap().get(section)?.getGroupsMap().entries() ?? []) {
      const value = organisation.getValuesMap().get('MSP');
      if (!value) continue;
      const wrapped = decode(msp.MSPConfig, value.getValue_asU8());
      const config = decode(msp.FabricMSPConfig, wrapped.getConfig_asU8());
      config.clearRevocationListList();
      wrapped.setConfig(config.serializeBinary());
      value.setValue(wrapped.serializeBinary());
    }
  for (const name of ['BatchSize', 'BatchTimeout'])
    rest.getGroupsMap().get('Orderer')?.getValuesMap().del(name);
  return rest.serializeBinary();
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Takes over what may change by a configuration block; refuses everything else. */
async function fitConfig(store: Store, spec: LedgerSpec): Promise<void> {
  const stored = currentConfig(store);
  const before = stored.getChannelGroup() ?? new common.ConfigGroup();
  const wanted = channelGroup(spec.group);
  if (isSame(before.serializeBinary(), wanted.serializeBinary())) return;
  if (!isSame(withoutChangeable(before), withoutChangeable(wanted)))
    throw new EmbeddedNodeError(
      'STORE_MISMATCH',
      'the ledger was made for other organisations, certificates, another orderer or chaincode; use another dataDir',
    );
  const next = new common.Config();
  next.setSequence(stored.getSequence() + 1);
  next.setChannelGroup(wanted);
  const config = await readChannelConfig(stored);
  const chain = newChain({ channel: spec.channel, config, store, orderer: spec.orderer });
  await chain.appendConfig(configEnvelope(spec.channel, next, spec.orderer));
}

function channelOf(store: Store): string {
  const [envelope = new Uint8Array()] = storedBlock(store, 0).envelopes;
  return openChannelHeader(openPayload(openEnvelope(envelope).payload).channelHeader).channelId;
}

async function begin(store: Store, spec: LedgerSpec): Promise<void> {
  const bytes = genesisBlock(spec.channel, channelGroup(spec.group));
  const headerHex = headerHash(decodeBlock(bytes).header).toString('hex');
  const tip = { height: 1, headerHash: headerHex, commitHash: '', lastConfig: 0 };
  await store.append({ bytes, tip, transactions: [], updates: new Map() });
}

function policyBytes({ endorsement }: LedgerSpec): Uint8Array {
  if (endorsement === 'MAJORITY') return channelDefaultPolicy(POLICY.endorsement);
  return explicitPolicy(signaturePolicy(endorsement));
}

function committedDefinition(name: string, store: Store): ChaincodeDefinition | undefined {
  return readDefinition(name, (key) => store.get(LIFECYCLE, key)?.value);
}

/** Commits the chaincode definition, or an upgrade of it, unless it is on the ledger already. */
async function define(chain: Chain, store: Store, spec: LedgerSpec): Promise<ChaincodeDefinition> {
  const { name, version } = spec.chaincode;
  const known = committedDefinition(name, store);
  const policy = policyBytes(spec);
  if (known?.version === version && isSame(known.policy, policy)) return known;
  const definition = { name, version, policy, sequence: (known?.sequence ?? 0) + 1 };
  await chain.append([
    definitionTransaction(spec.channel, definition, (key) => store.get(LIFECYCLE, key), spec.peers),
  ]);
  const committed = committedDefinition(name, store);
  if (committed?.sequence !== definition.sequence)
    throw new EmbeddedNodeError(
      'DEFINITION_REFUSED',
      'the transaction that defines the chaincode was not valid: are the certificates of the peers in their time?',
    );
  return committed;
}

/**
 * Opens the ledger in `store`, or begins it: genesis block, then the block that defines the chaincode. A store that was
 * made for something else is refused; what may change between two starts is recorded in new blocks.
 * @throws EmbeddedNodeError STORE_MISMATCH, STORE_DAMAGED, MSP_INVALID, POLICY_INVALID
 */
export async function openLedger(store: Store, spec: LedgerSpec): Promise<Ledger> {
  if (!store.tip) await begin(store, spec);
  checkTip(store);
  const channel = channelOf(store);
  if (channel !== spec.channel)
    throw new EmbeddedNodeError('STORE_MISMATCH', `the ledger is of channel ${channel}, not ${spec.channel}`);
  await fitConfig(store, spec);
  const config = await readChannelConfig(currentConfig(store));
  const chain = newChain({ channel: spec.channel, config, store, orderer: spec.orderer });
  const definition = await define(chain, store, spec);
  const genesisHash = headerHash(storedBlock(store, 0).header).toString('hex');
  return { chain, config, definition, genesisHash };
}
