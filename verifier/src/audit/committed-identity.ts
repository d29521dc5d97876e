import type { ChannelConfig, Identity } from '../fabric/identity.js';
import { Message, shape, Unreadable } from '../fold/wire.js';
import { Rejection } from '../rejection.js';
import { parseCommittedPem } from '../x509/certificate.js';

const IDENTITY = shape({ 1: 'string', 2: 'bytes' });

/**
 * Who serialized identity bytes are, for Fabric: it passes over unknown fields, and over what stands around the certificate.
 * @throws Rejection as `ChannelConfig.identify`
 */
export async function identify(config: ChannelConfig, serialized: Uint8Array): Promise<Identity> {
  const { mspId, pem } = read(serialized);
  return config.identifyIn(mspId, parseCommittedPem(pem));
}

function read(serialized: Uint8Array): { readonly mspId: string; readonly pem: Uint8Array } {
  try {
    const identity = Message.read(serialized, IDENTITY, new Set());
    return { mspId: identity.text(1), pem: identity.bytes(2) };
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    throw new Rejection('MALFORMED', { what: cause.message }, { cause });
  }
}
