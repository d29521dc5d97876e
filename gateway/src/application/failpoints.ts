import { failpointsAmong, UnknownFailpoint } from '../failpoints.js';
import type { Host } from '../feature/host.js';

/** Each part hears of its own failpoints only. Throws UnknownFailpoint for a name that is nobody's. */
export function newFailpoints(spec: string | undefined, all: readonly string[]): Host['failpoints'] {
  const name = spec?.split(':')[0];
  if (spec !== undefined && spec !== '' && !all.includes(name ?? '')) throw new UnknownFailpoint(spec, all);
  return (names) => {
    const isOwn = names.some((own) => own === name);
    return failpointsAmong(names, isOwn ? spec : undefined);
  };
}
