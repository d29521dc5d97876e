import * as z from 'zod';
import { id } from '../ids.js';
import { grantState, grantSubject, terms as agreed } from '../records/index.js';
import { digest, document, nonce, text } from '../schema.js';
import { describe } from './descriptor.js';

/** Terms as a side writes them: the policy in compact JSON-LD. The ledger reads it, and keeps its canonical form. */
const termsOffered = agreed.extend({ enforced: document });
const terms = termsOffered;

/** A grant that becomes active or ends is counted with its provider and its claim. */
const counted = ['grant', 'open-grants', 'claim-grants'];
const grant = z.strictObject({ grantId: id('grant') });
const withReason = grant.extend({ reason: text(400) });
const onTable = grant.extend({ termsDigest: digest });
const state = grant.extend({ state: grantState });
const opened = onTable.extend({ state: grantState });
const officer = { by: 'officer' } as const;
const oversight = { by: 'officer', whilePaused: true, anyTime: true } as const;
const ending = { by: 'officer', anyTime: true } as const;

export const grantDescriptors = {
  Request: describe(
    'grants:Request',
    'Ask for a grant, with terms.',
    z.strictObject({ nonce, ...grantSubject.shape, provider: id('participant'), terms }),
    opened,
    officer,
  ),
  Offer: describe(
    'grants:Offer',
    'Offer a grant. A policy the ledger cannot enforce is refused.',
    z.strictObject({
      nonce,
      ...grantSubject.shape,
      consumer: id('participant'),
      terms,
      supersedes: id('grant').optional(),
    }),
    opened,
    officer,
  ),
  Consent: describe(
    'grants:Consent',
    'Consent as co-holder to the terms on the table.',
    onTable,
    state,
    officer,
  ),
  Counter: describe(
    'grants:Counter',
    'Answer terms with other terms.',
    onTable.extend({ terms }),
    opened,
    officer,
  ),
  Accept: describe(
    'grants:Accept',
    'Accept the terms on the table: the grant becomes active.',
    onTable,
    state,
    { ...officer, writes: [...counted, 'obligation'] },
  ),
  Decline: describe('grants:Decline', 'Decline the other side’s terms.', withReason, state, ending),
  Withdraw: describe('grants:Withdraw', 'Withdraw one’s own terms.', withReason, state, ending),
  Suspend: describe(
    'grants:Suspend',
    'Suspend a grant, as provider or regulator.',
    withReason,
    state,
    oversight,
  ),
  Resume: describe(
    'grants:Resume',
    'Resume a grant: who suspended it, or a regulator.',
    withReason,
    state,
    oversight,
  ),
  Revoke: describe('grants:Revoke', 'Revoke a grant: no further use is allowed.', withReason, state, {
    ...oversight,
    writes: counted,
  }),
  Terminate: describe(
    'grants:Terminate',
    'End a grant together: takes effect when the other side says so too.',
    withReason,
    state,
    { ...ending, writes: counted },
  ),
  Sublicense: describe(
    'grants:Sublicense',
    'Offer a sub-grant under a grant one holds; uses come out of the parent’s quota.',
    z.strictObject({ nonce, parentId: id('grant'), consumer: id('participant'), terms }),
    opened,
    officer,
  ),
};
