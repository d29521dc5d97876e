import * as z from 'zod';
import type { PeerSettings } from '../ledger/peer-addresses.js';
import type { ContentSettings } from '../payload/index.js';
import {
  baseUrl,
  directory,
  file,
  HOST_PORT,
  hostPort,
  integer,
  json,
  list,
  MEBIBYTE,
  text,
} from './forms.js';

/** What every gateway is configured by, whatever its features. */
export interface GatewayConfig {
  /** Everything this gateway keeps: state and projection databases, blocks, the organisation's age identity. */
  readonly dataDir: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly mspId: string;
  readonly channel: string;
  readonly chaincode: string;
  readonly peers: PeerSettings;
  /** Directory of enrolled identities, `<directory>/msp/{signcerts,keystore}`. */
  readonly identities: string;
  /** What identities are called here, where it is not what their directory is called: directory by name. */
  readonly identityNames: Readonly<Record<string, string>>;
  /** The identity that signs answers; its key is that of a certified component. */
  readonly componentIdentity: string;
  /** The identity that reads the ledger, and signs what needs no officer. */
  readonly operatorIdentity: string;
  /** The identity that signs checkpoints. Where it is not enrolled, the gateway keeps its trees and signs nothing. */
  readonly witnessIdentity: string;
  /** File of API keys for the first start. */
  readonly apiKeys: string | undefined;
  /** Base URLs of other members' gateways, by MSP id. */
  readonly members: Readonly<Record<string, string>>;
  /** Where payloads are kept. */
  readonly content: ContentSettings;
  readonly blocks: 'public' | 'keys';
  /** Bytes. */
  readonly bodyLimit: number;
  readonly uploadLimit: number;
  /** Requests of one API key a minute. */
  readonly rateLimit: number;
  /** Submissions to the ledger at a time, and how many may wait. */
  readonly inFlight: number;
  readonly waiting: number;
  /** Milliseconds. */
  readonly endorseTimeout: number;
  readonly commitTimeout: number;
  readonly drainTimeout: number;
  readonly logLevel: string;
  /** Where to die, in fault tests. */
  readonly failpoint: string | undefined;
}

const members = json.pipe(z.record(text, baseUrl)).meta({ form: 'JSON object: base URL by MSP id' });
const addresses = list
  .pipe(z.array(hostPort).refine((all) => new Set(all).size === all.length, 'names one peer twice'))
  .meta({ form: 'list of host:port with commas' });
const serverNames = list.pipe(z.array(text)).meta({ form: 'list with commas' });
const identityNames = json.pipe(z.record(text, text)).meta({ form: 'JSON object' });

