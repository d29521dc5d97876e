import { refuseUnless } from '../../model/index.js';
import { cost } from './cost.js';
import { market } from './market.js';
import type { AnyMethod } from './method.js';

/** Every method a valuation can name. */
const methods: readonly AnyMethod[] = [cost, market];

/** The method of a name and version; refused with METHOD_UNKNOWN, never replaced by a later version. */
export function needMethod(name: string, version: number): AnyMethod {
  const method = methods.find((known) => known.name === name && known.version === version);
  refuseUnless(method !== undefined, 'METHOD_UNKNOWN', { method: name, methodVersion: version });
  return method;
}
