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
import { configBlocks, type EvidenceSource } from '../ledger/evidence-source.js';
import { hashOf, organisationsOf, type RawBlock } from '../ledger/raw-block.js';
import { EvidenceError } from './errors.js';
import { readsIn, readsOf, txIdOf, type Place, type Read } from './recorded.js';

export interface FingerprintParts {
  readonly source: EvidenceSource;
  readonly channel: string;
  readonly chaincode: string;
  /** Speaks for the organisation. */
  readonly operator: EnrolledIdentity;
  readonly rules: readonly string[];
  /** Chaincode package ids; only an administrator of a peer can ask it for them. */
  readonly packages?: readonly string[];
  readonly now: () => Instant;
}

/**
 * What this organisation says of the ledger that it is on, signed by its operator: the page from which somebody types a trust file. All
 * of it is what its own peer shows. Throws EvidenceError NOT_FOUND before the space is constituted, LedgerError.
 */
export async function fingerprintStatement(parts: FingerprintParts): Promise<string> {
  const certificate = new X509Certificate(parts.operator.certificate).raw;
  const statement = await statementOf(parts, certificate);
  const signature = parts.operator.sign(statementBytes(statement));
  return formatStatement({ statement, signature, certificate });
}

async function statementOf(parts: FingerprintParts, certificate: Uint8Array): Promise<Statement> {
  const { source, channel, chaincode, operator, rules, packages = [], now } = parts;
  const newest = await configInForce(source);
  return {
    organisation: operator.mspId,
    channel,
    chaincode,
    genesis: `sha256:${hashOf(await source.block(0n))}`,
    constitution: await constitutionOf(parts),
    rules: [...rules],
    packages: [...packages],
    organisations: [...organisationsOf(newest)],
    issuedAt: now(),
    signer: digestOf(certificate),
  };
}

async function configInForce(source: EvidenceSource): Promise<RawBlock> {
  for await (const block of configBlocks(source, await source.block(await source.height()))) return block;
  throw new Error('a channel has a configuration');
}

/** The transaction that first wrote the space: whoever wrote it later has read what the one before had written. */
async function constitutionOf({ source, chaincode, operator }: FingerprintParts): Promise<string> {
  const { text } = keys.space();
  const placeIn = (reads: readonly Read[]): Place | undefined =>
    reads.find(({ namespace, key }) => namespace === chaincode && key === text)?.at;
  let place = placeIn(readsIn((await source.state([text], [operator.mspId])).response));
  let txId: string | undefined;
  while (place !== undefined) {
    const envelope: Uint8Array = (await source.block(place.block)).data[place.index] ?? new Uint8Array();
    txId = txIdOf(envelope);
    place = placeIn(readsOf(envelope));
  }
  if (txId === undefined) throw new EvidenceError('NOT_FOUND', 'the space is not constituted');
  return txId;
}
