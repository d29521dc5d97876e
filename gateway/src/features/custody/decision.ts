import { decodeRecord, descriptors, keys, usageType, type Id, type Usage } from '@tallystick/chaincode/model';
import { editionNamed, execute, type Caller, type Execution, type Reader } from '@tallystick/chaincode/rules';

import type { Definitions } from '../../projection/port.js';
import { CustodyError } from './errors.js';

/** `usage:Answer` decided at home, by the very rules that endorsers run: nothing leaves the house on their word alone. */

const ANSWER = descriptors.usage.Answer.name;

/** @param rules name of the edition that decides @throws Refusal; CustodyError RULES_UNKNOWN */
export function decideAnswer(
  rules: string,
  argument: string,
  caller: Caller,
  read: Reader,
): Promise<Execution> {
  const edition = editionNamed(rules);
  if (edition === undefined) throw new CustodyError('RULES_UNKNOWN', `No rules ${rules} are known here`);
  return execute(edition, { transaction: ANSWER, argument, caller, openings: new Map() }, read);
}

/**
 * Name of the edition by which the ledger decides now. Where the definition in force names none that is known here, nobody here can tell
 * what an answer comes to, nor whether it still holds: nothing is answered and nothing leaves the house. @throws CustodyError RULES_UNKNOWN
 */
export function needRules(projection: Definitions): string {
  const { version, edition } = projection.rules();
  if (edition !== undefined) return edition;
  throw new CustodyError(
    'RULES_UNKNOWN',
    version === undefined
      ? 'Our own peer has shown no definition of the chaincode yet'
      : `The definition in force, version ${version}, names no rules that are known here`,
  );
}

/** Texts that an execution would write, laid over what stands there. */
export const readerOver =
  (writes: ReadonlyMap<string, string>, read: Reader): Reader =>
  (key) => {
    const written = writes.get(key);
    return written === undefined ? read(key) : Promise.resolve(written);
  };

/** The state a single answer led to. */
export function stateOf({ writes }: Execution, usageId: Id<'usage'>): Usage['state'] | undefined {
  const text = writes.get(keys.usage(usageId).text);
  return text === undefined ? undefined : decodeRecord(usageType, text).state;
}

export interface AnswerRequest {
  readonly usageId: Id<'usage'>;
  readonly slot?: number;
}

/** The answer to one request, out of an argument that may hold many. */
export function requestFor(argument: string, usageId: string): AnswerRequest | undefined {
  const parsed = JSON.parse(argument) as AnswerRequest | readonly AnswerRequest[];
  const list = Array.isArray(parsed) ? (parsed as readonly AnswerRequest[]) : [parsed as AnswerRequest];
  return list.find((request) => request.usageId === usageId);
}
