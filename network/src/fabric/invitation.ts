import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { NODE_OUS_YAML } from '../identity/node-ous.js';
import { replaceFile } from '../identity/index.js';
import {
  organisationDirectory,
  parseTopology,
  type Topology,
  type TopologyOrganisation,
} from '../topology/index.js';
import { readConfigBlock, type ConfigBlock } from './config-block.js';
import { applicationOf, mspsOf } from './joining.js';
import { readReleases } from './chaincode-release.js';
import { fabricDirectory } from './layout.js';
import { MembershipError } from './membership-errors.js';
import { bundleDigest } from './package.js';

const schema = z.strictObject({
  version: z.literal(1),
  /** Whose invitation it is. */
  mspId: z.string(),
  /** The topology of the channel without what is a matter of each place: directory and bundle. */
  topology: z.looseObject({}),
  /** What the members run: the version that the channel has agreed on, and the SHA-256 of its bundle, in hex. */
  chaincode: z.strictObject({ version: z.string(), bundleDigest: z.string().regex(/^[0-9a-f]{64}$/) }),
  /** The channel's first block, and the newest with a configuration, in base64. */
  genesis: z.base64(),
  config: z.base64(),
});

/** What a member hands to an organisation that was let in: where the channel begins, who is on it, and where they are. */
export type Invitation = z.output<typeof schema>;

/** An invitation that was looked through. */
export interface OpenedInvitation {
  readonly invitation: Invitation;
  readonly genesis: ConfigBlock;
  readonly config: ConfigBlock;
}

const invalid = (why: string, cause?: unknown): MembershipError =>
  new MembershipError('INVITATION_INVALID', `the invitation is refused: ${why}`, {}, { cause });

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** An invitation for an organisation that is on the channel. @throws MembershipError NOT_A_MEMBER */
export async function invitationFor(
  mspId: string,
  topology: Topology,
  { genesis, config }: Pick<OpenedInvitation, 'genesis' | 'config'>,
): Promise<Invitation> {
  if (!applicationOf(config.config).getGroupsMap().has(mspId)) {
    throw new MembershipError(
      'NOT_A_MEMBER',
      `${mspId} is not on the channel: bring the update that adds it into force first`,
    );
  }
  const { dataDir: _, chaincode, ...shared } = topology;
  const { current } = await readReleases(topology);
  return {
    version: 1,
    mspId,
    topology: { ...shared, chaincode: { name: chaincode.name } },
    chaincode: {
      version: current?.version ?? chaincode.version,
      bundleDigest: current?.digest ?? (await bundleDigest(chaincode.bundle)),
    },
    genesis: base64(genesis.bytes),
    config: base64(config.bytes),
  };
}

function checkBlocks({ invitation, genesis, config }: OpenedInvitation): void {
  const { channel } = invitation.topology;
  if (genesis.number !== 0) throw invalid(`its first block is block ${genesis.number}`);
  if (genesis.channel !== channel || config.channel !== channel)
    throw invalid('its blocks are of another channel');
  if (!applicationOf(config.config).getGroupsMap().has(invitation.mspId)) {
    throw invalid(`${invitation.mspId} is not on the channel`);
  }
}

/** Looks an invitation through. @throws MembershipError INVITATION_INVALID */
export function parseInvitation(value: unknown): OpenedInvitation {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid('it has not the form of one', parsed.error);
  const invitation = parsed.data;
  const block = (text: string): ConfigBlock => readConfigBlock(Buffer.from(text, 'base64'));
  try {
    const opened = { invitation, genesis: block(invitation.genesis), config: block(invitation.config) };
    checkBlocks(opened);
    return opened;
  } catch (cause) {
    if (cause instanceof MembershipError && cause.code === 'INVITATION_INVALID') throw cause;
    throw invalid(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/**
 * The topology as the organisation that joins sees it: all the others, itself, and its own directory and bundle.
 * @throws MembershipError INVITATION_INVALID, CHAINCODE_DIFFERS; TopologyError
 */
export async function joinedTopology(
  { invitation }: OpenedInvitation,
  organisation: TopologyOrganisation,
  { dataDir, bundle }: { readonly dataDir: string; readonly bundle: string },
): Promise<Topology> {
  if (organisation.mspId !== invitation.mspId)
    throw invalid(`it is for ${invitation.mspId}, not for ${organisation.mspId}`);
  const digest = await bundleDigest(bundle);
  const { version, bundleDigest: expected } = invitation.chaincode;
  if (digest !== expected) {
    const text = `the members run the chaincode bundle ${expected}, and ${bundle} is ${digest}`;
    throw new MembershipError('CHAINCODE_DIFFERS', text);
  }
  const { organisations, chaincode, ...rest } = invitation.topology;
  const others = Array.isArray(organisations) ? (organisations as readonly unknown[]) : [];
  return parseTopology({
    ...rest,
    dataDir,
    chaincode: { ...(chaincode as object), version, bundle },
    organisations: [...others.filter((each) => !isOf(each, organisation.mspId)), organisation],
  });
}

const isOf = (value: unknown, mspId: string): boolean =>
  typeof value === 'object' && value !== null && 'mspId' in value && value.mspId === mspId;

/** Path of the channel's first block in a data directory. */
export const genesisPath = (topology: Topology): string => join(fabricDirectory(topology), 'genesis.block');

/** Writes what was handed over into the own data directory: the first block, and the public MSPs of the others. */
export async function writeInvitation(
  topology: Topology,
  { invitation, genesis, config }: OpenedInvitation,
): Promise<void> {
  const path = genesisPath(topology);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, genesis.bytes);
  const text = (list: readonly Uint8Array[]): string =>
    list.map((pem) => Buffer.from(pem).toString('utf8')).join('');
  for (const [mspId, found] of mspsOf(config.config)) {
    if (mspId === invitation.mspId) continue;
    const directory = join(organisationDirectory(topology, mspId), 'msp');
    const write = (file: string, content: string): Promise<void> =>
      replaceFile(join(directory, file), content, { isPrivate: false });
    await write('cacerts/ca.pem', text(found.getRootCertsList_asU8()));
    await write('tlscacerts/tlsca.pem', text(found.getTlsRootCertsList_asU8()));
    await write('config.yaml', NODE_OUS_YAML);
  }
}
