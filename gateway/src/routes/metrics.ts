import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';

const TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

interface Gauge {
  readonly name: string;
  readonly help: string;
  /** Absent: nothing is known, and nothing is said. */
  readonly value: number | undefined;
}

async function gauges({ projection, checkpoints, divergences }: Ports): Promise<readonly Gauge[]> {
  const [height, status, counts] = await Promise.all([
    projection.height(),
    checkpoints.status(),
    divergences.counts(),
  ]);
  const uncompared = status.members.filter(({ silence }) => silence !== undefined).length;
  return [
    { name: 'height', help: 'Number of the last block that was folded.', value: Number(height) },
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

// The text format of Prometheus, 0.0.4: a name, a help line, a type line and a number.
const lines = ({ name, help, value }: Gauge): string =>
  value === undefined
    ? ''
    : `# HELP tallystick_${name} ${help}\n# TYPE tallystick_${name} gauge\ntallystick_${name} ${value}\n`;

/** Figures for a monitoring system that collects them. They name nobody. */
export const metricsRoutes = (ports: Ports): Route[] => [
  {
    method: 'get',
    path: '/metrics',
    scope: 'public',
    doc: {
      tag: 'health',
      summary: 'Figures in the text format of Prometheus.',
      responses: {
        200: {
          description: 'Gauges.',
          mediaType: 'text/plain',
          schema: { jsonSchema: { type: 'string' } },
        },
      },
    },
    handle: async () => ({
      status: 200,
      headers: { 'content-type': TEXT_TYPE, 'cache-control': 'no-store' },
      body: (await gauges(ports)).map(lines).join(''),
    }),
  },
];
