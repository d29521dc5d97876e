import { newAcknowledger } from './acknowledgement.js';
import { newCustodian } from './custodian.js';
import { eraseUse } from './erasure.js';
import { openUse } from './opening.js';
import type { Custody, CustodyParts } from './parts.js';
import type { Custodian, UseCases } from './port.js';
import { handOver } from './handing-over.js';
import { openOwn } from './own.js';
import { appendFile, registerFile } from './registration.js';
import { requestUse } from './request.js';
import { Servings } from './servings.js';
import { callerOf } from './signers.js';
import { takeOver } from './taking-over.js';
import { usageStatus } from './usage-status.js';

/**
 * Custody of one organisation. Who it is follows from the certificate of its component identity.
 * @throws CustodyError UNKNOWN_IDENTITY when the component or the operator is not enrolled here
 */
export function newCustody(parts: CustodyParts): {
  readonly useCases: UseCases;
  readonly custodian: Custodian;
} {
  const { mspId, participant } = callerOf(parts.signers, parts.component, parts.now());
  callerOf(parts.signers, parts.operator, parts.now());
  const custody: Custody = { ...parts, mspId, participant };
  return { useCases: newUseCases(custody), custodian: newCustodian(custody) };
}

function newUseCases({ state, settings, ...custody }: Custody): UseCases {
  const acknowledger = newAcknowledger({ ...custody, patience: settings.acknowledgement });
  const registration = { ...custody, ownerHeaders: state.ownerHeaders, recipient: custody.age.recipient };
  const requesting = { ...custody, oneTimeKeys: state.oneTimeKeys };
  const servings = new Servings();
  const opening = { ...requesting, acknowledger, servings, headerLooks: settings.headerLooks };
  const owning = { ...custody, ownerHeaders: state.ownerHeaders };
  const erasing = { ...requesting, servings, ownerHeaders: state.ownerHeaders };
  const status = { ...requesting, custody: state.custody };
  return {
    recipient: custody.age.recipient,
    registerFile: (by, metadata, source, signal) => registerFile(registration, by, metadata, source, signal),
    appendFile: (by, metadata, source, signal) => appendFile(registration, by, metadata, source, signal),
    requestUse: (by, ask, signal) => requestUse(requesting, by, ask, signal),
    openUse: (by, usageId, options, signal) => openUse(opening, by, usageId, options, signal),
    openOwn: (versionId, signal) => openOwn(owning, versionId, signal),
    eraseUse: (usageId) => eraseUse(erasing, usageId),
    usageStatus: (usageId) => usageStatus(status, usageId),
    handOver: (by, claimId, to, signal) => handOver(owning, by, claimId, to, signal),
    takeOver: (by, claimId, offerDigest, signal) => takeOver(owning, by, claimId, offerDigest, signal),
    drain: () => acknowledger.drain(),
  };
}
