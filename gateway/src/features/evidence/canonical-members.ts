import { encode } from '@tallystick/chaincode/model';

/** An object whose members have been written in canonical form each, so that one more does not mean to write the whole anew. */
export class CanonicalMembers {
  readonly #texts = new Map<string, string>();

  /** @throws EncodingError */
  constructor(members: object) {
    this.#put(this.#texts, members);
  }

  /** The object, with more members (RFC 8785, section 3.2.3: names in the order of UTF-16 code units). @throws EncodingError */
  text(more: object = {}): string {
    const texts = new Map(this.#texts);
    this.#put(texts, more);
    const inOrder = [...texts].sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${inOrder.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
  }

  #put(texts: Map<string, string>, members: object): void {
    for (const [name, value] of Object.entries(members)) texts.set(name, encode(value));
  }
}
