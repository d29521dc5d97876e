import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { FabricError } from './errors.js';
import type { SignaturePolicy, Topology } from '../topology/index.js';
import type { Administrator } from './administrator.js';
import { address, tlsRoot, type PeerNode } from './layout.js';
import type { ChaincodePackage } from './package.js';

const committed = z.object({
  sequence: z.int(),
  version: z.string(),
  approvals: z.record(z.string(), z.boolean()),
});

/** A chaincode definition that the channel has agreed on. */
export type CommittedDefinition = z.output<typeof committed>;

const installed = z.object({
  installed_chaincodes: z
    .array(z.object({ package_id: z.string() }))
    .nullish()
    .transform((list) => list ?? []),
});

const approved = z.object({
  source: z
    .object({ Type: z.object({ LocalPackage: z.object({ package_id: z.string() }).optional() }) })
    .optional(),
});

/** A definition to be agreed on: the same version and sequence for all organisations, the package of each its own. */
export interface Definition {
  readonly version: string;
  readonly sequence: number;
}

// With the same package and parameters; before the commit and after it (fabric:core/chaincode/lifecycle/lifecycle.go).
const APPROVED_ALREADY = /attempted to redefine (?!.*with different parameters)/;
const NOT_APPROVED = /could not fetch approved chaincode definition/;
const NOT_DEFINED = /namespace \S+ is not defined/;

/** An endorsement policy in the language of Fabric's commands (fabric:common/policydsl). */
export function policyText(policy: SignaturePolicy): string {
  if ('signedBy' in policy) return `'${policy.signedBy.mspId}.${policy.signedBy.role}'`;
  return `OutOf(${policy.n}, ${policy.of.map(policyText).join(', ')})`;
}

/** The life of a chaincode on a channel (fabric:docs/source/chaincode_lifecycle.md), step by step. */
export class Lifecycle {
  readonly #topology: Topology;
  readonly #administrator: Administrator;

  constructor(topology: Topology, administrator: Administrator) {
    this.#topology = topology;
    this.#administrator = administrator;
  }

  /** Package ids that a peer has. */
  async installed(peer: PeerNode): Promise<string[]> {
    const said = await this.#run(peer, ['queryinstalled', '--output', 'json']);
    return installed.parse(JSON.parse(said)).installed_chaincodes.map((each) => each.package_id);
  }

  async install(peer: PeerNode, { id, bytes }: ChaincodePackage): Promise<void> {
    if ((await this.installed(peer)).includes(id)) return;
    const directory = await mkdtemp(join(tmpdir(), 'tallystick-package-'));
    try {
      const file = join(directory, 'chaincode.tar.gz');
      await writeFile(file, bytes, { mode: 0o600 });
      await this.#run(peer, ['install', file]);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  /**
   * The peer's organisation approves a definition, for which its peers run this package. Approving again changes nothing. A package is told by its label
   * which definition it is for, and decides by the rules of that one.
   * @throws FabricError CHAINCODE_UNFIT where the label names another
   */
  async approve(peer: PeerNode, definition: Definition, packageId: string): Promise<void> {
    this.#requireLabel(definition, packageId);
    const names = [...this.#definition(definition), '--package-id', packageId];
    try {
      await this.#run(peer, ['approveformyorg', ...names, ...this.#administrator.ordererOptions]);
    } catch (error) {
      if (!(error instanceof Error && APPROVED_ALREADY.test(error.message))) throw error;
    }
  }

  /** Commits a definition, endorsed by the given peers: one of each organisation is enough. */
  async commit(by: PeerNode, definition: Definition, endorsers: readonly PeerNode[]): Promise<void> {
    const peers = endorsers.flatMap(({ port, organisation }) => [
      '--peerAddresses',
      address(port),
      '--tlsRootCertFiles',
      tlsRoot(organisation),
    ]);
    await this.#run(by, [
      'commit',
      ...this.#definition(definition),
      ...peers,
      ...this.#administrator.ordererOptions,
    ]);
  }

  /** What the channel has agreed on, as a peer knows it; `undefined` before the first commit. */
  async committed(peer: PeerNode): Promise<CommittedDefinition | undefined> {
    const { channel, chaincode } = this.#topology;
    const args = ['querycommitted', '-C', channel, '-n', chaincode.name, '--output', 'json'];
    try {
      return committed.parse(JSON.parse(await this.#run(peer, args)));
    } catch (error) {
      if (error instanceof Error && NOT_DEFINED.test(error.message)) return undefined;
      throw error;
    }
  }

  /** The package that the peer's organisation approved for a definition; `undefined` when it approved none. */
  async approvedPackage(peer: PeerNode, { sequence }: Definition): Promise<string | undefined> {
    const { channel, chaincode } = this.#topology;
    const names = ['-C', channel, '-n', chaincode.name, '--sequence', String(sequence)];
    try {
      const said = await this.#run(peer, ['queryapproved', ...names, '--output', 'json']);
      return approved.parse(JSON.parse(said)).source?.Type.LocalPackage?.package_id;
    } catch (error) {
      if (error instanceof Error && NOT_APPROVED.test(error.message)) return undefined;
      throw error;
    }
  }

  #requireLabel({ version }: Definition, packageId: string): void {
    const label = `${this.#topology.chaincode.name}_${version}`;
    if (packageId.startsWith(`${label}:`)) return;
    const message = `package ${packageId} is not for version ${version}: its label would be ${label}`;
    throw new FabricError('CHAINCODE_UNFIT', message, { packageId, version });
  }

  #definition({ version, sequence }: Definition): string[] {
    const { channel, chaincode, endorsement } = this.#topology;
    const names = ['-C', channel, '-n', chaincode.name, '-v', version, '--sequence', String(sequence)];
    return endorsement === 'MAJORITY' ? names : [...names, '--signature-policy', policyText(endorsement)];
  }

  #run(peer: PeerNode, args: readonly string[]): Promise<string> {
    return this.#administrator.peer(peer, ['lifecycle', 'chaincode', ...args], 90_000);
  }
}