/** Variables of every gateway: form, default and meaning. */
export const gatewayVariables = z.object({
  TALLYSTICK_DATA_DIR: directory.describe(
    'everything this gateway keeps; back up `state.sqlite*` and `age-identity.txt`',
  ),
  TALLYSTICK_LISTEN: hostPort.default('127.0.0.1:8080').describe('where it listens; port 0 for any free one'),
  TALLYSTICK_MSP_ID: text.describe('MSP id of the organisation'),
  TALLYSTICK_CHANNEL: text.default('tallystick').describe('name of the channel'),
  TALLYSTICK_CHAINCODE: text.default('tallystick').describe('name under which the chaincode is committed'),
  TALLYSTICK_PEER: addresses
    .default([])
    .describe('the own organisation’s peers; the first that can be reached is used'),
  TALLYSTICK_PEER_TLS_CA: file
    .optional()
    .describe('TLS roots of these peers; without it the connection is not encrypted'),
  TALLYSTICK_PEER_TLS_NAME: serverNames
    .default([])
    .describe('name in the peers’ TLS certificates, where it is not the host: one for all, or one for each'),
  TALLYSTICK_CONNECTION_PROFILE: file
    .optional()
    .describe('a Fabric connection profile that says all this instead'),
  TALLYSTICK_PEER_TLS_CLIENT_CERT: file
    .optional()
    .describe('certificate for peers that demand one in TLS (`clientAuthRequired`)'),
  TALLYSTICK_PEER_TLS_CLIENT_KEY: file.optional().describe('its private key'),
  TALLYSTICK_IDENTITIES: directory.describe('enrolled identities, `<directory>/msp/{signcerts,keystore}`'),
  TALLYSTICK_IDENTITY_NAMES: identityNames
    .default({})
    .describe(
      'what identities are called, where it is not what their directory is called: directory by name',
    ),
  TALLYSTICK_COMPONENT_IDENTITY: text
    .default('connector')
    .describe('the identity that signs answers: its key is that of a certified component'),
  TALLYSTICK_OPERATOR_IDENTITY: text
    .default('operator')
    .describe('the identity that follows the ledger and signs deliveries'),
  TALLYSTICK_WITNESS_IDENTITY: text
    .default('witness')
    .describe(
      'the identity that signs checkpoints, for no caller; where it is not enrolled, nothing is signed',
    ),
  TALLYSTICK_API_KEYS: file
    .optional()
    .describe('API keys, `[{name, secret, identity, scopes}]`, read at the first start'),
  TALLYSTICK_MEMBERS: members.default({}).describe('other members’ gateways'),
  TALLYSTICK_STORE: z
    .enum(['embedded', 'kubo'])
    .default('embedded')
    .describe('where payloads are kept: files in the data directory, or Kubo'),
  TALLYSTICK_KUBO_API: baseUrl
    .optional()
    .describe('the own Kubo’s RPC API, on the loopback address; may hold user and password'),
  TALLYSTICK_KUBO_TIMEOUT_MS: integer(100, 600_000)
    .default(30_000)
    .describe('milliseconds that a call of Kubo may make no progress'),
  TALLYSTICK_KUBO_FETCH_TIMEOUT_MS: integer(100, 600_000)
    .default(10_000)
    .describe('milliseconds that the swarm may take to send a block of another member'),
  TALLYSTICK_BLOCKS: z
    .enum(['public', 'keys'])
    .default('public')
    .describe('who may fetch blocks and checkpoints: everybody, or keys with the scope `blocks:read`'),
  TALLYSTICK_BODY_LIMIT: integer(1024, 64 * MEBIBYTE)
    .default(4 * MEBIBYTE)
    .describe('bytes of a JSON body'),
  TALLYSTICK_UPLOAD_LIMIT: integer(1, Number.MAX_SAFE_INTEGER)
    .default(65_536 * MEBIBYTE)
    .describe('bytes of a file'),
  TALLYSTICK_RATE_LIMIT: integer(1, 10_000_000).default(60_000).describe('requests of one API key a minute'),
  TALLYSTICK_IN_FLIGHT: integer(1, 5000).default(200).describe('submissions to the ledger at one time'),
  TALLYSTICK_WAITING: integer(0, 100_000)
    .default(2000)
    .describe('submissions that may wait for their turn; more is 503'),
  TALLYSTICK_ENDORSE_TIMEOUT_MS: integer(100, 600_000)
    .default(30_000)
    .describe('milliseconds for endorsing, and for ordering, one transaction'),
  TALLYSTICK_COMMIT_TIMEOUT_MS: integer(100, 600_000)
    .default(60_000)
    .describe('milliseconds to wait for the commit; then the answer is 202'),
  TALLYSTICK_DRAIN_TIMEOUT_MS: integer(0, 600_000)
    .default(30_000)
    .describe('milliseconds that requests in flight may take after SIGTERM'),
  TALLYSTICK_LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('how much is logged; requests are logged at `debug`'),
  TALLYSTICK_FAILPOINT: text.optional().describe('where to die, in fault tests'),
});

type Variables = z.infer<typeof gatewayVariables>;
type Name = keyof Variables;

/** What no variable can be judged for alone, and is seen before any is read. */
export function conflictsIn(environment: NodeJS.ProcessEnv): readonly string[] {
  const has = (name: Name): boolean => environment[name] !== undefined;
  const wants = (name: Name, other: Name): string[] =>
    has(other) && !has(name) ? [`${name}: is not set, but ${other} is`] : [];
  const tls = [
    ...wants('TALLYSTICK_PEER_TLS_CLIENT_KEY', 'TALLYSTICK_PEER_TLS_CLIENT_CERT'),
    ...wants('TALLYSTICK_PEER_TLS_CLIENT_CERT', 'TALLYSTICK_PEER_TLS_CLIENT_KEY'),
  ];
  if (!has('TALLYSTICK_CONNECTION_PROFILE')) {
    const peers = has('TALLYSTICK_PEER') ? [] : ['TALLYSTICK_PEER: is not set, nor is a connection profile'];
    return [...peers, ...tls, ...wants('TALLYSTICK_PEER_TLS_CA', 'TALLYSTICK_PEER_TLS_CLIENT_CERT')];
  }
  const said: Name[] = ['TALLYSTICK_PEER', 'TALLYSTICK_PEER_TLS_CA', 'TALLYSTICK_PEER_TLS_NAME'];
  return [...said.filter(has).map((name) => `${name}: is what the connection profile says`), ...tls];
}

