import type { Json } from '../../model/index.js';
import type { PolicyProblem } from '../problem.js';

/** Problems of one document that are told; whoever has more mends these first. */
const TOLD = 100;

/**
 * A value in the document that is read, with its JSON pointer. What is wrong with it is noted, not thrown, so that all
 * problems of a document are told at once. A document with a problem is not read: leaving out what is not understood
 * would widen it.
 */
export class Place {
  readonly value: Json;
  readonly pointer: string;
  readonly #noted: PolicyProblem[];

  private constructor(value: Json, pointer: string, noted: PolicyProblem[]) {
    this.value = value;
    this.pointer = pointer;
    this.#noted = noted;
  }

  static root(document: Json): Place {
    return new Place(document, '', []);
  }

  get problems(): readonly PolicyProblem[] {
    return this.#noted;
  }

  /** The value reached by one step, a member name or an index. */
  at(step: string | number, value: Json): Place {
    const token = String(step).replaceAll('~', '~0').replaceAll('/', '~1');
    return new Place(value, `${this.pointer}/${token}`, this.#noted);
  }

  /** Notes a problem. Readers answer `null` for what they have refused, and `undefined` for what is not there. */
  refuse(reason: string): null {
    if (this.#noted.length < TOLD) this.#noted.push({ pointer: this.pointer, reason });
    return null;
  }
}

export type Members = Readonly<Record<string, Json>>;

/** Members of a JSON object, those that are null among them; `undefined` for everything else. */
export const allMembersOf = (value: Json): Members | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;

/** Members of a JSON object. In JSON-LD (1.1, section 9.2) null is no value: a member that is null is not there. */
export function membersOf(value: Json): Members | undefined {
  const members = allMembersOf(value);
  return members && Object.fromEntries(Object.entries(members).filter(([, member]) => member !== null));
}

/** Lists within lists that are looked through; whoever nests deeper is refused for it. */
const DEPTH = 8;
/** Members of a value object. */
const OF_LITERALS: ReadonlySet<string> = new Set(['@value', '@type', '@language']);

/**
 * True when a value is no value at all: null, a literal of null, and a list of nothing else (JSON-LD 1.1 API, section 5.1.2). A list that is written
 * empty is told from it: readers refuse that one where it would widen what is allowed.
 */
export function isNothing(value: Json, depth = 0): boolean {
  if (value === null || isLiteralOfNull(value)) return true;
  const items = depth < DEPTH ? listedIn(value) : [];
  return items.length > 0 && items.every((each) => isNothing(each, depth + 1));
}

/** A literal of the type `@json` is JSON, and null is a value there. */
function isLiteralOfNull(value: Json): boolean {
  const members = allMembersOf(value) ?? {};
  if (members['@value'] !== null || members['@type'] === '@json') return false;
  return Object.keys(members).every((key) => OF_LITERALS.has(key));
}

function listedIn(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  const [entry, ...others] = Object.entries(allMembersOf(value) ?? {});
  if (entry === undefined || others.length > 0) return [];
  const [key, held] = entry;
  if (key !== '@list' && key !== '@set') return [];
  return Array.isArray(held) ? (held as readonly Json[]) : [held];
}

/**
 * Values of a property. In JSON-LD one value, a list of one and a `@set` of one say the same; the order that `@list`
 * adds is kept for all of them.
 */
export function itemsAt(place: Place): readonly Place[] {
  const { value } = place;
  if (!Array.isArray(value)) return containedAt(place) ?? [place];
  const items = (value as readonly Json[]).map((each, index) => place.at(index, each)).filter(isValue);
  const [only] = items;
  return (items.length === 1 && only && containedAt(only)) || items;
}

function containedAt(place: Place): readonly Place[] | undefined {
  const [entry, ...others] = Object.entries(membersOf(place.value) ?? {});
  if (entry === undefined || others.length > 0) return undefined;
  const [key, value] = entry;
  if ((key !== '@list' && key !== '@set') || !Array.isArray(value)) return undefined;
  const container = place.at(key, value);
  return (value as readonly Json[]).map((each, index) => container.at(index, each)).filter(isValue);
}

/** What is null in a list is not in it. */
const isValue = ({ value }: Place): boolean => !isNothing(value);

/** Values of a property that must have some, and not too many. */
export function someAt(place: Place, max: number): readonly Place[] | null {
  const items = itemsAt(place);
  if (items.length === 0) return place.refuse('must not be empty');
  if (items.length > max) return place.refuse(`must not be more than ${max}`);
  return items;
}

/** The value of a property that has exactly one. */
export function oneAt(place: Place): Place | null {
  const [first, ...others] = itemsAt(place);
  return first !== undefined && others.length === 0 ? first : place.refuse('must be exactly one value');
}

/** Reads every item; `null` when one of them cannot be read. */
export function everyAt<T>(items: readonly Place[], read: (place: Place) => T | null): T[] | null {
  const values = items.map((item) => read(item)).filter((value) => value !== null);
  return values.length === items.length ? values : null;
}
