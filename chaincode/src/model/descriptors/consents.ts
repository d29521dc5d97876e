import * as z from 'zod';
import { id } from '../ids.js';
import { digest, text } from '../schema.js';
import { describe } from './descriptor.js';

const consents = z.strictObject({ grantId: id('grant'), consents: z.int().min(0) });

export const consentDescriptors = {
  Give: describe(
    'consents:Give',
    'Consent to the uses of a grant, as a party its policy names.',
    z.strictObject({ grantId: id('grant'), termsDigest: digest }),
    consents,
    { by: 'officer' },
  ),
  Withdraw: describe(
    'consents:Withdraw',
    'Withdraw consent: no further use is allowed that needs it.',
    z.strictObject({ grantId: id('grant'), reason: text(400) }),
    consents,
    { by: 'officer', standing: 'NONE', whilePaused: true, anyTime: true },
  ),
};
