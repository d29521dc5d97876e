/**
 * Makes the generated vectors of chaincode/src/model: `node --import tsx scripts/vectors/model.ts`. Written against
 * the design with Node's own means, not with the code under test, so that both must agree. Deterministic.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { formatted } from '../formatted.js';

type Value = null | boolean | number | string | Value[] | { [name: string]: Value };

const KINDS = [
  'component',
  'dataset',
  'version',
  'claim',
  'grant',
  'usage',
  'valuation',
  'hold',
  'dispute',
  'amendment',
];

/** Pseudo-random whole numbers below a bound: SHA-256 of a counter. */
function numbers(seed: string): (below: number) => number {
  let count = 0;
  return (below) => {
    count += 1;
    return createHash('sha256').update(`${seed} ${count}`).digest().readUIntBE(0, 6) % below;
  };
}

const hex = (next: (below: number) => number, bytes: number): string =>
  Array.from({ length: bytes }, () => next(256).toString(16).padStart(2, '0')).join('');

/** RFC 8785 by its definition, for values this project admits. */
function canonical(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort((a, b) => compareUnits(a, b));
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join(',')}}`;
}

function compareUnits(a: string, b: string): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    if (a.charCodeAt(at) !== b.charCodeAt(at)) return a.charCodeAt(at) - b.charCodeAt(at);
  }
  return a.length - b.length;
}

const POINTS = [
  0x09, 0x0b, 0x1f, 0x20, 0x22, 0x2f, 0x39, 0x41, 0x5c, 0x61, 0x7f, 0xe9, 0x301, 0x4e2d, 0xd7ff, 0xe000, 0xffff,
  0x10000, 0x1f600, 0x10ffff,
];

function someText(next: (below: number) => number): string {
  return Array.from({ length: next(5) }, () => String.fromCodePoint(POINTS[next(POINTS.length)] ?? 0x61)).join('');
}

function someValue(next: (below: number) => number, depth: number): Value {
  const kind = next(depth > 0 ? 7 : 4);
  if (kind === 0) return [null, true, false][next(3)] ?? null;
  if (kind === 1) return next(2 ** 48) * (next(2) === 0 ? 1 : -1) || 0;
  if (kind < 4) return someText(next);
  const items = Array.from({ length: next(5) }, () => someValue(next, depth - 1));
  if (kind === 4) return items;
  return Object.fromEntries(items.map((item) => [someText(next), item]));
}

const ascii = (text: string): string =>
  text.replaceAll(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

function jcs(): unknown {
  const next = numbers('jcs');
  const valid = Array.from({ length: 40 }, (_, index) => {
    const value = someValue(next, 4);
    return { name: `generated ${index}`, text: ascii(JSON.stringify(value, null, 1)), canonical: canonical(value) };
  });
  return { comment: 'Canonical JSON, generated; see jcs.json.', valid };
}

/** RFC 4648 base32, lower case, unpadded, by way of one big number. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  const digit = (group: string): string =>
    'abcdefghijklmnopqrstuvwxyz234567'.charAt(Number.parseInt(group.padEnd(5, '0'), 2));
  return groups.map(digit).join('');
}

function idOf(kind: string, parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of [`tallystick/id/v1/${kind}`, ...parts]) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(part));
    hash.update(length).update(part);
  }
  return `${kind}-${base32(hash.digest())}`;
}

function ids(): unknown {
  const next = numbers('ids');
  const requests = KINDS.map((kind) => {
    const request = { nonce: hex(next, 16), z: next(10), a: [someText(next), { é: null, e: true }] };
    return { kind, mspId: 'SteelMSP', request, id: idOf(kind, ['SteelMSP', canonical(request)]) };
  });
  const participants = [
    { mspId: 'SteelMSP', unit: '' },
    { mspId: 'SteelMSP', unit: 'mill' },
    { mspId: 'steel.example.org', unit: 'unit-7' },
  ].map(({ mspId, unit }) => ({ mspId, unit, id: idOf('participant', [mspId, unit]) }));
  return { comment: 'SHA-256 over length-prefixed tag, MSP id and canonical request; base32.', requests, participants };
}

function openings(): unknown {
  const next = numbers('openings');
  const list = Array.from({ length: 12 }, () => {
    const opening = { salt: hex(next, 16 + next(17)), value: someValue(next, 3) };
    const digest = createHash('sha256').update(`tallystick/opening/v1${canonical(opening)}`).digest('hex');
    return { opening, digest: `sha256:${digest}` };
  });
  return { comment: 'Commitments of sealed fields: SHA-256 over a tag and the canonical opening.', valid: list };
}

for (const [name, content] of Object.entries({ 'jcs-generated': jcs(), ids: ids(), openings: openings() })) {
  const file = new URL(`../../test/vectors/model/${name}.json`, import.meta.url).pathname;
  writeFileSync(file, await formatted(file, ascii(JSON.stringify(content, null, 2))));
}
