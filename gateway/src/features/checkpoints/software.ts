import { readFileSync } from 'node:fs';
import { digestOf, encode, type Digest } from '@tallystick/chaincode/model';

/** What a witness says of the software that folded: its name, version, and the rules it follows. */
export function softwareDigest(rules: string): Digest {
  const file = new URL('../../../package.json', import.meta.url);
  const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
  return digestOf(encode({ name, version, rules }));
}
