/** A public key as signatures are checked with it. */
export interface PublicKey {
  /** DER SubjectPublicKeyInfo, a slice of the certificate. */
  readonly spki: Uint8Array;
  /** By the key's own algorithm and curve; `undefined` for one that no check here knows. */
  readonly kind: 'ec-p256' | 'ec-p384' | 'ed25519' | 'rsa' | undefined;
}

/** An X.509 certificate (RFC 5280), as far as a verifier of identities needs it. */
export interface Certificate {
  readonly der: Uint8Array;
  /** SHA-256 of the DER, lower-case hex. */
  readonly fingerprint: string;
  /** Raw DER of the names: compared as bytes, never as text. */
  readonly subject: Uint8Array;
  readonly issuer: Uint8Array;
  /** For people only. */
  readonly commonName: string;
  /** Lower-case hex without leading zeros. */
  readonly serial: string;
  /** Epoch milliseconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly organisationalUnits: readonly string[];
  readonly isAuthority: boolean;
  readonly key: PublicKey;
  /** The signed bytes, a slice of the DER; with what signed them. */
  readonly signed: Uint8Array;
  readonly signatureAlgorithm: string;
  readonly signature: Uint8Array;
}
