import { expect } from 'chai';
import { Rejection, type Reason } from '../src/rejection.js';

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value;

/** Asserts that something is refused, and for which of the reasons. */
export async function refuses(check: () => unknown, ...reasons: readonly Reason[]): Promise<void> {
  try {
    const result = check();
    if (isPromise(result)) await result;
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    expect(reasons).to.include(error.code);
    return;
  }
  expect.fail(`accepted, but expected ${reasons.join(' or ')}`);
}
