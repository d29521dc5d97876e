import { CLOCK_BOUNDS } from '../../chaincode/src/contract/clock.js';

/** An environment variable as a page tells of it. */
export interface Variable {
  readonly name: string;
  readonly form: string;
  readonly usual: string;
  readonly meaning: string;
}

const REQUIRED = '**required**';
const variable = (name: string, form: string, usual: string, meaning: string): Variable => ({
  name,
  form,
  usual,
  meaning,
});

const seconds = (usual: number): readonly [form: string, usual: string] => [
  'a whole number, 1 to 900',
  `\`${usual}\``,
];

/** Read by `chaincode/src/contract/main.ts`. A test looks for others in the sources. */
export const CHAINCODE_VARIABLES: readonly Variable[] = [
  variable(
    'CORE_CHAINCODE_ID',
    'text, `<name>_<version>:<hash>`',
    REQUIRED,
    'package id under which peers know the chaincode; its version says by which edition of the rules is decided, and must be that of the definition',
  ),
  variable('CORE_CHAINCODE_ADDRESS', 'host:port', REQUIRED, 'where the server listens'),
  variable(
    'CORE_CHAINCODE_TLS_KEY_FILE',
    'file',
    'none',
    'private key of the server; this and the next two are set together or not at all, as TLS is mutual',
  ),
  variable('CORE_CHAINCODE_TLS_CERT_FILE', 'file', 'none', 'its certificate'),
  variable(
    'CORE_CHAINCODE_TLS_CLIENT_CACERT_FILE',
    'file',
    'none',
    'authorities of the peers that may connect',
  ),
  variable(
    'TALLYSTICK_CHAINCODE_NAME',
    'text',
    '`tallystick`',
    'name of the chaincode on the channel; a proposal that names another is refused',
  ),
  variable(
    'TALLYSTICK_WITNESSES',
    'JSON, `{"needed":k,"keys":[hex]}`',
    'none',
    'witnesses that may vouch for a `records:Restore` beside those of the space record; the same at every organisation',
  ),
  variable(
    'TALLYSTICK_MAX_AHEAD_SECONDS',
    ...seconds(CLOCK_BOUNDS.ahead),
    'how far ahead of the own clock a transaction may be dated; more is refused with `CLOCK_SKEW`',
  ),
  variable('TALLYSTICK_MAX_BEHIND_SECONDS', ...seconds(CLOCK_BOUNDS.behind), 'how far behind it'),
  variable(
    'CORE_CHAINCODE_OPERATIONS_ADDRESS',
    'host:port; port 0 for any',
    'none',
    'where `/healthz` and `/metrics` are served; the ready line says which port it became',
  ),
];

/** Read by the network package. */
export const NETWORK_VARIABLES: readonly Variable[] = [
  variable(
    'FABRIC_BIN',
    'directory',
    'PATH is searched',
    'where `peer`, `orderer`, `configtxgen` and `osnadmin` are',
  ),
  variable(
    'TALLYSTICK_IPFS',
    'file',
    'what `npm run tools` installed, else PATH',
    'the program of Kubo, `ipfs`',
  ),
];

/** Names in the sources that no program of ours reads: set for Fabric's own programs, or codes of findings. */
export const NOT_READ: ReadonlySet<string> = new Set([
  'CORE_CHAINCODE_LOGGING_LEVEL',
  'CORE_PEER_MSPCONFIGPATH',
  'FABRIC_CFG_PATH',
  'FABRIC_LOGGING_SPEC',
  'FABRIC_VERSION_BAD',
  'FABRIC_VERSION_UNTRIED',
  'FABRIC_VERSIONS_DIFFER',
  'TALLYSTICK_KUBO_API',
]);
