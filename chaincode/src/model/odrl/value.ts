import * as z from 'zod';
import { isWritten } from './characters.js';

/**
 * A name: a term of the ODRL vocabulary bare (`read`, `dateTime`), one of a prefix built in as `idsc:CONNECTOR`, an
 * id of this ledger, an ISO 3166 code, or an IRI, as a `uid` also a relative one, which names the policy or rule in its document. One name has one spelling: policy/reading contracts it.
 */
export const name = z
  .string()
  .regex(/^(?!_:)[A-Za-z0-9#/._~-][A-Za-z0-9+.:/#?&=%@_~()*,;!$'-]*$/, 'must be a term or an IRI')
  .max(300);

/** Plain text: a name of any script, such as a purpose in the words of its branch. policy/vocabulary says when two are the same. */
export const label = z
  .string()
  .min(1)
  .max(300)
  .refine(isWritten, 'must be one line of visible characters that Unicode 14 knows');

/** A literal that is not plain text: lexical form and XML Schema datatype, `xsd:dateTime` for example. */
export const literal = z.strictObject({ '@value': z.string().min(1).max(200), '@type': name });
export type Literal = z.infer<typeof literal>;

/** Plain text, which is also how names are written, or a typed literal. */
export const value = z.union([label, literal]);
export type Value = z.infer<typeof value>;

/** Lexical form, whatever the type. */
export const lexicalOf = (of: Value): string => (typeof of === 'string' ? of : of['@value']);
