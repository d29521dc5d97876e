import { common } from '@hyperledger/fabric-protos';
import { readChannelConfig } from '../embedded/channel-config.js';
import { signLowS } from '../embedded/ecdsa.js';
import type { Identity as Signer } from '../embedded/msp.js';
import { validSigners, type SignedBytes } from '../embedded/policy.js';
import { newSignatureHeader } from '../embedded/signer.js';
import type { Identity } from '../identity/index.js';
import { applyUpdate } from './config-apply.js';
import type { Element } from './config-elements.js';
import { digestOf, type ConfigSignature, type UpdateFile } from './config-envelope.js';
import { MembershipError } from './membership-errors.js';
import { openSignatureHeader, serializedIdentity } from '../wire/index.js';

/** Who has signed an update, and whether it is enough. */
export interface SignatureVerdict {
  /** Those whose signature holds and whom the channel knows, each once. */
  readonly signed: readonly {
    readonly mspId: string;
    readonly role: string;
    readonly serialNumber: string;
  }[];
  /** Signatures that count for nothing: broken, or of somebody whom the channel does not know. */
  readonly worthless: number;
  /** Policies that the update must satisfy, as `/Channel/Application/Admins`. */
  readonly policies: readonly { readonly path: string; readonly isSatisfied: boolean }[];
}

// fabric:common/configtx/update.go, policyForItem: an element's own words are seen from its group, a group's from within.
function policyPath({ kind, path, message }: Element): string {
  const policy = message.getModPolicy();
  if (policy.startsWith('/')) return policy;
  const group = kind === 'group' ? path : path.slice(0, -1);
  return `/${group.join('/')}/${policy}`;
}

const signedBytes = (update: Uint8Array, { header, signature }: ConfigSignature): SignedBytes => ({
  identity: openSignatureHeader(header).creator,
  data: Buffer.concat([header, update]),
  signature,
});

function readable(update: Uint8Array, signatures: readonly ConfigSignature[]): SignedBytes[] {
  return signatures.flatMap((each) => {
    try {
      return [signedBytes(update, each)];
    } catch {
      return [];
    }
  });
}

const signerFacts = ({ mspId, role, certificate }: Signer): SignatureVerdict['signed'][number] => ({
  mspId,
  role: role ?? 'no role',
  serialNumber: certificate.serial.toLowerCase(),
});

/**
 * Holds the signatures of an update against the policies of the channel as it is, as an orderer will.
 * @throws MembershipError BASE_OUTDATED, UPDATE_INVALID; EmbeddedNodeError when the channel has members or policies that this
 * program cannot judge (MSPs without NodeOUs)
 */
export async function judgeSignatures(current: common.Config, file: UpdateFile): Promise<SignatureVerdict> {
  const { written } = applyUpdate(current, file.update);
  const channel = await readChannelConfig(current);
  const signers = validSigners(readable(file.bytes, file.signatures), channel.identities);
  const paths = new Set(written.flatMap(({ before }) => (before === undefined ? [] : [policyPath(before)])));
  return {
    signed: signers.map(signerFacts),
    worthless: file.signatures.length - signers.length,
    policies: [...paths].sort().map((path) => ({ path, isSatisfied: channel.policy(path)(signers) })),
  };
}

/** @throws MembershipError SIGNATURES_MISSING */
export function requireEnough({ signed, policies }: SignatureVerdict): void {
  const open = policies.filter(({ isSatisfied }) => !isSatisfied).map(({ path }) => path);
  if (open.length === 0) return;
  const by = signed.map(({ mspId }) => mspId);
  const text = `${open.join(', ')} asks for more signatures of administrators; signed so far: ${by.join(', ') || 'nobody'}`;
  throw new MembershipError('SIGNATURES_MISSING', text, { policies: open, signed: by });
}

/**
 * Signs an update as one of those who must agree; a second signature of the same identity changes nothing.
 * @param reviewed the digest that the review has shown, so that nothing else is signed than was looked at
 * @throws MembershipError NOT_REVIEWED
 */
export function signUpdate(file: UpdateFile, identity: Identity, reviewed: string): UpdateFile {
  const digest = digestOf(file);
  if (digest !== reviewed) {
    throw new MembershipError('NOT_REVIEWED', `this is update ${digest}, and ${reviewed} was reviewed`, {
      digest,
      reviewed,
    });
  }
  const header = newSignatureHeader(serializedIdentity(identity)).serializeBinary();
  const signature = signLowS(identity.privateKey, Buffer.concat([header, file.bytes]));
  return { ...file, signatures: [...file.signatures, { header, signature }] };
}
