import { digestOf, encode } from '@tallystick/chaincode/model';
import { steel } from '../../chaincode/test/world.js';
import type { LedgerWorld, Prepared } from './audit-ledger.js';

const digest = digestOf('anything');

/** A restoration as endorsers of it write it; that its proof proves something is for the chaincode. */
export function restoring(
  world: LedgerWorld,
  key: string,
  text: string | null,
  writes?: ReadonlyMap<string, string>,
): Prepared {
  const argument = encode({
    key,
    text,
    checkpoint: {
      channel: 'ledger',
      genesis: digest,
      height: 1,
      block: digest,
      size: 1,
      log: digest,
      map: digest,
      editions: digest,
    },
    witnesses: [
      {
        key: `02${'11'.repeat(32)}`,
        statement: { signedAt: '2026-11-24T08:00:00.000Z', replayedFrom: 0, software: digest },
        signature: 'AAAA',
      },
    ],
    proof: { shape: 'E', hashes: [], leaves: [] },
  });
  const event = { name: 'tallystick', payload: encode([{ name: 'record.restored', key }]) };
  const result = encode({ key });
  const written = writes ?? (text === null ? new Map<string, string>() : new Map([[key, text]]));
  return world.endorsed(
    steel,
    'records:Restore',
    argument,
    { writes: written, result, event },
    writes === undefined && text === null
      ? { access: (namespaces) => namespaces.get('tallystick')?.writes.set(key, undefined) }
      : {},
  );
}
