import { utf8ToBytes } from '@noble/hashes/utils.js';
import { encode } from '@tallystick/chaincode/model';
import { largeDigest } from '../crypto/sha256.js';
import type { ChannelConfig } from '../fabric/identity.js';
import { readSerializedIdentity } from '../fabric/proposal.js';
import { rejectUnless } from '../rejection.js';
import { parsePem } from '../x509/certificate.js';
import type { VerificationInput } from './ledger.js';

/**
 * The custody log: whoever had the file signed for its contents (ISO/IEC 27037, chain of custody). It shows who handed it over, by their
 * own clocks; nothing on the ledger rests on it.
 */
export async function checkCustody(
  {
    evidence,
    subtle,
    signatures,
    list,
  }: Pick<VerificationInput, 'evidence' | 'subtle' | 'signatures' | 'list'>,
  config: ChannelConfig,
): Promise<void> {
  const { custody } = evidence;
  if (custody.length === 0) list.notEvaluated('custody.log', '', 'NOT_GIVEN');
  for (const [index, filed] of custody.entries()) {
    await list.run('custody.log', `entry ${index}`, async () => {
      const { signature: _signature, signerBytes, signatureBytes, ...entry } = filed;
      const signer = readSerializedIdentity(signerBytes);
      const presented = parsePem(utf8ToBytes(signer.certificate));
      const { mspId, certificate } = await config.identifyIn(signer.mspId, presented);
      await signatures.verify(certificate, utf8ToBytes(encode(entry)), signatureBytes);
      const facts = { at: entry.at, event: entry.event, mspId, fingerprint: certificate.fingerprint };
      const isLast = index === custody.length - 1;
      const found = isLast ? await largeDigest(subtle, evidence.contents()) : entry.digest;
      const { digest } = entry;
      rejectUnless(found === digest, 'CUSTODY_DIFFERS', { ...facts, digest, found });
      return { value: true, facts };
    });
  }
}