function nameConflicts({ TALLYSTICK_PEER: peers, TALLYSTICK_PEER_TLS_NAME: names }: Variables): string[] {
  const isOneForEach = names.length <= 1 || names.length === peers.length;
  return isOneForEach ? [] : ['TALLYSTICK_PEER_TLS_NAME: must be one name, or one for each peer'];
}

function storeConflicts({ TALLYSTICK_STORE: store, TALLYSTICK_KUBO_API: api }: Variables): string[] {
  if (store === 'kubo')
    return api === undefined ? ['TALLYSTICK_KUBO_API: is not set, but the store is Kubo'] : [];
  return api === undefined ? [] : ['TALLYSTICK_KUBO_API: is set, but TALLYSTICK_STORE is not kubo'];
}

function contentOf(v: Variables): ContentSettings {
  if (v.TALLYSTICK_STORE === 'embedded' || v.TALLYSTICK_KUBO_API === undefined) return { kind: 'embedded' };
  return {
    kind: 'kubo',
    api: v.TALLYSTICK_KUBO_API,
    timeoutMs: v.TALLYSTICK_KUBO_TIMEOUT_MS,
    fetchTimeoutMs: v.TALLYSTICK_KUBO_FETCH_TIMEOUT_MS,
  };
}

/** The same, where all could be read. */
export const conflictsBetween = (v: Variables): readonly string[] => [
  ...nameConflicts(v),
  ...storeConflicts(v),
];

export function gatewayConfigOf(v: Variables): GatewayConfig {
  const [, host = '', port = ''] = HOST_PORT.exec(v.TALLYSTICK_LISTEN) ?? [];
  return {
    dataDir: v.TALLYSTICK_DATA_DIR,
    listen: { host: host.replaceAll(/[[\]]/g, ''), port: Number(port) },
    mspId: v.TALLYSTICK_MSP_ID,
    channel: v.TALLYSTICK_CHANNEL,
    chaincode: v.TALLYSTICK_CHAINCODE,
    peers: {
      addresses: v.TALLYSTICK_PEER,
      tlsCa: v.TALLYSTICK_PEER_TLS_CA,
      serverNames: v.TALLYSTICK_PEER_TLS_NAME,
      profile: v.TALLYSTICK_CONNECTION_PROFILE,
      tlsClientCertificate: v.TALLYSTICK_PEER_TLS_CLIENT_CERT,
      tlsClientKey: v.TALLYSTICK_PEER_TLS_CLIENT_KEY,
    },
    identities: v.TALLYSTICK_IDENTITIES,
    identityNames: v.TALLYSTICK_IDENTITY_NAMES,
    componentIdentity: v.TALLYSTICK_COMPONENT_IDENTITY,
    operatorIdentity: v.TALLYSTICK_OPERATOR_IDENTITY,
    witnessIdentity: v.TALLYSTICK_WITNESS_IDENTITY,
    apiKeys: v.TALLYSTICK_API_KEYS,
    members: v.TALLYSTICK_MEMBERS,
    content: contentOf(v),
    blocks: v.TALLYSTICK_BLOCKS,
    bodyLimit: v.TALLYSTICK_BODY_LIMIT,
    uploadLimit: v.TALLYSTICK_UPLOAD_LIMIT,
    rateLimit: v.TALLYSTICK_RATE_LIMIT,
    inFlight: v.TALLYSTICK_IN_FLIGHT,
    waiting: v.TALLYSTICK_WAITING,
    endorseTimeout: v.TALLYSTICK_ENDORSE_TIMEOUT_MS,
    commitTimeout: v.TALLYSTICK_COMMIT_TIMEOUT_MS,
    drainTimeout: v.TALLYSTICK_DRAIN_TIMEOUT_MS,
    logLevel: v.TALLYSTICK_LOG_LEVEL,
    failpoint: v.TALLYSTICK_FAILPOINT,
  };
}
