import * as z from 'zod';

/**
 * A name: a term of the ODRL vocabulary bare (`read`, `dateTime`), one of a prefix built in as `idsc:CONNECTOR`, an
 * id of this ledger, an ISO 3166 code, or an absolute IRI. One name has one spelling: rules/policy/reading contracts it.
 */
export const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9+.:/#?&=%@_~()*,;!$'-]*$/, 'must be a term or an IRI')
  .max(300);

/** A literal that is not plain text: lexical form and XML Schema datatype, `xsd:dateTime` for example. */
export const literal = z.strictObject({ '@value': z.string().min(1).max(200), '@type': name });
export type Literal = z.infer<typeof literal>;

/** Plain text, which is also how names are written, or a typed literal. */
export const value = z.union([z.string().min(1).max(300), literal]);
export type Value = z.infer<typeof value>;

/** Lexical form, whatever the type. */
export const lexicalOf = (of: Value): string => (typeof of === 'string' ? of : of['@value']);
