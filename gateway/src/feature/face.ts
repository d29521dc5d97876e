/** What one feature shows to others, by name and with its type. Two faces are two values, whatever they are called. */
export interface Face<T> {
  readonly name: string;
  /** Never there: it carries the type. */
  readonly shows?: T;
}

export const face = <T>(name: string): Face<T> => ({ name });

/** What the features of one gateway show each other, and its routes. */
export class Faces {
  readonly #shown = new Map<Face<unknown>, unknown>();

  show<T>(shown: Face<T>, value: T): this {
    this.#shown.set(shown, value);
    return this;
  }

  /** What a feature before this one in the list has shown. */
  of<T>(wanted: Face<T>): T {
    if (!this.#shown.has(wanted)) throw new Error(`no feature before this one shows ${wanted.name}`);
    return this.#shown.get(wanted) as T;
  }
}
