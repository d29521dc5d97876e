import { readEnvelope } from '../../../verifier/src/fabric/envelope.js';
import { concat, endorse, message } from '../../../verifier/test/fabric-parties.js';
import { serialized } from '../../../verifier/test/organisation-fixture.js';
import { issue } from '../../../verifier/test/certificates-fixture.js';
import type { Case } from '../acts.js';
import { caseOf } from '../acts.js';
import { person, PERIOD, type Person } from '../parties.js';
import type { SpaceWorld } from '../space.js';
import { envelopeOf, payloadOf, signedEnvelope } from '../transactions.js';
import {
  changed,
  enveloped,
  entryOf,
  failing,
  highS,
  assertedOddly,
  oddly,
  registeredOddly,
  resigned,
  type Forgery,
} from './forgery.js';

const of = (world: SpaceWorld, mspId: string): Readonly<Record<string, Person>> =>
  world.people.get(mspId)!.people;
const officer = (world: SpaceWorld): Person => of(world, 'SteelMSP')['officer']!;
const peer = (world: SpaceWorld, mspId = 'SteelMSP'): Person => of(world, mspId)['peer']!;
const secondPeer = (world: SpaceWorld): Promise<Person> =>
  person('SteelMSP', world.people.get('SteelMSP')!.root, 'peer');

/** Whole blocks, without a checkpoint: whether a transaction counts is the reader's to find out. */
async function endorsedBy(
  choose: (world: SpaceWorld) => readonly Person[],
  before: (world: SpaceWorld) => Promise<void> | void = () => undefined,
): Promise<Case> {
  const [world, draft] = await registeredOddly({
    before: (site) => before(site.world),
    forging: (at) => ({ endorsers: choose(at) }),
    wanted: { profile: 'full' },
  });
  delete draft.checkpoint;
  return caseOf(world, draft);
}

/** Two peers, but of one organisation. */
function twoOfOne(): Promise<Case> {
  let second: Person | undefined;
  return endorsedBy(
    (world) => [peer(world), second!],
    async (world) => void (second = await secondPeer(world)),
  );
}

async function wholeWith(
  envelope: (world: SpaceWorld) => NonNullable<Parameters<typeof oddly>[0]['forging']>,
): Promise<Case> {
  const [world, draft] = await registeredOddly({
    forging: (at) => {
      const forging = envelope(at);
      return typeof forging === 'function' ? forging(at) : forging;
    },
    wanted: { profile: 'full' },
  });
  delete draft.checkpoint;
  return caseOf(world, draft);
}

/** What the creator signed anyway, shown as if it were an endorsement. */
const creatorAsEndorser = (): Promise<Case> =>
  wholeWith(() => ({
    envelope: (parts, response, creator) => {
      const bare = creator.sign(payloadOf(parts, response, []));
      const claimedEndorsement = message([1, creator.serialized], [2, bare]);
      return signedEnvelope(payloadOf(parts, response, [claimedEndorsement, claimedEndorsement]), creator);
    },
  }));

const highSEndorsement = (): Promise<Case> =>
  wholeWith((world) => ({
    envelope: (parts, response, creator) => {
      const { serialized: endorser, sign } = peer(world, 'RegulatorMSP');
      const raised = message([1, endorser], [2, highS(sign(response, endorser))]);
      return signedEnvelope(payloadOf(parts, response, [raised, endorse(peer(world), response)]), creator);
    },
  }));

async function foreign(world: SpaceWorld): Promise<Person> {
  const root = await issue({ name: 'ca.SteelMSP', authority: true, ...PERIOD });
  return person('SteelMSP', root, officer(world).role === 'client' ? 'officer' : 'peer');
}

const expired = (world: SpaceWorld): Promise<Person> =>
  person('SteelMSP', world.people.get('SteelMSP')!.root, 'officer', {
    notAfter: Date.parse('2026-11-01T00:00:00.000Z'),
  });

const withTrailing = (world: SpaceWorld, more: string): Person => {
  const { pem, ...whole } = officer(world);
  return { ...whole, pem, serialized: serialized('SteelMSP', new TextEncoder().encode(`${pem}${more}`)) };
};

const LONG = Uint8Array.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);

function nested(levels: number): Uint8Array {
  return levels === 0 ? new Uint8Array() : message([1, nested(levels - 1)]);
}

/** A whole new channel header, under the old signature. */
function withHeaderField(envelope: Uint8Array): Uint8Array {
  const { channelHeader, signatureHeader, data, signature } = readEnvelope(envelope);
  const header = message([1, concat(channelHeader, message([9, 'x']))], [2, signatureHeader]);
  return message([1, message([1, header], [2, data])], [2, signature]);
}

