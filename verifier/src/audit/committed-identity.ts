import type { ChannelConfig, Identity } from '../fabric/identity.js';
import { shape, Unreadable } from '../fold/wire.js';
import { Rejection } from '../rejection.js';
import { parseCertificate } from '../x509/certificate.js';
import { read } from './committed-sets.js';

const IDENTITY = shape({ 1: 'string', 2: 'bytes' });

/** The first block of PEM text, whatever stands around it (Go's encoding/pem, which Fabric reads identities with). */
const PEM =
  /(?:^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n(?:[^\n:]+:[^\n]*\n)*([A-Za-z0-9+/=\s]*?)-----END \1-----/u;

/**
 * Who serialized identity bytes are, for Fabric: it passes over unknown fields, and over what stands around the certificate.
 * @throws Rejection as `ChannelConfig.identify`
 */
export async function identify(config: ChannelConfig, serialized: Uint8Array): Promise<Identity> {
  try {
    return await config.identify(serialized);
  } catch (error) {
    const loose = error instanceof Rejection ? looseCertificate(serialized) : undefined;
    if (!loose) throw error;
    return config.identifyIn(loose.mspId, parseCertificate(loose.der));
  }
}

function looseCertificate(
  serialized: Uint8Array,
): { readonly mspId: string; readonly der: Uint8Array } | undefined {
  try {
    const identity = read(serialized, IDENTITY);
    const [, , body] = PEM.exec(new TextDecoder('latin1').decode(identity.bytes(2))) ?? [];
    if (body === undefined) return undefined;
    const binary = atob(body.replaceAll(/\s/gu, ''));
    return { mspId: identity.text(1), der: Uint8Array.from(binary, (character) => character.charCodeAt(0)) };
  } catch (error) {
    if (error instanceof Unreadable || error instanceof DOMException) return undefined;
    throw error;
  }
}
