import { createHmac, randomBytes } from 'node:crypto';
import type { DutyInPolicy } from '../policies/port.js';
import { aggregate } from './aggregation.js';
import type { Content } from './content.js';
import { placesOf, takeOut } from './places.js';
import { TransformError, type Details } from './port.js';

type Apply = (content: Content, refinements: DutyInPolicy['refinements'], details: Details) => Content;

function refined(refinements: DutyInPolicy['refinements'], operand: string): string {
  const value = refinements[operand];
  if (value !== undefined) return value;
  throw new TransformError('TRANSFORMATION_UNSUPPORTED', `The duty does not say ${operand}`);
}

const replace: Apply = (content, refinements) => {
  const replacement = refined(refinements, 'idsc:REPLACE_WITH');
  for (const { within, member } of placesOf(content, refined(refinements, 'idsc:JSON_PATH'))) {
    within[member] = replacement;
  }
  return content;
};

/**
 * Equal values stay equal within one version, and to nobody can they be tried out: the key of the digest is forgotten with this
 * call, where a bare digest of a name would be found by hashing all names.
 */
function pseudonymise(content: Content, paths: readonly string[]): void {
  const key = randomBytes(32);
  for (const { within, member } of paths.flatMap((path) => placesOf(content, path))) {
    const text = JSON.stringify(within[member]);
    within[member] = createHmac('sha256', key).update(text).digest('base64url').slice(0, 22);
  }
  key.fill(0);
}

const anonymise: Apply = (content, _refinements, { drop = [], hash = [] }) => {
  if (drop.length + hash.length === 0) {
    throw new TransformError('TRANSFORMATION_UNSUPPORTED', 'What is dropped or hashed has to be named');
  }
  pseudonymise(content, hash);
  for (const path of drop) placesOf(content, path).forEach(takeOut);
  return content;
};

const hash: Apply = (content, refinements, details) => {
  const path = refinements['idsc:JSON_PATH'];
  return anonymise(content, refinements, { hash: path === undefined ? (details.hash ?? []) : [path] });
};

const compute: Apply = (content, refinements, details) =>
  aggregate(content, refined(refinements, 'idsc:MPC_FUNCTION'), details);

const APPLIED: Readonly<Record<string, Apply>> = {
  'idsc:REPLACE': replace,
  anonymize: anonymise,
  'idsc:HASH': hash,
  'idsc:MPC': compute,
};

const APPLICABLE = Object.keys(APPLIED);

/** The transformation that a duty asks for. @throws TransformError */
export function applied(content: Content, { action, refinements }: DutyInPolicy, details: Details): Content {
  const apply = Object.hasOwn(APPLIED, action) ? APPLIED[action] : undefined;
  if (apply === undefined) {
    throw new TransformError('TRANSFORMATION_UNSUPPORTED', `${action} is none of ${APPLICABLE.join(', ')}`);
  }
  return apply(content, refinements, details);
}
