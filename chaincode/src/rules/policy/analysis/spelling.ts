import { encode } from '../../../model/index.js';
import { isLogical, operandOf, type Constraint } from '../../../model/odrl/index.js';

/** Text by which two constraints are the same; who they are called after (`uid`) says nothing about what they ask. */
export const textOf = (of: Constraint): string => encode(bare(of));

function bare(of: Constraint): unknown {
  if (isLogical(of)) {
    const [operand, parts] = operandOf(of);
    return { [operand]: parts.map(bare) };
  }
  const { uid: _uid, ...rest } = of;
  return rest;
}
