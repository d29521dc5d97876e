import { descriptors, keys, type Id, type Usage } from '@tallystick/chaincode/model';
import { execute, rules, type Caller, type Execution, type Reader } from '@tallystick/chaincode/rules';

/** `usage:Answer` decided at home, by the very rules that endorsers run: nothing leaves the house on their word alone. */

const ANSWER = descriptors.usage.Answer.name;

/** @throws Refusal */
export const decideAnswer = (argument: string, caller: Caller, read: Reader): Promise<Execution> =>
  execute(rules, { transaction: ANSWER, argument, caller, openings: new Map() }, read);

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
  return text === undefined ? undefined : (JSON.parse(text) as Usage).state;
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
