import * as z from 'zod';
import { id } from '../ids.js';
import { isLei, isUscc } from '../identifiers.js';
import { recordType, type RecordOf } from '../record.js';
import { suspension } from './suspension.js';
import { address, distinct, instant, mspId, recipient, territory, text, unit } from '../schema.js';

const level = z.int().min(1).max(3);

export const participantRole = z.enum([
  'PROVIDER',
  'CONSUMER',
  'SERVICE',
  'REGISTRAR',
  'EVALUATOR',
  'APPRAISER',
  'AUDITOR',
  'REGULATOR',
  'COURT',
]);

/** What an organisation says of itself when it is admitted. */
export const profile = z.strictObject({
  mspId,
  /** Certificate attribute `tallystick.unit`, when several participants share one MSP. */
  unit: unit.optional(),
  legalName: text(200),
  identifiers: z
    .strictObject({
      /** Unified social credit code, GB 32100-2015. */
      uscc: z
        .string()
        .max(18)
        .refine(isUscc, 'must be a unified social credit code with a correct check character')
        .optional(),
      /** Legal entity identifier, ISO 17442. */
      lei: z.string().max(20).refine(isLei, 'must be a LEI with correct check digits').optional(),
    })
    .refine(({ uscc, lei }) => uscc !== undefined || lei !== undefined, 'must hold at least one identifier'),
  domicile: territory,
  sizeClass: z.enum(['MICRO', 'SMALL', 'MEDIUM', 'LARGE']),
  ultimateOwner: text(200).optional(),
  roles: distinct(participantRole, 9).min(1),
  /** age recipient for sealed annexes addressed to this participant. */
  recipient,
  /** secp256k1 address whose EIP-712 signature may accompany a claim. */
  ownerKey: address.optional(),
});
export type Profile = z.infer<typeof profile>;

/** Certification of the operational environment (IDS-RAM 4): trust level and assurance. */
export const certification = z.strictObject({
  trustLevel: level,
  assurance: level,
  certifiedBy: id('participant'),
  validUntil: instant,
});

export const participantType = recordType(
  'participant',
  1,
  {
    id: id('participant'),
    state: z.enum(['ADMITTED', 'ACTIVE', 'SUSPENDED', 'EXITED']),
    ...profile.shape,
    certification: certification.optional(),
    /** Version of the rulebook its officer accepted on activation. */
    rulebook: z.int().min(1).optional(),
    /** Who suspended it, and in which capacity: who may lift it follows from that. */
    suspension: suspension.optional(),
  },
  { ADMITTED: ['ACTIVE'], ACTIVE: ['SUSPENDED', 'EXITED'], SUSPENDED: ['ACTIVE', 'SUSPENDED'], EXITED: [] },
);
export type Participant = RecordOf<typeof participantType>;

/**
 * How many grants a provider has open, and under how many it owes duties as a consumer. Written when a grant opens, ends or passes on,
 * never by a use.
 */
export const openGrantsType = recordType('open-grants', 1, {
  provider: id('participant'),
  count: z.int().min(0),
  /** Grants accepted as consumer whose duties outlast them; all there ever were, since their end is no end of the duties. */
  owing: z.int().min(1).optional(),
});
export type OpenGrants = RecordOf<typeof openGrantsType>;
