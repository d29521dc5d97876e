/** What the verifier uses of the Web Cryptography API; `crypto.subtle` of Node and of a browser both fit. It is passed in. */
export interface Subtle {
  importKey(
    format: 'spki',
    keyData: Uint8Array,
    algorithm: { readonly name: string; readonly namedCurve?: string; readonly hash?: string },
    extractable: boolean,
    usages: 'verify'[],
  ): Promise<unknown>;
  /** Left out by who has none: then a slower one of our own is used. */
  digest?(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer>;
  verify(
    algorithm: { readonly name: string; readonly hash?: string; readonly saltLength?: number },
    key: never,
    signature: Uint8Array,
    data: Uint8Array,
  ): Promise<boolean>;
}
