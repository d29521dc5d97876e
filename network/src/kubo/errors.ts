export type KuboErrorCode =
  /** No `ipfs` was found. Install one (`npm run tools`), or name it in TALLYSTICK_IPFS. */
  | 'NO_BINARY'
  /** A file is there that is no swarm key. Put the members' key there, or remove it. */
  | 'SWARM_KEY_INVALID'
  /** `ipfs init` failed; the message has what it said. */
  | 'INIT_FAILED'
  /** A repository's configuration is no JSON object. Restore it, or make the repository anew. */
  | 'CONFIG_INVALID'
  /** The RPC API did not answer, or not as Kubo does. */
  | 'UNREACHABLE';

/** What went wrong with a Kubo node. */
export class KuboError extends Error {
  override readonly name = 'KuboError';
  readonly code: KuboErrorCode;

  constructor(code: KuboErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
