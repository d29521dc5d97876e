import { X509Certificate } from 'node:crypto';
import {
  digestOf,
  formatStatement,
  keys,
  statementBytes,
  type Instant,
  type Statement,
} from '@tallystick/chaincode/model';
import type { EnrolledIdentity } from '../identities/index.js';
import { hashOf, organisationsOf } from '../ledger/raw-block.js';
import type { Projection } from '../projection/port.js';
import type { ConfigChain } from './config-chain.js';
import { EvidenceError } from './errors.js';

export interface FingerprintParts {
  readonly projection: Pick<Projection, 'history'>;
  readonly channel: string;
  readonly chaincode: string;
  readonly operator: EnrolledIdentity;
  readonly rules: readonly string[];
  readonly now: () => Instant;
}

/**
 * What this organisation says of the ledger that it is on, signed by its operator: the page from which somebody types a trust file. All
 * of it is what its own peer has shown. Throws EvidenceError NOT_FOUND before the space is constituted, LedgerError.
 */
export async function fingerprintStatement(
  parts: FingerprintParts,
  configuration: ConfigChain,
): Promise<string> {
  const { operator } = parts;
  const certificate = new X509Certificate(operator.certificate).raw;
  const statement = await statementOf(parts, configuration, certificate);
  const signature = operator.sign(statementBytes(statement));
  return formatStatement({ statement, signature, certificate });
}

async function statementOf(
  { projection, channel, chaincode, operator, rules, now }: FingerprintParts,
  configuration: ConfigChain,
  certificate: Uint8Array,
): Promise<Statement> {
  const [constitution] = await projection.history(keys.space().text);
  if (constitution === undefined) throw new EvidenceError('NOT_FOUND', 'the space is not constituted');
  const { blocks } = await configuration.now();
  const [genesis, newest] = [blocks[0], blocks.at(-1)];
  if (genesis === undefined || newest === undefined) throw new Error('a channel has a configuration');
  return {
    organisation: operator.mspId,
    channel,
    chaincode,
    genesis: `sha256:${hashOf(genesis)}`,
    constitution: constitution.txId,
    rules: [...rules],
    packages: [],
    organisations: [...organisationsOf(newest)],
    issuedAt: now(),
    signer: digestOf(certificate),
  };
}
