import { denials, type DenialCode } from '../../../../model/index.js';
import type { Catalogue } from '../texts.js';

const CHANGES: Readonly<Record<DenialCode, string>> = {
  SPACE_PAUSED: 'The space has to be resumed by its oversight; then the use can be requested again.',
  CONSUMER_NOT_ACTIVE: 'The consumer has to be an active participant again.',
  CONSUMER_NOT_CERTIFIED: 'The consumer has to be certified, and the certification must not have expired.',
  PROVIDER_NOT_ACTIVE: 'The provider has to be an active participant again.',
  PROVIDER_NOT_CERTIFIED: 'The provider has to be certified, and the certification must not have expired.',
  CONSUMER_COMPONENT:
    'The request has to be signed by a component of the consumer that is certified, unexpired and of the profile and assurance asked for.',
  KEY_COMPROMISED: 'The consumer has to sign the request anew, with a key that only it holds.',
  PROVIDER_COMPONENT:
    'The answer has to be signed by a component of the provider that is certified and unexpired.',
  CLAIM_NOT_IN_FORCE: 'The claim has to be in force again, or the grant has to rest on another claim.',
  RIGHT_NOT_COVERED:
    'The grant has to include a right that covers the action, or another action has to be requested.',
  HOLD: 'The hold has to be lifted by the authority that placed it.',
  GRANT_NOT_ACTIVE: 'The grant and each grant it descends from have to be active.',
  GRANT_TERM: 'The use has to fall within the term of the grant and of each grant it descends from.',
  CLASSIFICATION:
    'The classification of the data has to allow this delivery, or the delivery has to be another one.',
  EFFORT:
    'Fewer or shorter statements have to be named in the request, or the parties have to agree a policy with fewer conditions.',
  ACTION: 'A permission has to cover the action, or an action that is permitted has to be requested.',
  PURPOSE: 'A purpose that a permission names has to be requested, or the policy has to name this purpose.',
  TIME_WINDOW: 'The use has to fall within the time that a permission names.',
  TERRITORY: 'The data has to be processed at a place that a permission names.',
  RECIPIENT: 'A recipient that a permission names has to request the use.',
  COMPONENT_PROFILE:
    'The use has to be requested by a component or application that meets what the policy asks of it.',
  CONSTRAINT:
    'The conditions named below have to be met; where a value is not known, a certified component has to attest it.',
  TARGET: 'A permission has to cover this data in its present state and classification.',
  CONSENT: 'The parties named by the policy have to consent, in the number that it asks for.',
  DUTY: 'The duty has to be performed, and the party that the policy names has to attest that it was.',
  BREACH: 'The duty that was found not done has to be made good, and that has to be attested.',
  CONFLICT: 'The parties have to agree a policy in which no permission and prohibition meet for this use.',
  PROHIBITED:
    'The prohibition must not apply: its conditions have to be known and not all met, or the parties have to agree another policy.',
  QUOTA: 'The parties have to agree a grant with further uses.',
};

/** Why, in the words of the ledger itself. */
export const ENGLISH_DENIALS = Object.fromEntries(
  (Object.keys(CHANGES) as DenialCode[]).map((code) => [
    code,
    { reason: denials[code], change: CHANGES[code] },
  ]),
) as unknown as Catalogue['denials'];
