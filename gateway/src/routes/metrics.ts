import type { Gauge } from '../feature/gauge.js';
import type { Route } from '../http/route.js';
import type { Ports } from './ports.js';

const TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Asks for the figures of one part. */
export type Measure = (ports: Ports) => Promise<readonly Gauge[]>;

const ofProjection: Measure = async ({ projection }) => [
  {
    name: 'height',
    help: 'Number of the last block that was folded.',
    value: Number(await projection.height()),
  },
];

// The text format of Prometheus, 0.0.4: a name, a help line, a type line and a number.
const lines = ({ name, help, value }: Gauge): string =>
  value === undefined
    ? ''
    : `# HELP tallystick_${name} ${help}\n# TYPE tallystick_${name} gauge\ntallystick_${name} ${value}\n`;

/** Figures for a monitoring system that collects them. They name nobody. */
export const metricsRoutes = (ports: Ports, measures: readonly Measure[]): Route[] => [
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
    handle: async () => {
      const figures = await Promise.all([ofProjection, ...measures].map((measure) => measure(ports)));
      return {
        status: 200,
        headers: { 'content-type': TEXT_TYPE, 'cache-control': 'no-store' },
        body: figures.flat().map(lines).join(''),
      };
    },
  },
];
