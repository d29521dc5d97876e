import { odrl, type Json } from '../../model/index.js';
import { contracted } from '../vocabulary/index.js';
import { nameAt } from './names.js';
import { membersOf, type Place } from './place.js';

/** A right operand as written: its text, and what it says about its type. `@id`: it is a name. Absent: plain text. */
export interface Written {
  readonly text: string;
  readonly type: string | undefined;
}

const isLine = (text: string): boolean => text.length <= 300 && odrl.isWritten(text);

/** Text of a right operand, a literal or a reference, with the type that the constraint's dataType gives it. */
export function writtenAt(place: Place, dataType: string | undefined): Written | null {
  const { value } = place;
  const members = membersOf(value);
  if (members === undefined) return scalarOf(place, value, undefined, dataType);
  if ('@id' in members) return namedAt(place);
  const { '@value': literal, '@type': type, ...others } = members;
  const [other] = Object.keys(others).sort();
  if (other !== undefined) return place.refuse(`must be a value, and ${other} is not understood in one`);
  if (type !== undefined && typeof type !== 'string') return place.refuse('must have one type');
  return scalarOf(place, literal, type, dataType);
}

function namedAt(place: Place): Written | null {
  const text = nameAt(place);
  return text === null ? null : { text, type: '@id' };
}

function scalarOf(
  place: Place,
  value: Json | undefined,
  stated: string | undefined,
  dataType: string | undefined,
): Written | null {
  const text = textOf(value);
  if (text === undefined) return place.refuse('must be text, a whole number or a typed literal');
  if (!isLine(text)) return place.refuse('must be 1 to 300 visible characters in one line');
  const type = typeOf(stated);
  if (dataType !== undefined && type !== undefined && type !== dataType)
    return place.refuse(`is of type ${type}, and the dataType of the constraint is ${dataType}`);
  return { text, type: type ?? dataType ?? nativeType(value) };
}

/** A fraction has many spellings as JSON number and one as text: no floats here. */
function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

const nativeType = (value: Json | undefined): string | undefined =>
  typeof value === 'number' ? 'xsd:integer' : typeof value === 'boolean' ? 'xsd:boolean' : undefined;

/** Plain text is of type xsd:string, said or not (RDF 1.1, section 3.3). */
function typeOf(stated: string | undefined): string | undefined {
  const type = stated === undefined ? undefined : contracted(stated);
  return type === 'xsd:string' ? undefined : type;
}
