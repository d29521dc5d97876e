import type { common } from '@hyperledger/fabric-protos';
import { applyUpdate } from './config-apply.js';
import { changeLines, configChanges, voteConsequences, type ConfigChange } from './config-diff.js';
import { digestOf, type UpdateFile } from './config-envelope.js';
import { judgeSignatures, type SignatureVerdict } from './config-signatures.js';
import { MembershipError } from './membership-errors.js';

/** What an update would do to a channel as it is, and who has agreed. Computed from the file; nothing in it is believed. */
export interface UpdateReview {
  /** What `signUpdate` must be given. */
  readonly digest: string;
  readonly channel: string;
  /** Of the configuration in force. */
  readonly sequence: number;
  readonly changes: readonly ConfigChange[];
  /** How many organisations must agree from then on, where that becomes another number. */
  readonly consequences: readonly ConfigChange[];
  readonly signatures: SignatureVerdict;
}

/**
 * Reviews an update against the configuration in force.
 * @throws MembershipError OTHER_CHANNEL, BASE_OUTDATED, UPDATE_INVALID
 */
export async function reviewUpdate(
  channel: string,
  current: common.Config,
  file: UpdateFile,
): Promise<UpdateReview> {
  if (file.channel !== channel) {
    throw new MembershipError(
      'OTHER_CHANNEL',
      `the update is for ${JSON.stringify(file.channel)}, not for ${channel}`,
    );
  }
  const { config } = applyUpdate(current, file.update);
  return {
    digest: digestOf(file),
    channel,
    sequence: current.getSequence(),
    changes: configChanges(current, config),
    consequences: voteConsequences(current, config),
    signatures: await judgeSignatures(current, file),
  };
}

function signatureLines({ signed, worthless, policies }: SignatureVerdict): string[] {
  return [
    ...(signed.length === 0 ? ['Signed by nobody yet'] : []),
    ...signed.map(({ mspId, role, serialNumber }) => `Signed by ${role} ${serialNumber} of ${mspId}`),
    ...(worthless > 0 ? [`${worthless} signatures count for nothing`] : []),
    ...policies.map(
      ({ path, isSatisfied }) => `${path}: ${isSatisfied ? 'enough' : 'more signatures are needed'}`,
    ),
  ];
}

/** A review as text for the person who decides. */
export const reviewText = ({
  digest,
  channel,
  sequence,
  changes,
  consequences,
  signatures,
}: UpdateReview): string =>
  [
    `Update ${digest}`,
    `of channel ${channel}, whose configuration in force has sequence ${sequence}`,
    '',
    ...changes.flatMap(changeLines),
    ...(consequences.length === 0
      ? []
      : ['', 'From then on organisations must agree:', ...consequences.flatMap(changeLines)]),
    '',
    ...signatureLines(signatures),
  ].join('\n');
