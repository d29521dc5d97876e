import { JSONPathEnvironment, JSONPathError } from 'json-p3';
import type { Content } from './content.js';
import { TransformError } from './port.js';

/** Where a JSONPath leads: the object or list, and the member of it. */
export interface Place {
  readonly within: Record<string | number, unknown>;
  readonly member: string | number;
}

const environment = new JSONPathEnvironment({ strict: true });

function nodesOf(content: Content, path: string): readonly (readonly (string | number)[])[] {
  try {
    return environment.query(path, content as never).nodes.map(({ location }) => location);
  } catch (cause) {
    if (!(cause instanceof JSONPathError)) throw cause;
    throw new TransformError('TRANSFORMATION_UNSUPPORTED', `${path} is no JSONPath (RFC 9535)`);
  }
}

const childOf = (value: unknown, step: string | number): unknown =>
  (value as Readonly<Record<string | number, unknown>>)[step];

/**
 * The places that a JSONPath (RFC 9535) selects, the last first, so that taking one out of a list does not move the others.
 * @throws TransformError when it selects nothing: a misspelt path must not pass for a transformation
 */
export function placesOf(content: Content, path: string): readonly Place[] {
  const found = nodesOf(content, path);
  if (found.length === 0) throw new TransformError('TRANSFORMATION_FAILED', `${path} selects nothing`);
  return found
    .map((location): Place => {
      const member = location.at(-1);
      if (member === undefined)
        throw new TransformError('TRANSFORMATION_UNSUPPORTED', `${path} selects everything`);
      const within = location.slice(0, -1).reduce<unknown>(childOf, content);
      return { within: within as Place['within'], member };
    })
    .reverse();
}

export function takeOut({ within, member }: Place): void {
  if (Array.isArray(within)) within.splice(Number(member), 1);
  else Reflect.deleteProperty(within, member);
}
