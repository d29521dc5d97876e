import { createHash, randomBytes } from 'node:crypto';
import { base32 } from '@tallystick/chaincode/model';
import { digestOf, registration } from '../demo/requests.js';
import { median, milliseconds, rounded, type Measurement } from './figures.js';
import { onStage } from './stage.js';

const COUNT = 500;
const RUNS = 5;

/** CIDv1 of a raw block that nobody has: version, codec, sha2-256, 32 bytes. */
const madeUpCid = (): string =>
  `b${base32(Buffer.concat([Buffer.from([1, 0x55, 0x12, 32]), randomBytes(32)]))}`;

function madeUpRegistration(owner: Parameters<typeof registration>[0], index: number): object {
  const { version, ...rest } = registration(owner) as { version: object };
  const commitment = {
    digest: `sha256:${createHash('sha256').update(randomBytes(32)).digest('hex')}`,
    bytes: '4096',
  };
  const delivery = {
    mode: 'SEALED',
    cid: madeUpCid(),
    cidProfile: 'unixfs-v1-2025',
    suite: 'age-v1',
    keyCommitment: digestOf(`key ${index}`),
  };
  return { ...rest, version: { ...version, commitment, delivery } };
}

/** Many registrations in one request, which is one transaction: from POST to committed. */
export function measureRegistration(): Promise<Measurement> {
  return onStage(async ({ scene }) => {
    const { steel } = scene.cast;
    const times: number[] = [];
    for (let run = 0; run <= RUNS; run += 1) {
      const list = Array.from({ length: COUNT }, (_, index) => madeUpRegistration(steel, index));
      times.push(await milliseconds(() => steel.officer.submit('datasets:Register', list)));
    }
    const [cold = Number.NaN, ...warm] = times;
    const rate = (COUNT / median(warm)) * 1000;
    return {
      figures: { count: COUNT, runs: RUNS, firstMs: rounded(cold), medianMs: rounded(median(warm)) },
      rows: [
        {
          what: `datasets:Register of ${COUNT} in one request`,
          reach: '>= 500 records/s',
          measured: `${rate.toFixed(0)}/s (the first ${((COUNT / cold) * 1000).toFixed(0)}/s)`,
          met: rate >= 500,
        },
      ],
    };
  });
}
