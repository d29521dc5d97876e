import { z } from 'zod';
import type { PeerNode } from '../fabric/layout.js';

/** Runs `peer` as the administrator of a peer's organisation; returns what it printed. */
export type PeerCommand = (peer: PeerNode, args: readonly string[]) => Promise<string>;

const installed = z.object({
  installed_chaincodes: z
    .array(z.object({ package_id: z.string() }))
    .nullish()
    .transform((list) => (list ?? []).map((each) => each.package_id)),
});

const approved = z
  .object({
    sequence: z.int(),
    version: z.string(),
    source: z.object({
      Type: z.object({ LocalPackage: z.object({ package_id: z.string() }).optional() }).nullish(),
    }),
  })
  .transform(({ sequence, version, source }) => ({
    sequence,
    version,
    packageId: source.Type?.LocalPackage?.package_id,
  }));

const committed = z.object({
  sequence: z.int(),
  version: z.string(),
  approvals: z.record(z.string(), z.boolean()).default({}),
});

/** What a peer knows of the chaincode of its channel (fabric:docs/source/chaincode_lifecycle.md). */
export interface ChaincodeView {
  /** Package ids. */
  readonly installed: readonly string[];
  /** The newest approval of the peer's organisation. */
  readonly approved: z.output<typeof approved> | undefined;
  /** What the channel has agreed on. */
  readonly committed: z.output<typeof committed> | undefined;
}

// fabric:core/chaincode/lifecycle/{lifecycle,scc}.go say so when there is none.
const NOT_APPROVED = /could not fetch approved chaincode definition/;
const NOT_COMMITTED = /namespace \S+ is not defined/;

async function unless(reason: RegExp, asked: Promise<string>): Promise<unknown> {
  try {
    return JSON.parse(await asked) as unknown;
  } catch (error) {
    if (error instanceof Error && reason.test(error.message)) return undefined;
    throw error;
  }
}

/** Asks a peer. @throws FabricError COMMAND_FAILED, ZodError when it answers otherwise than known */
export async function chaincodeView(
  command: PeerCommand,
  peer: PeerNode,
  { channel, name }: { readonly channel: string; readonly name: string },
): Promise<ChaincodeView> {
  const ask = (query: string, ...names: string[]): Promise<string> =>
    command(peer, ['lifecycle', 'chaincode', query, ...names, '--output', 'json']);
  const of = ['-C', channel, '-n', name];
  const [packages, approval, definition] = await Promise.all([
    ask('queryinstalled').then((said) => installed.parse(JSON.parse(said))),
    unless(NOT_APPROVED, ask('queryapproved', ...of)),
    unless(NOT_COMMITTED, ask('querycommitted', ...of)),
  ]);
  return {
    installed: packages.installed_chaincodes,
    approved: approved.optional().parse(approval),
    committed: committed.optional().parse(definition),
  };
}
