/** An answer made in one go, so no block is applied while it is; what it throws, the promise rejects with. */
export const answer = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()));