/** Another envelope in the place of the registration's, which its leaf does not know. */
const swapped = (change: (envelope: Uint8Array, world: SpaceWorld) => Uint8Array): Promise<Case> =>
  changed((draft, { world }) => {
    const entry = entryOf(world, draft, 'datasets:Register');
    entry.envelope = change(entry.envelope, world);
  });

const envelopeOfAnother = (_: Uint8Array, { ledger }: SpaceWorld): Uint8Array =>
  ledger.transactions.find((each) => each.function === 'participants:Activate')!.envelope;

/** The same call, endorsed and signed anew: as good as the one on the ledger, and not the one. */
const madeAnew = (): Promise<Case> => {
  let again = new Uint8Array();
  return (async () => {
    const [world, draft] = await registeredOddly({
      forging: (at) => ({
        envelope: (parts, response, creator) => {
          again = new Uint8Array(envelopeOf(parts, response, at.ledger.endorsers, creator));
          return envelopeOf(parts, response, at.ledger.endorsers, creator);
        },
      }),
    });
    entryOf(world, draft, 'datasets:Register').envelope = again;
    return caseOf(world, draft);
  })();
};

const creator = (reason: Forgery['reason'], make: () => Promise<Case>): Forgery =>
  failing('transaction.creator', reason, make);
const differing = (make: () => Promise<Case>): Forgery =>
  failing('transaction.inclusion', 'ENVELOPE_DIFFERS', make);
const flagged = (make: () => Promise<Case>): Forgery => failing('transaction.validity', 'FLAGS_DIFFER', make);

/** Transactions that are not what they should be: in the file, or on the ledger although honest peers would not let them count. */
export const TRANSACTIONS: Readonly<Record<string, Forgery>> = {
  'envelope-of-another-transaction': differing(() => swapped(envelopeOfAnother)),
  'envelope-made-anew': differing(madeAnew),
  'envelope-with-trailing-bytes': differing(() => swapped((envelope) => concat(envelope, message([3, 'x'])))),
  'envelope-empty': differing(() => swapped(() => new Uint8Array())),
  'length-beyond-the-message': differing(() => swapped(() => LONG)),
  'protobuf-nested-deeply': differing(() => swapped(() => nested(2000))),
  'creator-signature-missing': creator('SIGNATURE_MALFORMED', () =>
    enveloped((envelope) => resigned(envelope, () => new Uint8Array())),
  ),
  'creator-signature-high-s': creator('HIGH_S', () => enveloped((envelope) => resigned(envelope, highS))),
  'creator-signature-of-another-transaction': creator('SIGNATURE_INVALID', () =>
    oddly({
      forging: (world) => ({
        altered: (envelope) => {
          const { signature } = readEnvelope(envelopeOfAnother(envelope, world));
          return resigned(envelope, () => signature);
        },
      }),
    }),
  ),
  'channel-header-with-unknown-field': creator('SIGNATURE_INVALID', () => enveloped(withHeaderField)),
  'creator-of-a-foreign-authority': creator('CHAIN_BROKEN', () => oddly({ as: foreign })),
  'creator-certificate-expired': failing('time.certificates', 'EXPIRED', () =>
    assertedOddly({ as: expired }),
  ),
  'creator-pem-with-trailing-data': failing('subject.newest', 'SUBJECT_MISSING', () =>
    oddly({ as: (world) => withTrailing(world, 'and more\n') }),
  ),
  'transaction-of-another-channel': failing('transaction.form', 'WRONG_CHANNEL', () =>
    oddly({ forging: { channel: 'other' } }),
  ),
  'transaction-id-not-of-nonce-and-creator': creator('TRANSACTION_ID_DIFFERS', () =>
    oddly({ forging: { txId: 'ab'.repeat(32) } }),
  ),
  'endorsed-by-nobody': flagged(() => endorsedBy(() => [])),
  'endorsed-by-one-organisation': flagged(() => endorsedBy((world) => [peer(world)])),
  'endorsed-by-one-peer-twice': flagged(() => endorsedBy((world) => [peer(world), peer(world)])),
  'endorsed-by-two-peers-of-one-organisation': flagged(twoOfOne),
  'endorsed-by-clients': flagged(() =>
    endorsedBy((world) => [officer(world), of(world, 'RegulatorMSP')['officer']!]),
  ),
  'creator-signature-as-endorsement': flagged(creatorAsEndorser),
  'endorsement-high-s': flagged(highSEndorsement),
};
