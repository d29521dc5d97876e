import { integer, urls } from '../../config/forms.js';
import { configuration } from '../../feature/configuration.js';

/** What evidence stands on. */
export interface EvidenceSettings {
  /** Organisations whose witnesses must have signed what a file stands on; absent: as many as answer in time, at least one. */
  readonly witnesses: number | undefined;
  /** URLs of time-stamping authorities (RFC 3161). */
  readonly timestampAuthorities: readonly string[];
  /** Milliseconds between two stamps at least. */
  readonly timestampInterval: number;
}

export const evidenceConfiguration = configuration(
  {
    TALLYSTICK_EVIDENCE_WITNESSES: integer(1, 50)
      .optional()
      .describe(
        'how many organisations’ witnesses must have signed what a file rests on; without it as many as answer in time, at least one',
      ),
    TALLYSTICK_TIMESTAMP_AUTHORITIES: urls
      .default([])
      .describe('time-stamping authorities (RFC 3161) that stamp checkpoints'),
    TALLYSTICK_TIMESTAMP_INTERVAL_MS: integer(1000, 7 * 24 * 3_600_000)
      .default(3_600_000)
      .describe('milliseconds after one stamp before the next may be asked for'),
  },
  (v): EvidenceSettings => ({
    witnesses: v.TALLYSTICK_EVIDENCE_WITNESSES,
    timestampAuthorities: v.TALLYSTICK_TIMESTAMP_AUTHORITIES,
    timestampInterval: v.TALLYSTICK_TIMESTAMP_INTERVAL_MS,
  }),
);
