import * as z from 'zod';

const CERTIFICATE = /^\s*-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)\s*-----END CERTIFICATE-----\s*$/;
const BASE64 = z.base64();

/** DER of a text that is one PEM certificate and nothing else (RFC 7468 section 5.1); `undefined` for any other text. */
export function certificateOfPem(text: string): Uint8Array | undefined {
  const body = CERTIFICATE.exec(text)?.[1]?.replaceAll(/\s/g, '') ?? '';
  if (body === '' || !BASE64.safeParse(body).success) return undefined;
  return z.util.base64ToUint8Array(body);
}

/** RFC 7468: 64 characters a line. */
export function pemOfCertificate(der: Uint8Array): string {
  const lines = z.util.uint8ArrayToBase64(der).match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
