import { webcrypto, X509Certificate } from 'node:crypto';
import {
  digestOf,
  millisOf,
  witnessedBytes,
  type CheckpointBody,
  type Digest,
  type Instant,
  type Witnessing,
} from '@tallystick/chaincode/model';
import { serializedIdentity } from '@tallystick/network/wire';
import { configIn, newSignatures, readConfig, type ChannelConfig } from '@tallystick/verifier/fabric';
import type { EvidenceSource } from '../../ledger/evidence-source.js';
import { lastConfigOf } from '../../ledger/raw-block.js';

/** NOT_SIGNED: the signature does not verify. NOT_A_WITNESS: its signer is no witness, in the newest configuration of the channel. */
export type DoubtfulWitness = 'NOT_SIGNED' | 'NOT_A_WITNESS';

/** Who signed, as the newest configuration has it. */
export interface JudgedWitness {
  /** SHA-256 of the SPKI. */
  readonly key: Digest;
  /** Compressed point of P-256, lower-case hex, as the space's record names witnesses; absent for other keys. */
  readonly point?: string;
}

export interface RegisterParts {
  readonly source: Pick<EvidenceSource, 'height' | 'block'>;
  readonly channel: string;
  /** The role that a certificate carries (`tallystick.role`). */
  readonly roleOf: (creator: { readonly mspId: string; readonly certificate: string }) => string | undefined;
  /** Compressed points that count as witnesses without the role: those that the space names. */
  readonly pinned: () => Promise<ReadonlySet<string>>;
  readonly now: () => Instant;
  /** Milliseconds for which the newest configuration is taken to be the same. */
  readonly fresh?: number;
}

/** Milliseconds for which the newest configuration is taken to be the same: a revocation is seen that much later. */
const FRESH = 10_000;
/** What Fabric's own identities may sign with. */
const ALGORITHMS = ['ecdsa-p256-sha256', 'ecdsa-p384-sha256', 'ed25519'] as const;
const P256_SPKI = 91;
const POINT = 65;

const signatures = newSignatures(webcrypto.subtle, ALGORITHMS);

/** Compressed point of a P-256 key out of its SPKI (RFC 5480; SEC 1, 2.3.3). */
function pointOf(spki: Uint8Array): string | undefined {
  const point = Buffer.from(spki.subarray(-POINT));
  if (spki.length !== P256_SPKI || point[0] !== 0x04) return undefined;
  const sign = ((point.at(-1) ?? 0) & 1) === 1 ? '03' : '02';
  return sign + point.subarray(1, 33).toString('hex');
}

const spkiOf = (certificate: string): Uint8Array =>
  new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });

/** The point of a certificate's key. */
export const pointOfCertificate = (certificate: string): string | undefined => pointOf(spkiOf(certificate));

function roleIn(roleOf: RegisterParts['roleOf'], creator: Parameters<typeof roleOf>[0]): string | undefined {
  try {
    return roleOf(creator);
  } catch {
    // Attributes that nobody can read give no role.
    return undefined;
  }
}

/** Judges signatures of witnesses under the newest configuration of the channel that our own peer shows. */
export class WitnessRegister {
  readonly #parts: RegisterParts;
  #known: { readonly number: bigint; readonly config: ChannelConfig } | undefined;
  #until = 0;
  #asking: Promise<ChannelConfig> | undefined;

  constructor(parts: RegisterParts) {
    this.#parts = parts;
  }

  /** Never throws for what is in the signature; throws LedgerError when our peer cannot be asked for the configuration. */
  async judge(body: CheckpointBody, witnessing: Witnessing): Promise<JudgedWitness | DoubtfulWitness> {
    const config = await this.#config();
    const { mspId, certificate, statement, signature } = witnessing;
    if (!config.organisations.includes(mspId)) return 'NOT_A_WITNESS';
    const identified = await this.#identify(config, mspId, certificate);
    if (identified === undefined) return 'NOT_A_WITNESS';
    try {
      const bytes = witnessedBytes(body, statement);
      await signatures.verify(identified, bytes, Buffer.from(signature, 'base64'));
    } catch {
      return 'NOT_SIGNED';
    }
    const point = pointOf(identified.key.spki);
    const key = digestOf(identified.key.spki);
    if (!(await this.#isWitness({ mspId, certificate }, point))) return 'NOT_A_WITNESS';
    return { key, ...(point !== undefined && { point }) };
  }

  /** The certificate, when it is one of that organisation, not revoked, and in its time. */
  async #identify(
    config: ChannelConfig,
    mspId: string,
    pem: string,
  ): Promise<Awaited<ReturnType<ChannelConfig['identify']>>['certificate'] | undefined> {
    try {
      const { certificate } = await config.identify(serializedIdentity({ mspId, certificate: pem }));
      const now = millisOf(this.#parts.now());
      return certificate.notBefore <= now && now <= certificate.notAfter ? certificate : undefined;
    } catch {
      return undefined;
    }
  }

  async #isWitness(
    creator: { readonly mspId: string; readonly certificate: string },
    point: string | undefined,
  ): Promise<boolean> {
    if (roleIn(this.#parts.roleOf, creator) === 'witness') return true;
    return point !== undefined && (await this.#parts.pinned()).has(point);
  }

  #config(): Promise<ChannelConfig> {
    if (this.#known !== undefined && Date.now() < this.#until) return Promise.resolve(this.#known.config);
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(): Promise<ChannelConfig> {
    const { source, channel } = this.#parts;
    const head = await source.block(await source.height());
    const number = lastConfigOf(head);
    if (this.#known?.number !== number) {
      const block = number === head.number ? head : await source.block(number);
      this.#known = { number, config: readConfig(configIn(block, channel), signatures) };
    }
    this.#until = Date.now() + (this.#parts.fresh ?? FRESH);
    return this.#known.config;
  }
}
