/**
 * Machine telemetry of a milling machine as CSV, the same for the same seed: the file the demo registers when the
 * user gives none. Columns follow the AI4I 2020 data set's; the values are invented.
 */
export function* telemetry(rows: number, seed: number): Generator<Uint8Array> {
  const random = uniform(seed);
  let air = 298_000;
  yield Buffer.from(
    'sequence,air_temperature_mK,process_temperature_mK,speed_rpm,torque_mNm,tool_wear_min\n',
  );
  for (let row = 1; row <= rows; row += 1) {
    air += Math.round((random() - 0.5) * 200);
    const speed = 1400 + Math.round(random() * 400);
    const torque = Math.round(60_000_000 / speed + random() * 4000);
    yield Buffer.from(`${row},${air},${air + 10_000},${speed},${torque},${row % 240}\n`);
  }
}

/** Mulberry32: small, seeded, good enough for made-up data. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
