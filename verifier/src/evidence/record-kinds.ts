import {
  amendmentType,
  anyForm,
  attestationType,
  breachesType,
  claimGrantsType,
  claimType,
  componentType,
  compromisesType,
  consentsType,
  datasetType,
  decode,
  disputeType,
  EncodingError,
  eventType,
  grantType,
  holdsType,
  leaseType,
  obligationType,
  openGrantsType,
  participantType,
  spaceType,
  transformationType,
  usageSlotType,
  usageType,
  valuationType,
  versionNumberType,
  versionType,
  type AnyRecord,
  type Json,
  type RecordType,
} from '@tallystick/chaincode/model';
import { Rejection, rejectUnless } from '../rejection.js';

/** Every kind of record, by what its keys begin with. */
export const RECORD_KINDS: ReadonlyMap<string, Pick<RecordType, 'kind' | 'schema' | 'earlier'>> = new Map(
  [
    amendmentType,
    attestationType,
    breachesType,
    claimGrantsType,
    claimType,
    componentType,
    compromisesType,
    consentsType,
    datasetType,
    disputeType,
    eventType,
    grantType,
    holdsType,
    leaseType,
    obligationType,
    openGrantsType,
    participantType,
    spaceType,
    transformationType,
    usageSlotType,
    usageType,
    valuationType,
    versionNumberType,
    versionType,
  ].map((type) => [type.kind, type]),
);

/**
 * That a text is a record such as the rules write under its key, so that who reads it later need not ask again. A file without witnesses
 * may hold any text, under trees that somebody made for it. @throws Rejection MALFORMED
 */
export function assertRecord(key: string, text: string): void {
  const type = RECORD_KINDS.get(key.split('/', 1)[0] ?? '');
  const isRecord = type !== undefined && anyForm(type).safeParse(decoded(key, text)).success;
  rejectUnless(isRecord, 'MALFORMED', { key, what: 'no record of a kind and version that is known here' });
}

function decoded(key: string, text: string): Json {
  try {
    return decode(text);
  } catch (cause) {
    if (!(cause instanceof EncodingError)) throw cause;
    throw new Rejection('MALFORMED', { key, what: 'a record that is not canonical JSON' }, { cause });
  }
}

/** A record out of a text that was asserted to be one under that key. */
export const recordIn = <T extends AnyRecord>(_type: RecordType<T>, text: string): T => JSON.parse(text) as T;
