import { verify, X509Certificate } from 'node:crypto';
import {
  digestOf,
  encode,
  id,
  obligationName,
  schema,
  type Component,
  type Digest,
  type Instant,
  type Obligation,
} from '@tallystick/chaincode/model';
import * as z from 'zod';
import { keyDigestOf, type EnrolledIdentity } from '../../identities/index.js';

/** What a debtor tells the informed party: which duty, of which use. The facts themselves are on the ledger. */
const notice = z.strictObject({
  type: z.literal('tallystick/notice/v1'),
  obligation: id('obligation'),
  ...obligationName.shape,
  from: id('participant'),
  to: id('participant'),
  /** Component of the debtor whose key signs. */
  component: id('component'),
  at: schema.instant,
});
export type Notice = z.infer<typeof notice>;

export const signedNotice = z.strictObject({
  notice,
  /** PEM. The ledger says whether its key is one of the component's; no certificate authority is asked. */
  certificate: z.string().max(8192),
  signature: z.base64().max(1024),
});
export type SignedNotice = z.infer<typeof signedNotice>;

// The purpose stands before the text, so that no signature made for something else passes for a notice.
const bytesOf = (of: Notice): Uint8Array => Buffer.from(`tallystick/notice/v1\n${encode(of)}`);

export const digestOfNotice = (signed: SignedNotice): Digest => digestOf(encode(signed));

export function noticeOf(
  { id: obligation, grant, duty, usage, period, debtor, attester }: Obligation,
  component: Component['id'],
  at: Instant,
): Notice {
  return {
    type: 'tallystick/notice/v1',
    obligation,
    grant,
    duty,
    ...(usage !== undefined && { usage }),
    ...(period !== undefined && { period }),
    from: debtor,
    to: attester,
    component,
    at,
  };
}

export const signNotice = (of: Notice, by: Pick<EnrolledIdentity, 'certificate' | 'sign'>): SignedNotice => ({
  notice: of,
  certificate: by.certificate,
  signature: Buffer.from(by.sign(bytesOf(of))).toString('base64'),
});

/** Whether a certified component of the debtor signed it, as our own peer shows that component now. */
export function isSignedBy(signed: SignedNotice, component: Component | undefined, now: Instant): boolean {
  if (component?.state !== 'CERTIFIED' || component.validUntil <= now) return false;
  if (component.owner !== signed.notice.from) return false;
  try {
    const { publicKey } = new X509Certificate(signed.certificate);
    const keys: readonly string[] = component.keys;
    const digest = publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
    const signature = Buffer.from(signed.signature, 'base64');
    return (
      keys.includes(keyDigestOf(publicKey)) && verify(digest, bytesOf(signed.notice), publicKey, signature)
    );
  } catch {
    // No certificate, or a signature of another form: nobody signed it.
    return false;
  }
}
