/** Things that were started, to be ended in reverse order. */
export interface Lifespan {
  add(end: () => Promise<void>): void;
  /** Ends what was added so far, newest first; once. */
  end(): Promise<void>;
}

/** An empty lifespan. */
export function newLifespan(): Lifespan {
  const ends: (() => Promise<void>)[] = [];
  let ending: Promise<void> | undefined;
  const endAll = async (): Promise<void> => {
    for (const end of ends.splice(0)) await end();
  };
  return {
    add: (end) => void ends.unshift(end),
    end: () => (ending ??= endAll()),
  };
}
