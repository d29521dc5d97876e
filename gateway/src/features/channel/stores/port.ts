/** Configuration blocks, and those before them: they must outlive a peer, and a projection that is made anew. */
export interface ConfigurationBlocks {
  /** By number; packed by whoever put it. */
  block(number: bigint): Promise<Uint8Array | undefined>;
  /** One that is there already stays as it is. */
  keep(number: bigint, block: Uint8Array): Promise<void>;
}
