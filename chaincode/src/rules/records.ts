import { Allowance, bytesOf, descriptors, refuseUnless } from '../model/index.js';
import { parseRequests } from './execution.js';
import type { Reader } from './ledger.js';

/** Keys read together: what is read past the limit, and thrown away, stays small. */
const AT_ONCE = 50;

/**
 * What `records:Get` answers: committed records by their ledger keys, one or a list. Writes nothing. Texts are handed out as they
 * stand: canonical already, and an endorser's signature then covers the very record. Refuses with MALFORMED, also a key that is asked
 * for twice: each repetition would be answered, and bytes that stand once be sent many times. Refuses with LIMIT_EXCEEDED.
 */
export async function readRecords(argument: string, read: Reader): Promise<string> {
  const asked = parseRequests(descriptors.records.Get, argument);
  const keys = ('key' in asked ? [asked] : asked).map(({ key }) => key);
  refuseRepeated(keys);
  const answer = new Allowance('answer');
  const answers: string[] = [];
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const texts = await Promise.all(keys.slice(start, start + AT_ONCE).map(read));
    for (const text of texts) {
      const record = `{"record":${text ?? 'null'}}`;
      answer.spend(bytesOf(record) + 1);
      answers.push(record);
    }
  }
  return 'key' in asked ? answers.join('') : `[${answers.join(',')}]`;
}

function refuseRepeated(keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const [index, key] of keys.entries()) {
    refuseUnless(!seen.has(key), 'MALFORMED', {
      errors: [{ pointer: `/${index}/key`, reason: 'is asked for twice' }],
    });
    seen.add(key);
  }
}
