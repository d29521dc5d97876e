import type { Hash, Leaf, LogFrontier, LogNode, MapNodes, RecordEntry } from '@tallystick/chaincode/model';

/** Where log, lists and map are kept. Synchronous, so that the trees of a batch fall into one database transaction. */
export interface TreeStore {
  readonly nodes: MapNodes;
  mapRoot(): Hash;
  /** A copy that may be appended to. */
  log(): LogFrontier;
  /** A copy that may be appended to; empty when the list is unknown. */
  list(key: string): LogFrontier;
  /** What the map holds under a record key at present. */
  record(key: string): RecordEntry | undefined;
  /** @param size of the log with this leaf, which is at `size - 1` @param nodes that became complete with it */
  putLog(size: number, nodes: readonly LogNode[], leaf: Leaf): void;
  /** @param index of the usage in the list @param nodes that became complete with it */
  putList(key: string, index: number, usage: string, nodes: readonly LogNode[]): void;
  putMapRoot(root: Hash): void;
}
