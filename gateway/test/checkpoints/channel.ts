import { webcrypto } from 'node:crypto';
import { common } from '@hyperledger/fabric-protos';
import { ATTRIBUTES_OID, encodeAttributes } from '@tallystick/network/identity';
import {
  Extension,
  issue,
  newKeys,
  revocationList,
  type Holder,
  type Wanted,
} from '../../../verifier/test/certificates-fixture.js';
import { mspConfig } from '../../../verifier/test/organisation-fixture.js';
import { newEnrolledIdentity, type EnrolledIdentity } from '../../src/identities/index.js';
import { dataHash, headerHash } from '@tallystick/network/wire';
import { rawBlockOf, type RawBlock } from '../../src/ledger/raw-block.js';
import { signed as metadata } from '../evidence/raw-chain.js';
import { CHANNEL } from './told-trees.js';

const DAY = 86_400_000;

const roleExtension = (role: string): Extension =>
  new Extension(ATTRIBUTES_OID, false, encodeAttributes({ 'tallystick.role': role }));

async function pemOf(keys: Holder['keys']): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${bytes}\n-----END PRIVATE KEY-----\n`;
}

function organisationGroup(content: Uint8Array): common.ConfigGroup {
  const value = new common.ConfigValue();
  value.setValue(content);
  const group = new common.ConfigGroup();
  group.getValuesMap().set('MSP', value);
  return group;
}

function groupOf(groups: Readonly<Record<string, common.ConfigGroup>>): common.ConfigGroup {
  const group = new common.ConfigGroup();
  for (const [name, child] of Object.entries(groups)) group.getGroupsMap().set(name, child);
  return group;
}

/** A configuration envelope of the channel, as a block carries it. */
function configEnvelope(channel: string, application: common.ConfigGroup): Uint8Array {
  const config = new common.Config();
  config.setSequence(1);
  config.setChannelGroup(groupOf({ Application: application, Orderer: groupOf({}) }));
  const envelope = new common.ConfigEnvelope();
  envelope.setConfig(config);
  const channelHeader = new common.ChannelHeader();
  channelHeader.setType(common.HeaderType.CONFIG);
  channelHeader.setChannelId(channel);
  const header = new common.Header();
  header.setChannelHeader(channelHeader.serializeBinary());
  header.setSignatureHeader(new common.SignatureHeader().serializeBinary());
  const payload = new common.Payload();
  payload.setHeader(header);
  payload.setData(envelope.serializeBinary());
  const outer = new common.Envelope();
  outer.setPayload(payload.serializeBinary());
  return outer.serializeBinary();
}

/** One organisation's authority, and who it has certified. */
interface Authority {
  readonly root: Holder;
  readonly revoked: string[];
}

const newRoot = (mspId: string): Promise<Holder> =>
  issue({
    name: `ca.${mspId}`,
    authority: true,
    notBefore: Date.now() - 30 * DAY,
    notAfter: Date.now() + 30 * DAY,
  });

/** Organisations of a channel, and the configuration that names them; the peer that shows it. */
export class ToldChannel {
  readonly #authorities = new Map<string, Authority>();
  readonly #blocks: RawBlock[] = [];
  isReachable = true;

  /** An organisation joins, or begins anew under another authority. */
  async admit(mspId: string): Promise<void> {
    this.#authorities.set(mspId, {
      root: await newRoot(mspId),
      revoked: [],
    });
    await this.configure();
  }

  async remove(mspId: string): Promise<void> {
    this.#authorities.delete(mspId);
    await this.configure();
  }

  async revoke(mspId: string, serial: string): Promise<void> {
    this.#authorities.get(mspId)?.revoked.push(serial);
    await this.configure();
  }

  /** A certificate of an organisation, with its key. */
  async enroll(
    mspId: string,
    { role = 'witness', ...wanted }: Partial<Wanted> & { readonly role?: string } = {},
  ): Promise<EnrolledIdentity> {
    const { root } = this.#authorities.get(mspId) ?? {
      root: await newRoot('stranger'),
    };
    const keys = await newKeys('P-256');
    const now = Date.now();
    const holder = await issue({
      name: `witness.${mspId}`,
      units: ['client'],
      issuer: root,
      keys,
      notBefore: now - DAY,
      notAfter: now + DAY,
      extensions: role === '' ? [] : [roleExtension(role)],
      ...wanted,
    });
    const certificate = Buffer.from(holder.pem).toString();
    return newEnrolledIdentity('witness', mspId, { certificate, privateKey: await pemOf(keys) });
  }

  async configure(channel = CHANNEL): Promise<void> {
    const organisations = await Promise.all(
      [...this.#authorities].map(async ([mspId, { root, revoked }]) => {
        const lists = revoked.length === 0 ? [] : [await revocationList(root, revoked)];
        const content = mspConfig({ mspId, roots: [root], roles: ['client'], revocationLists: lists });
        return [mspId, organisationGroup(content)] as const;
      }),
    );
    this.#append(configEnvelope(channel, groupOf(Object.fromEntries(organisations))));
  }

  height(): Promise<bigint> {
    return this.isReachable
      ? Promise.resolve(BigInt(this.#blocks.length - 1))
      : Promise.reject(new Error('out of reach'));
  }

  block(number: bigint): Promise<RawBlock> {
    const block = this.#blocks[Number(number)];
    return block ? Promise.resolve(block) : Promise.reject(new Error('no such block'));
  }

  #append(envelope: Uint8Array): void {
    const number = this.#blocks.length;
    const before = this.#blocks.at(-1);
    const header = new common.BlockHeader();
    header.setNumber(number);
    header.setPreviousHash(before === undefined ? new Uint8Array() : headerHash(before));
    header.setDataHash(dataHash([envelope]));
    const data = new common.BlockData();
    data.setDataList([envelope]);
    const block = new common.Block();
    block.setHeader(header);
    block.setData(data);
    block.setMetadata(metadata(number));
    this.#blocks.push(rawBlockOf(block.serializeBinary()));
  }
}
