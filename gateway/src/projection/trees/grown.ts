import { LogFrontier, type LogNode } from '@tallystick/chaincode/model';

/** A frontier with one leaf more, out of the nodes that became complete with it: nothing is hashed a second time. */
export function grown(frontier: LogFrontier, nodes: readonly LogNode[]): LogFrontier {
  const last = nodes.at(-1);
  if (last === undefined || nodes[0]?.index !== frontier.size) throw new Error('a leaf out of its turn');
  return new LogFrontier(frontier.size + 1, [
    ...frontier.peaks.slice(0, frontier.peaks.length - last.level),
    last.hash,
  ]);
}
