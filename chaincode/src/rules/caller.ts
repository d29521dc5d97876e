import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import * as z from 'zod';
import { digestOf, participantId, schema, type Digest, type Id, type Instant } from '../model/index.js';

/** Who submitted a transaction, and when: everything a rule may know of its caller. */
export interface Caller {
  readonly participant: Id<'participant'>;
  readonly mspId: string;
  readonly unit: string;
  /** SHA-256 of the certificate's SubjectPublicKeyInfo. Never compare subject names: languages render them differently. */
  readonly keyDigest: Digest;
  /** `auditor` and `witness` write nothing: the one reads, the other signs checkpoints beside the ledger. */
  readonly role: 'officer' | 'operator' | 'auditor' | 'witness' | undefined;
  /** Transaction time, chosen by the submitter and checked against clocks only at endorsement. */
  readonly time: Instant;
}

/** Creator of a Fabric proposal: MSP id and PEM certificate (msp.SerializedIdentity). */
export interface Creator {
  readonly mspId: string;
  readonly certificate: string;
}

/** Fabric CA writes attributes as JSON `{"attrs":{...}}` under this extension (fabric-ca lib/attrmgr). */
const ATTRIBUTES_OID = '1.2.3.4.5.6.7.8.1';
const attributes = z.object({
  attrs: z.object({
    'tallystick.role': z.enum(['officer', 'operator', 'auditor', 'witness']).optional().catch(undefined),
    'tallystick.unit': schema.unit.optional(),
  }),
});

/** A creator that is not an X.509 certificate, or whose attributes are malformed. Fabric never endorses for one. */
export class CreatorError extends Error {
  override readonly name = 'CreatorError';
  readonly code = 'BAD_CREATOR';
}

/** The caller a creator stands for. Pure: contract, custodian and verifier share it. */
export function callerFrom({ mspId, certificate }: Creator, time: Instant): Caller {
  const parsed = parseCertificate(certificate);
  const { role, unit } = attributesOf(parsed);
  const spki = new Uint8Array(AsnConvert.serialize(parsed.tbsCertificate.subjectPublicKeyInfo));
  return { participant: participantId(mspId, unit), mspId, unit, keyDigest: digestOf(spki), role, time };
}

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';
/** Far more than a certificate has. */
const MAX_PEM = 65_536;

/** Base64 between two lines, with white space around it; read in one pass, because whoever may submit chooses these bytes. */
function bodyOf(pem: string): string | undefined {
  const text = pem.length > MAX_PEM ? '' : pem.trimEnd();
  if (!text.startsWith(BEGIN) || !text.endsWith(END) || text.length < BEGIN.length + END.length)
    return undefined;
  const body = text.slice(BEGIN.length, -END.length);
  const isApart = body.trimStart() !== body && body.trimEnd() !== body;
  return isApart && /^[A-Za-z0-9+/=\s]+$/.test(body) && body.trim() !== '' ? body : undefined;
}

function parseCertificate(pem: string): Certificate {
  const body = bodyOf(pem);
  if (body === undefined) throw new CreatorError('not one PEM certificate');
  try {
    return AsnConvert.parse(bytesOfBase64(body), Certificate);
  } catch (cause) {
    throw new CreatorError('not an X.509 certificate', { cause });
  }
}

function attributesOf(certificate: Certificate): { role: Caller['role']; unit: string } {
  const extension = certificate.tbsCertificate.extensions?.find(({ extnID }) => extnID === ATTRIBUTES_OID);
  if (!extension) return { role: undefined, unit: '' };
  try {
    const { attrs } = attributes.parse(JSON.parse(asciiOf(extension.extnValue)));
    return { role: attrs['tallystick.role'], unit: attrs['tallystick.unit'] ?? '' };
  } catch (cause) {
    throw new CreatorError('malformed attributes', { cause });
  }
}

const asciiOf = (value: OctetString): string => String.fromCharCode(...new Uint8Array(value.buffer));

function bytesOfBase64(text: string): Uint8Array {
  return z.util.base64ToUint8Array(text.replaceAll(/\s/g, ''));
}
