import type { Group, Operation, Program, Step } from '../program.js';

export const put = (key: string, value: string): Operation => ({ op: 'put', key, value });
export const remove = (key: string): Operation => ({ op: 'delete', key });
export const get = (key: string): Operation => ({ op: 'get', key });

/** One transaction with these operations. */
export const run = (...operations: Operation[]): Step => ({ run: operations });

/** A program whose groups are given one after the other. */
export const program = (name: string, ...groups: Group[]): Program => ({ name, groups });

/** A program of transactions each in a block of its own. */
export const inSequence = (name: string, ...steps: Step[]): Program =>
  program(name, ...steps.map((step) => [step]));
