import type { Measurement } from './figures.js';
import { measurePayload, type KuboFigures } from './payload.js';

const MiB = 1024 * 1024;
const GROWTH = 64;

/** Sealing and opening, as lines of the table. */
export async function payloadLines(): Promise<Measurement> {
  const figures = await measurePayload();
  const growth = Math.max(figures.sealRssGrowth, figures.openRssGrowth) / MiB;
  const ratio = (what: string, value: number, most: number): Measurement['rows'][number] => ({
    what,
    reach: `<= ${most}x`,
    measured: `${value.toFixed(2)}x`,
    met: value <= most,
  });
  return {
    figures,
    rows: [
      ratio('seal 256 MiB against write + SHA-256', figures.sealRatio, 3.8),
      ratio('open 256 MiB against read + SHA-256', figures.openRatio, 4),
      {
        what: 'memory growth while sealing or opening',
        reach: `<= ${GROWTH} MiB`,
        measured: `${growth.toFixed(0)} MiB`,
        met: growth <= GROWTH,
      },
      ...(figures.kubo === undefined ? [] : kuboRows(figures.kubo)),
    ],
  };
}

function kuboRows({ sealRatio, openRatio, rssGrowth }: KuboFigures): Measurement['rows'] {
  const growth = rssGrowth / MiB;
  const reach = `report; memory <= ${GROWTH} MiB`;
  const measured = `seal ${sealRatio.toFixed(2)}x, open ${openRatio.toFixed(2)}x; ${growth.toFixed(0)} MiB`;
  return [{ what: 'Kubo against embedded store, 256 MiB', reach, measured, met: growth <= GROWTH }];
}
