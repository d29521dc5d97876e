import {
  anyForm,
  decode,
  EncodingError,
  isRecordKind,
  recordTypes,
  type Json,
} from '@tallystick/chaincode/model';
import { Rejection, rejectUnless } from '../rejection.js';

/**
 * That a text is a record such as the rules write under its key, so that who reads it later need not ask again. A file without witnesses
 * may hold any text, under trees that somebody made for it. @throws Rejection MALFORMED
 */
export function assertRecord(key: string, text: string): void {
  const [kind = ''] = key.split('/', 1);
  const isRecord = isRecordKind(kind) && anyForm(recordTypes[kind]).safeParse(decoded(key, text)).success;
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
