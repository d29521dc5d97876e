import { webcrypto } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatTrust, readTrust, trustFromStatements, verify } from '@tallystick/verifier';
import type { LedgerKind } from '@tallystick/network/topology';
import type { Cast, Member } from './cast.js';
import type { Client } from './client.js';
import type { Scene } from './story.js';

const PAGE = fileURLToPath(new URL('../../verifier/dist/tallystick-verifier.html', import.meta.url));

/** The owner's gateway makes the file; the trust file is typed from what the two others print. */
export interface HandedEvidence {
  readonly evidence: Uint8Array;
  readonly trust: string;
  readonly statements: Readonly<Record<string, string>>;
}

/** A ledger that one operator runs proves nothing by itself: whoever accepts it must say so. */
export async function handOver(
  cast: Cast,
  usageId: string,
  ledger: LedgerKind,
  maker: keyof Cast = 'steel',
): Promise<HandedEvidence> {
  const others = Object.values<Member>({ ...cast }).filter((member) => member !== cast[maker]);
  const printed = await Promise.all(
    others.map(
      async ({ mspId, operator }) => [mspId, await operator.text('/organisation/statement')] as const,
    ),
  );
  const statements = Object.fromEntries(printed);
  const singleOperator = ledger !== 'fabric-bft';
  const trust = await trustFromStatements(Object.values(statements), webcrypto.subtle, { singleOperator });
  const evidence = await evidenceOf(cast[maker].operator, usageId);
  return { evidence, trust: formatTrust(trust), statements };
}

export const evidenceOf = async (client: Client, usageId: string, profile = 'compact'): Promise<Uint8Array> =>
  new TextEncoder().encode(await client.text(`/usages/${usageId}/evidence?openings=true&profile=${profile}`));

/** Leaves everything that a sceptic needs in a directory, and verifies it once. */
export async function leaveEvidence(
  { cast, narrator }: Scene,
  file: Blob,
  ledger: LedgerKind,
  directory: string,
): Promise<void> {
  narrator.line('Evidence for a sceptic');
  const usage = narrator.report.ids['usage'] ?? '';
  const { evidence, trust, statements } = await narrator.step('evidence and two statements', () =>
    handOver(cast, usage, ledger),
  );
  await mkdir(directory, { recursive: true });
  const at = (name: string): string => join(directory, name);
  await writeFile(at('evidence.json'), evidence);
  await writeFile(at('trust.json'), trust);
  for (const [mspId, text] of Object.entries(statements)) await writeFile(at(`statement-${mspId}.txt`), text);
  await writeFile(at('payload'), file.stream());
  await copyFile(PAGE, at('verifier.html'));
  const verdict = await narrator.step('verified offline', () =>
    verify({ evidence, trust: readTrust(trust), payload: file.stream() }, webcrypto.subtle),
  );
  narrator.report.evidence = { directory, outcome: verdict.outcome, bytes: evidence.length };
  if (verdict.outcome !== 'VERIFIED') narrator.report.isAsExpected = false;
  narrator.line(`    ${verdict.outcome}; check it yourself, or open ${at('verifier.html')}:`);
  narrator.line(
    `    npx tallystick-verify ${at('evidence.json')} --trust ${at('trust.json')} --payload ${at('payload')}`,
  );
}
