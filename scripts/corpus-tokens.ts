import { X509Certificate } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Subtle } from '../verifier/src/crypto/subtle.js';
import { NotEvaluated, Rejection } from '../verifier/src/rejection.js';
import { verifyImprint } from '../verifier/src/time/index.js';
import { readSignedData } from '../verifier/src/time/signed-data.js';
import { readTimestampInfo } from '../verifier/src/time/timestamp-info.js';
import { certificateFilesIn, tokensIn } from './corpus/extraction.js';
import { fetchPackages } from './corpus/packages.js';
import { readAlike } from './vectors/time/openssl.js';

const HELP = `Usage: npm run corpus:tokens [-- DIR...]

Looks for RFC 3161 tokens in all files under the folders; without any, in packages of PyPI, Maven Central and npm whose tests have tokens of
real authorities, which it downloads into a cache outside the tree. Of each it asks OpenSSL ("ts -verify", at the token's time) and this
verifier, for the same authorities: the roots that are found for it, or the top of what it carries, each alone. Prints how often they
agree, and every token that they judge differently. Needs openssl, and to download pip, mvn, npm, unzip and tar.
`;

const subtle = globalThis.crypto.subtle as unknown as Subtle;

interface Judged {
  readonly ours: string;
  readonly ts: boolean;
  readonly cms: boolean;
}

function readable(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(Buffer.from(der));
  } catch {
    return undefined;
  }
}

const isRoot = ({ subject, issuer }: X509Certificate): boolean => subject === issuer;

/** Authorities that the token could be trusted by: roots over it, its own top where none is known, or who issued what it does not carry. */
function anchorsOf(
  carried: readonly X509Certificate[],
  pool: readonly X509Certificate[],
): readonly X509Certificate[] {
  const roots = [...carried, ...pool].filter(
    (each) => isRoot(each) && carried.some(({ issuer }) => issuer === each.subject),
  );
  const tops = carried.filter(({ issuer }) => !carried.some(({ subject }) => subject === issuer));
  const anchors = roots.length > 0 ? roots : tops.length > 0 ? tops : pool.filter((each) => !each.ca);
  return [...new Map(anchors.map((each) => [each.fingerprint256, each])).values()];
}

async function ourAnswer(token: Uint8Array, imprint: Uint8Array, anchor: Uint8Array): Promise<string> {
  try {
    await verifyImprint(token, () => imprint, [{ name: 'Anchor', certificate: anchor }], subtle);
    return 'passes';
  } catch (error) {
    if (error instanceof Rejection || error instanceof NotEvaluated)
      return `${error.code} ${JSON.stringify(error.facts)}`;
    throw error;
  }
}

/** The best answers of both over all authorities it could be trusted by. */
async function judge(token: Uint8Array, pool: readonly X509Certificate[]): Promise<Judged | undefined> {
  let read;
  try {
    read = readSignedData(token);
    const { at, imprint } = readTimestampInfo(read.content);
    const carried = read.certificates.flatMap(({ der }) => readable(der) ?? []);
    let judged: Judged = { ours: 'no authority', ts: false, cms: false };
    for (const { raw } of anchorsOf(carried, pool)) {
      const ours = await ourAnswer(token, imprint.digest, Uint8Array.from(raw));
      const message = Buffer.from(imprint.digest).toString('hex');
      const { ts, cms } = readAlike({ token, message, trusted: [raw], at: new Date(at).toISOString() });
      judged = {
        ours: judged.ours === 'passes' ? judged.ours : ours,
        ts: judged.ts || ts,
        cms: judged.cms || cms,
      };
      if (judged.ours === 'passes' && judged.ts) break;
    }
    return judged;
  } catch (error) {
    if (error instanceof Rejection || error instanceof NotEvaluated) return undefined;
    throw error;
  }
}

async function compare(folders: readonly string[]): Promise<number> {
  const found = tokensIn(folders);
  const pool = certificateFilesIn(folders).flatMap((der) => readable(der) ?? []);
  const tally = new Map<string, number>();
  for (const { token, file } of found) {
    const { ours, ts, cms } = (await judge(token, pool)) ?? UNREAD;
    const openssl = ts ? 'ts passes' : cms ? 'ts refuses, cms passes' : 'refuses';
    const isPassed = ours === 'passes';
    const pair = `openssl ${openssl}; ours ${isPassed ? ours : 'does not pass'}`;
    tally.set(pair, (tally.get(pair) ?? 0) + 1);
    if (ts !== isPassed) process.stdout.write(`${file}\n    openssl ${openssl}; ours ${ours}\n`);
  }
  process.stdout.write(`${found.length} tokens\n`);
  for (const [pair, count] of [...tally].sort())
    process.stdout.write(`${String(count).padStart(6)}  ${pair}\n`);
  return found.length > 0 ? 0 : 2;
}

const UNREAD: Judged = { ours: 'cannot be read', ts: false, cms: false };

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) return (process.stdout.write(HELP), 0);
  return compare(positionals.length > 0 ? positionals : [fetchPackages(join(tmpdir(), 'tallystick-tokens'))]);
}

process.exitCode = await main();
