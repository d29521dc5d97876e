import { createHash, webcrypto } from 'node:crypto';
import type { Subtle } from '../../../verifier/src/crypto/subtle.js';

type Key = webcrypto.CryptoKey;
const { subtle } = webcrypto;

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64');

/**
 * A Web Cryptography API that remembers what it was asked while it learns. Whether a signature fits a key and a message does not depend
 * on the file it stands in: this makes a hundred thousand runs of the verifier possible, and takes nothing from any of them.
 */
export class RememberingSubtle {
  isLearning = true;
  readonly #keys = new Map<string, Promise<Key>>();
  readonly #names = new WeakMap<Key, string>();
  readonly #answers = new Map<string, boolean>();

  readonly subtle = {
    importKey: (format: 'spki', spki: Uint8Array, algorithm: object, extractable: boolean, uses: never) => {
      const name = `${digest(spki)} ${JSON.stringify(algorithm)}`;
      const known = this.#keys.get(name);
      if (known) return known;
      const key = subtle
        .importKey(format, spki, algorithm as webcrypto.EcKeyImportParams, extractable, uses)
        .then((imported) => {
          this.#names.set(imported, name);
          return imported;
        });
      if (this.isLearning) this.#keys.set(name, key);
      return key;
    },
    verify: async (algorithm: object, key: Key, signature: Uint8Array, message: Uint8Array) => {
      const parts = [JSON.stringify(algorithm), this.#names.get(key), digest(signature), digest(message)];
      const asked = parts.join(' ');
      const known = this.#answers.get(asked);
      if (known !== undefined) return known;
      const answer = await subtle.verify(algorithm as webcrypto.EcdsaParams, key, signature, message);
      if (this.isLearning) this.#answers.set(asked, answer);
      return answer;
    },
  } as unknown as Subtle;
}
