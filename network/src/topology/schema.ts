import { z } from 'zod';
import { isAttribute } from '../identity/attributes.js';
import { DOMAIN, MEMBER_NAME, MSP_ID, ORGANISATION_NAME } from '../identity/names.js';

// Fabric's own rules: channel ids (fabric:common/configtx/validator.go), lifecycle names
// (fabric:core/chaincode/lifecycle/scc.go).
const CHANNEL = /^[a-z][a-z0-9.-]{0,248}$/;
const CHAINCODE_NAME = /^[A-Za-z0-9]+([-_][A-Za-z0-9]+)*$/;
const CHAINCODE_VERSION = /^[A-Za-z0-9_.+-]+$/;

const mspId = z.string().regex(MSP_ID, 'is no MSP id');
const memberName = z.string().regex(MEMBER_NAME, 'is no member name');
const port = z.int().min(1).max(65_535);

const attributes = z.record(z.string(), z.string()).superRefine((pairs, context) => {
  for (const [name, value] of Object.entries(pairs)) {
    if (isAttribute(name, value)) continue;
    context.addIssue({
      code: 'custom',
      path: [name],
      message: 'is no attribute that a certificate can carry',
    });
  }
});

const user = z.strictObject({
  name: memberName,
  ou: z.enum(['client', 'admin']),
  attributes: attributes.default({}),
});

// The ports that are optional here are those of real Fabric's processes (`rules.ts`).
const peer = z.strictObject({
  name: memberName,
  /** Where clients and other peers come. */
  port,
  /** Where its chaincode server listens for it. */
  chaincodePort: port.optional(),
  /** Health and metrics, on the loopback address. */
  operationsPort: port.optional(),
});

const orderer = z.strictObject({
  name: memberName,
  /** Where clients, peers and other orderers come. */
  port: port.optional(),
  /** Where channels are joined. */
  adminPort: port.optional(),
  operationsPort: port.optional(),
});

const organisation = z.strictObject({
  mspId,
  name: z.string().regex(ORGANISATION_NAME, 'is no organisation name'),
  domain: z.string().regex(DOMAIN, 'is no domain'),
  peers: z.array(peer),
  orderers: z.array(orderer),
  users: z.array(user),
});

/** A signature policy: somebody of an organisation in a role, or n of several policies. */
export type SignaturePolicy =
  | { readonly signedBy: { readonly mspId: string; readonly role: 'member' | 'peer' | 'client' | 'admin' } }
  | { readonly n: number; readonly of: readonly SignaturePolicy[] };

const signaturePolicy: z.ZodType<SignaturePolicy> = z.lazy(() =>
  z.union([
    z.strictObject({
      signedBy: z.strictObject({ mspId, role: z.enum(['member', 'peer', 'client', 'admin']) }),
    }),
    z
      .strictObject({ n: z.int().min(1), of: z.array(signaturePolicy).min(1).max(64) })
      .refine(({ n, of }) => n <= of.length, 'asks for more signatures than it has members'),
  ]),
);

/** The shape of a topology, before the parts are held against each other (`rules.ts`). */
export const shape = z.strictObject({
  /** Where everything lives: identities, the ledger's data, logs. */
  dataDir: z.string().min(1),
  /** What the ledger is: the embedded node, or real Fabric with an ordering service of its own kind. */
  ledger: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('embedded') }),
    z.strictObject({ kind: z.literal('fabric-bft') }),
    z.strictObject({ kind: z.literal('fabric-raft') }),
  ]),
  /** Whether one party runs everything. Evidence from such a ledger convinces only those who allow it. */
  singleOperator: z.boolean(),
  organisations: z.array(organisation).min(1).max(64),
  channel: z.string().regex(CHANNEL, 'is no channel name'),
  chaincode: z.strictObject({
    name: z.string().regex(CHAINCODE_NAME, 'is no chaincode name'),
    version: z.string().regex(CHAINCODE_VERSION, 'is no chaincode version'),
    /** Path of the bundled chaincode, one file. */
    bundle: z.string().min(1),
  }),
  endorsement: z.union([z.literal('MAJORITY'), signaturePolicy]),
  batch: z.strictObject({
    /** A block is cut this long after its first message, in milliseconds. */
    timeoutMs: z.int().min(0).max(10_000),
    /** A block is cut at this many messages. */
    maxMessages: z.int().min(1).max(10_000),
  }),
  tls: z.boolean(),
});

/** A ledger and who takes part in it: one value from which keys, configuration and processes follow. */
export type Topology = z.output<typeof shape>;
export type LedgerKind = Topology['ledger']['kind'];
export type TopologyInput = z.input<typeof shape>;
export type TopologyOrganisation = Topology['organisations'][number];
