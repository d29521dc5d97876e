import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { TransformError, type Format } from './port.js';

/** A JSON value that is changed where it stands. CSV is a list of objects by its header, all of whose members are text. */
export type Content = unknown;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Parse a plaintext. Numbers are IEEE 754 doubles, as JSON.parse reads them. @throws TransformError */
export function contentOf(bytes: Uint8Array, format: Format): Content {
  try {
    const text = utf8.decode(bytes);
    if (format === 'json') return JSON.parse(text) as Content;
    return parse(text, { columns: true, bom: true, skip_empty_lines: true });
  } catch {
    // The cause is dropped on purpose: it may quote the content.
    throw new TransformError('TRANSFORMATION_FAILED', `The version is not ${format.toUpperCase()} in UTF-8`);
  }
}

/** Write a content. A column that no row has any more is gone. */
export function bytesOf(content: Content, format: Format): Uint8Array {
  if (format === 'json') return Buffer.from(`${JSON.stringify(content)}\n`);
  const rows = content as readonly Readonly<Record<string, unknown>>[];
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return Buffer.from(stringify([...rows], { header: true, columns, cast: { number: String } }));
}
