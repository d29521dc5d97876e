import { encode } from '../../model/index.js';
import { isLogical, operandOf, type Constraint } from '../../model/odrl/index.js';

/** Text by which two constraints are the same; who they are called after (`uid`) says nothing about what they ask. */
export const textOf = (of: Constraint): string => encode(bare(of));

/** Parts as a set: only in a sequence does it matter which comes first. */
const inOrder = (parts: readonly unknown[]): readonly unknown[] =>
  parts
    .map((part) => [encode(part), part] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, part]) => part);

function bare(of: Constraint): unknown {
  if (isLogical(of)) {
    const [operand, parts] = operandOf(of);
    const bared = parts.map(bare);
    return { [operand]: operand === 'andSequence' ? bared : inOrder(bared) };
  }
  const { uid: _uid, ...rest } = of;
  return rest;
}
