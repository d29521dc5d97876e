import * as z from 'zod';

/** PEM of a DER certificate, 64 characters a line (RFC 7468 section 2). */
export function pemOfCertificate(der: Uint8Array): string {
  const lines = z.util.uint8ArrayToBase64(der).match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
