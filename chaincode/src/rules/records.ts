import { descriptors } from '../model/index.js';
import { parseRequests } from './execution.js';
import type { Reader } from './ledger.js';

/**
 * What `records:Get` answers: committed records by their ledger keys, one or a list; each key is read once. Writes nothing. Texts are
 * handed out as they stand: canonical already, and an endorser's signature then covers the very record. Refuses with MALFORMED.
 */
export async function readRecords(argument: string, read: Reader): Promise<string> {
  const asked = parseRequests(descriptors.records.Get, argument);
  const requests = 'key' in asked ? [asked] : asked;
  const keys = [...new Set(requests.map(({ key }) => key))];
  const texts = new Map(await Promise.all(keys.map(async (key) => [key, await read(key)] as const)));
  const answers = requests.map(({ key }) => `{"record":${texts.get(key) ?? 'null'}}`);
  return 'key' in asked ? answers.join('') : `[${answers.join(',')}]`;
}
