import { Message, textOf } from '../bytes/protobuf.js';
import { LIFECYCLE } from './definition.js';
import type { Transaction } from './transaction.js';

/** An organisation's approval of a chaincode definition, as its administrator submitted it. */
export interface Approval {
  readonly mspId: string;
  readonly sequence: bigint;
  /** `<label>:<SHA-256 of the package>`; `undefined` where the organisation runs none. */
  readonly packageId: string | undefined;
}

const FUNCTION = 'ApproveChaincodeDefinitionForMyOrg';

/**
 * The approval in a transaction, if it is one of this chaincode (fabric-protos:peer/lifecycle/lifecycle.proto,
 * ApproveChaincodeDefinitionForMyOrgArgs). A package id commits to the code that it was made of; that the organisation runs it, it does not show.
 * @throws Rejection MALFORMED, DUPLICATE_FIELD
 */
export function approvalIn({ chaincode, args, submitter }: Transaction, ours: string): Approval | undefined {
  const [name, argument] = args;
  if (chaincode !== LIFECYCLE || name === undefined || argument === undefined) return undefined;
  if (textOf(name) !== FUNCTION) return undefined;
  const approved = Message.readKnown(argument, { fields: [1, 2, 9] });
  if (approved.text(2) !== ours) return undefined;
  const source = Message.readKnown(approved.bytes(9), { fields: [1, 2] });
  const packageId = Message.readKnown(source.bytes(2), { fields: [1] }).text(1);
  return {
    mspId: submitter.mspId,
    sequence: approved.number(1),
    packageId: packageId === '' ? undefined : packageId,
  };
}
