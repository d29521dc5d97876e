import { PROFILES } from '../../model/index.js';
import { ACTION_EQUIVALENTS } from './actions.js';
import { LEVEL_EQUIVALENTS, OPERAND_EQUIVALENTS, STATE_EQUIVALENTS } from './equivalents.js';
import { composed, contracted, spelled } from './names.js';
import { OPERANDS, type ValueKind } from './operands.js';
import { languageIn, territoryIn } from './places.js';

/**
 * The one spelling of everything that is compared as text. What a policy asks for goes through here when it is read, what is
 * known and what is attempted when they are judged: were only one side spelled, a prohibition would be escaped by writing the
 * same name in another way.
 */

/** What an action is called in the terms that this ledger judges. */
export const actionIn = (name: string): string => meant(ACTION_EQUIVALENTS, name);

/** What a left operand is called in the terms that this ledger judges. */
export const operandIn = (name: string): string => meant(OPERAND_EQUIVALENTS, name);

function meant(equivalents: ReadonlyMap<string, string>, name: string): string {
  const own = contracted(name);
  return equivalents.get(own) ?? own;
}

/** Operands whose values are media types, where they look like one. */
const OF_MEDIA: ReadonlySet<string> = new Set(['fileFormat', 'media']);
const REGISTRY = /^https?:\/\/www\.iana\.org\/assignments\/media-types\//;
const MEDIA_TYPE = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*(?: ?;.*)?$/;

/** Types, subtypes and names of parameters have no case (RFC 2045, section 5.1), and what is in a registry is named by its place in it, too. */
function mediaTypeIn(text: string): string {
  const bare = text.replace(REGISTRY, '');
  if (!MEDIA_TYPE.test(bare)) return text;
  return bare
    .toLowerCase()
    .replace(/ ?([;=]) ?/g, '$1')
    .replaceAll('"', '');
}

function levelIn(text: string): string | undefined {
  const name = contracted(text);
  const level = LEVEL_EQUIVALENTS.get(name) ?? name.replace(/^idsc:/, '');
  return PROFILES.find((candidate) => candidate === level);
}

/** A host by its name: no case, and no dot of the root at its end (RFC 4343). */
const HOST = /^(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]*$/;
const hostIn = (text: string): string => (HOST.test(text) ? text.toLowerCase().replace(/\.$/, '') : text);

function nameIn(operand: string, text: string): string {
  const name = spelled(text);
  if (OF_MEDIA.has(operand)) return mediaTypeIn(name);
  if (operand === 'virtualLocation') return hostIn(name);
  return operand === 'ids:artifactState' ? (STATE_EQUIVALENTS.get(name) ?? name) : name;
}

const BY_KIND: Readonly<Partial<Record<ValueKind, (text: string) => string | undefined>>> = {
  territory: territoryIn,
  language: languageIn,
  level: levelIn,
  event: spelled,
  text: composed,
};

/** Kinds whose values are compared as text: an event is known by its state, everything else by its place in an order. */
const SPELLED: ReadonlySet<ValueKind> = new Set([
  'name',
  'designation',
  'territory',
  'language',
  'level',
  'text',
]);

/** True when the values of a left operand are compared as text. */
export const isSpelled = (operand: string): boolean => {
  const kind = OPERANDS.get(operand)?.kind;
  return kind !== undefined && SPELLED.has(kind);
};

/** The one spelling of a plain text as value of a left operand; `undefined` when it is no value of it. */
export function textIn(operand: string, text: string): string | undefined {
  const kind = OPERANDS.get(operand)?.kind;
  const read = kind && BY_KIND[kind];
  return (read ? read(text) : nameIn(operand, text)) || undefined;
}
