import { webcrypto } from 'node:crypto';
import { readTrust, verify, type Verdict } from '@tallystick/verifier';
import { audit, type Audit } from '@tallystick/verifier/audit';
import type { LedgerKind } from '@tallystick/network/topology';
import { readIdentities } from '../../gateway/src/identities/index.js';
import { newEvidenceSource } from '../../gateway/src/ledger/evidence-source.js';
import { evidenceOf, handOver } from '../../scripts/demo/evidence.js';
import type { Cast } from '../../scripts/demo/cast.js';
import type { Space } from '../../scripts/space.js';
import { peerOf } from '../policy/held.js';

/** What a court makes of a file, by what the two others print. @param maker who hands it over */
export async function verdictOn(
  cast: Cast,
  usageId: string,
  ledger: LedgerKind,
  { maker = 'steel', profile = 'compact' }: { readonly maker?: keyof Cast; readonly profile?: string } = {},
): Promise<Verdict> {
  const { evidence, trust } = await handOver(cast, usageId, ledger, maker);
  const file = profile === 'compact' ? evidence : await evidenceOf(cast[maker].operator, usageId, profile);
  return verify({ evidence: file, trust: readTrust(trust) }, webcrypto.subtle);
}

export const troublesOf = ({ steps }: Verdict): readonly string[] =>
  steps
    .filter(({ result }) => result === 'fail')
    .map(({ code, subject, reason, facts }) => `${code} ${subject} ${reason ?? ''} ${JSON.stringify(facts)}`);

/** The whole ledger of one member's own peer, up to a height. */
export async function auditOf(space: Space, mspId: string, trust: string, height: number): Promise<Audit> {
  const identities = await readIdentities(space.gateways[mspId]?.identitiesDir ?? '', mspId);
  const reader = identities.get('operator');
  if (reader === undefined) throw new Error(`${mspId} has no operator`);
  const { channel } = space.topology;
  const source = newEvidenceSource({ peers: [await peerOf(space, mspId)], channel, reader });
  async function* blocks(): AsyncGenerator<Uint8Array> {
    for (let number = 0; number <= height; number += 1) yield await source.blockBytes(BigInt(number));
  }
  try {
    return await audit(blocks(), readTrust(trust), webcrypto.subtle, { keepGoing: true });
  } finally {
    source.close();
  }
}
