import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  digestOf,
  formatStatement,
  statementBytes,
  type Digest,
  type Instant,
  type Statement,
} from '@tallystick/chaincode/model';
import type { EnrolledIdentity } from '../../identities/index.js';
import { configBlocks, type EvidenceSource } from '../../ledger/evidence-source.js';
import { hashOf, organisationsOf, rootsOf, type RawBlock } from '../../ledger/raw-block.js';
import { EvidenceError } from './errors.js';

export interface FingerprintParts {
  readonly source: Pick<EvidenceSource, 'block' | 'height'>;
  readonly channel: string;
  readonly chaincode: string;
  /** Speaks for the organisation. */
  readonly operator: EnrolledIdentity;
  /** Signs checkpoints for it; absent where nobody does. */
  readonly witness?: EnrolledIdentity | undefined;
  readonly rules: readonly string[];
  /** Chaincode package ids; only an administrator of a peer can ask it for them. */
  readonly packages?: readonly string[];
  /** Bytes of the verifier page that this installation has; `undefined` where none was built. */
  readonly page?: () => Promise<Uint8Array | undefined>;
  /** Id of the transaction that first wrote the space, by the rules; `undefined` before there is one. */
  readonly constitution: () => Promise<string | undefined>;
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
  const { source, channel, chaincode, operator, witness, rules, packages = [], now } = parts;
  const constitution = await parts.constitution();
  if (constitution === undefined) throw new EvidenceError('NOT_FOUND', 'the space is not constituted');
  const newest = await configInForce(source);
  const page = await (parts.page ?? verifierPage)();
  return {
    organisation: operator.mspId,
    channel,
    chaincode,
    genesis: `sha256:${hashOf(await source.block(0n))}`,
    constitution,
    rules: [...rules],
    packages: [...packages],
    organisations: [...organisationsOf(newest)],
    roots: rootsOf(newest, operator.mspId).map((root) => digestOf(root)),
    witnesses: witness === undefined ? [] : [witness.keyDigest as Digest],
    pages: page === undefined ? [] : [digestOf(page)],
    issuedAt: now(),
    signer: digestOf(certificate),
  };
}

/** The page as it was built with this installation: a reader compares it with a copy that came from elsewhere. */
async function verifierPage(): Promise<Uint8Array | undefined> {
  try {
    return await readFile(new URL(import.meta.resolve('@tallystick/verifier/page')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function configInForce(source: FingerprintParts['source']): Promise<RawBlock> {
  for await (const block of configBlocks(source, await source.block(await source.height()))) return block;
  throw new Error('a channel has a configuration');
}
