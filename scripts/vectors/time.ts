import { writeFileSync } from 'node:fs';
import { formatted } from '../formatted.js';
import { readAlike } from './time/openssl.js';
import type { Case } from './time/case.js';
import { forms } from './time/forms.js';
import { invalid } from './time/invalid.js';
import { open } from './time/open.js';
import { valid } from './time/valid.js';

/**
 * Makes test/vectors/time/tokens.json: `npm run vectors:time`. Keys are fresh in each run. Beside what must come out stands what OpenSSL says of the
 * same token, at the time that it states and for the same authorities.
 */
const TARGET = new URL('../../test/vectors/time/tokens.json', import.meta.url);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function vectorOf(name: string, { token, message, trusted, at, expected }: Case): object {
  const authorities = Object.entries(trusted).map(([called, der]) => ({ name: called, certificate: base64(der) }));
  const openssl = readAlike({ token, message, trusted: Object.values(trusted), at });
  return { name, message: base64(message), token: base64(token), authorities, ...expected, at, openssl };
}

const vectors = Object.entries({ ...valid, ...invalid, ...open, ...forms }).map(([name, make]) => vectorOf(name, make()));
const text = await formatted(TARGET.pathname, JSON.stringify(vectors));
writeFileSync(TARGET, text);
