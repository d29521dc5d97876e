import { decode, EncodingError, type Instant } from '@tallystick/chaincode/model';
import type { Signatures } from '../crypto/signature.js';
import type { ChannelConfig, Identity } from '../fabric/identity.js';
import { sha256Hex, type SerializedIdentity } from '../fabric/proposal.js';
import { readHeader } from '../fold/envelope.js';
import { readTransaction } from '../fold/transaction.js';
import { Message, shape, textOf, Unreadable } from '../fold/wire.js';
import { Rejection, rejectUnless } from '../rejection.js';
import { parseCommittedPem } from '../x509/certificate.js';

/** A call that somebody signed, read from its common.Envelope as the fold reads it, which is as Fabric does. */
export interface SignedCall {
  readonly txId: string;
  readonly channel: string;
  readonly chaincode: string;
  readonly name: string;
  /** Canonical JSON. */
  readonly argument: string;
  readonly submitter: SerializedIdentity;
  readonly time: Instant;
  /** common.Payload, and what signs it. */
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly creator: Uint8Array;
  readonly nonce: Uint8Array;
  /** Oddities that Fabric's reader passes over. */
  readonly lint: readonly string[];
}

const PAIR = shape({ 1: 'bytes', 2: 'bytes' });

/** @throws Rejection MALFORMED, NOT_WELL_FORMED, WRONG_CHAINCODE (header and call name two) */
export function readCall(envelope: Uint8Array): SignedCall {
  try {
    return read(envelope);
  } catch (cause) {
    if (cause instanceof EncodingError)
      throw new Rejection('MALFORMED', { what: 'an argument that is not canonical JSON' }, { cause });
    if (cause instanceof Unreadable) throw new Rejection('MALFORMED', { what: cause.message }, { cause });
    throw cause;
  }
}

function read(envelope: Uint8Array): SignedCall {
  const lint = new Set<string>();
  const { kind, txId, channel, chaincode, time, ...header } = readHeader(envelope, lint);
  const isCall = kind === 'ENDORSER_TRANSACTION' && time !== undefined;
  rejectUnless(isCall, 'NOT_WELL_FORMED', { what: 'no endorser transaction' });
  // The name of a chaincode inside the call is nobody's concern: peers execute the one that the header names.
  const { signer, args } = readTransaction({ kind, txId, channel, chaincode, ...header }, lint);
  const [name, argument, ...more] = args;
  rejectUnless(name !== undefined && argument !== undefined && more.length === 0, 'NOT_WELL_FORMED', {
    what: `${args.length} arguments`,
  });
  const outer = Message.read(envelope, PAIR, lint);
  const by = Message.read(header.signatureHeader, PAIR, lint);
  const asked = textOf(argument);
  decode(asked);
  return {
    txId,
    channel,
    chaincode,
    name: textOf(name),
    argument: asked,
    submitter: signer,
    time,
    payload: outer.bytes(1),
    signature: outer.bytes(2),
    creator: by.bytes(1),
    nonce: by.bytes(2),
    lint: [...lint],
  };
}

/**
 * Who submitted: that the id is the hash of nonce and creator, and that the creator signed the payload.
 * @throws Rejection TRANSACTION_ID_DIFFERS, and those of `ChannelConfig.identifyIn` and `Signatures.verifyCommitted`
 */
export async function checkSubmitter(
  { txId, nonce, creator, submitter, payload, signature }: SignedCall,
  config: ChannelConfig,
  signatures: Signatures,
): Promise<Identity> {
  rejectUnless(txId === sha256Hex(nonce, creator), 'TRANSACTION_ID_DIFFERS', { txId });
  const certificate = parseCommittedPem(new TextEncoder().encode(submitter.certificate));
  const identity = await config.identifyIn(submitter.mspId, certificate);
  await signatures.verifyCommitted(identity.certificate, payload, signature);
  return identity;
}
