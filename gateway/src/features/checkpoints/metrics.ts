import type { Gauge } from '../../feature/gauge.js';
import type { Ports } from '../../routes/ports.js';
import { CHECKPOINTS, DIVERGENCES } from './port.js';

/** How the ledger and its witnesses fare. */
export async function metrics({ faces }: Ports): Promise<readonly Gauge[]> {
  const [status, counts] = await Promise.all([
    faces.of(CHECKPOINTS).status(),
    faces.of(DIVERGENCES).counts(),
  ]);
  const uncompared = status.members.filter(({ silence }) => silence !== undefined).length;
  return [
    {
      name: 'corrected_transactions',
      help: 'Transactions whose outcome the rules give otherwise.',
      value: counts.corrected,
    },
    { name: 'void_transactions', help: 'Transactions that the rules refuse.', value: counts.void },
    {
      name: 'standing_keys',
      help: 'Keys under which Fabric holds something else than the rules give.',
      value: counts.standing,
    },
    { name: 'signed_height', help: 'Newest height that our witness signed.', value: status.signed },
    {
      name: 'witnessed_height',
      help: 'Newest height that another member signed alike.',
      value: status.witnessed,
    },
    { name: 'uncompared_members', help: 'Members whose witness says nothing at present.', value: uncompared },
    { name: 'witness_lies', help: 'Words of witnesses that cannot be true.', value: status.lies },
    {
      name: 'witness_retractions',
      help: 'Heights that our witness had to retract.',
      value: status.retractions,
    },
  ];
}
