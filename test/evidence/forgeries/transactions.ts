import { readEnvelope } from '../../../verifier/src/fabric/envelope.js';
import { concat, endorse, message } from '../../../verifier/test/fabric-parties.js';
import { serialized } from '../../../verifier/test/organisation-fixture.js';
import { issue } from '../../../verifier/test/certificates-fixture.js';
import { answering, collect, trustIn } from '../collecting.js';
import type { Draft } from '../draft.js';
import { person, PERIOD, type Person } from '../parties.js';
import { claimed, type SpaceWorld } from '../space.js';
import { caseOf, claim, type Case } from '../stories.js';
import { payloadOf, signedEnvelope } from '../transactions.js';
import {
  changed,
  enveloped,
  entryOf,
  failing,
  highS,
  oddly,
  registeredOddly,
  replaced,
  resigned,
  type Forgery,
} from './forgery.js';

const of = (world: SpaceWorld, mspId: string): Readonly<Record<string, Person>> =>
  world.people.get(mspId)!.people;
const officer = (world: SpaceWorld): Person => of(world, 'SteelMSP')['officer']!;
const peer = (world: SpaceWorld, mspId = 'SteelMSP'): Person => of(world, mspId)['peer']!;
const secondPeer = (world: SpaceWorld): Promise<Person> =>
  person('SteelMSP', world.people.get('SteelMSP')!.root, 'peer');

const endorsedBy = (choose: (world: SpaceWorld) => readonly Person[]): Promise<Case> =>
  oddly({ forging: (world) => ({ endorsers: choose(world) }) });

/** Two peers, but of one organisation. */
async function twoOfOne(): Promise<Case> {
  let second: Person | undefined;
  return oddly({
    before: async ({ world }) => void (second = await secondPeer(world)),
    forging: (world) => ({ endorsers: [peer(world), second!] }),
  });
}

/** What the creator signed anyway, shown as if it were an endorsement. */
const creatorAsEndorser = (): Promise<Case> =>
  oddly({
    forging: {
      envelope: (parts, response, creator) => {
        const bare = creator.sign(payloadOf(parts, response, []));
        const claimedEndorsement = message([1, creator.serialized], [2, bare]);
        return signedEnvelope(payloadOf(parts, response, [claimedEndorsement, claimedEndorsement]), creator);
      },
    },
  });

const highSEndorsement = (): Promise<Case> =>
  oddly({
    forging: (world) => ({
      envelope: (parts, response, creator) => {
        const { serialized: endorser, sign } = peer(world, 'RegulatorMSP');
        const raised = message([1, endorser], [2, highS(sign(response, endorser))]);
        return signedEnvelope(payloadOf(parts, response, [raised, endorse(peer(world), response)]), creator);
      },
    }),
  });

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

const answered = (
  change: (draft: Draft, world: SpaceWorld, entry: Draft['transactions'][number]) => void,
): Promise<Case> =>
  changed((draft, { world }) => change(draft, world, entryOf(world, draft, 'datasets:Register')));

const envelopeIn = ({ ledger }: SpaceWorld, txId: string): Uint8Array =>
  ledger.transactions.find((each) => each.txId === txId)!.envelope;

const AT = '2026-11-24T18:00:00.000Z';

/** Answers by peers chosen in another way. */
const answeredBy = (
  choose: (world: SpaceWorld) => readonly Person[],
  change: (draft: Draft) => void = () => undefined,
): Promise<Case> =>
  answered((draft, world, entry) => {
    const { txId } = entry;
    change(draft);
    entry.answers = [world.ledger.answer(txId, envelopeIn(world, txId), choose(world), AT)];
  });

async function rejected(): Promise<Case> {
  const { world, claimId } = await claimed();
  const draft = collect(world, claim(claimId));
  const entry = entryOf(world, draft, 'claims:Register');
  const { ledger } = world;
  entry.answers = [ledger.answer(entry.txId, envelopeIn(world, entry.txId), answering(ledger), AT, 11n)];
  return caseOf(world, draft);
}

async function unanswered(): Promise<Case> {
  const { world, claimId } = await claimed();
  const draft = collect(world, claim(claimId), { profile: 'full', isStateAsked: false });
  const entry = entryOf(world, draft, 'claims:Register');
  entry.answers = [];
  return caseOf(world, draft);
}

async function constitutedByAnother(): Promise<Case> {
  const { world, claimId } = await claimed();
  const draft = collect(world, claim(claimId));
  const { txId } = entryOf(world, draft, 'datasets:Register');
  return caseOf(world, draft, { constitution: txId });
}

async function belowTrust(): Promise<Case> {
  const [world, draft] = await registeredOddly({});
  return { ...caseOf(world, draft), trust: trustIn(world, { minValidityOrganisations: 3 }) };
}

const form = (reason: Forgery['reason'], change: (envelope: Uint8Array) => Uint8Array): Forgery =>
  failing('transaction.form', reason, () => enveloped(change));

/** Transactions that are not what they should be, and answers that do not say what they should. */
export const TRANSACTIONS: Readonly<Record<string, Forgery>> = {
  'envelope-with-trailing-bytes': form('MALFORMED', (envelope) => concat(envelope, Uint8Array.of(0))),
  'envelope-with-unknown-field': form('TRAILING_BYTES', (envelope) => concat(envelope, message([3, 'x']))),
  'envelope-with-second-payload': form('NOT_WELL_FORMED', (envelope) => concat(envelope, message([1, 'x']))),
  'channel-header-with-unknown-field': form('UNKNOWN_FIELD', withHeaderField),
  'length-beyond-the-message': form('MALFORMED', () => LONG),
  'protobuf-nested-deeply': form('NOT_WELL_FORMED', () => nested(2000)),
  'creator-signature-missing': form('NOT_WELL_FORMED', (envelope) =>
    resigned(envelope, () => new Uint8Array()),
  ),
  'creator-signature-high-s': failing('transaction.creator', 'HIGH_S', () =>
    enveloped((envelope) => resigned(envelope, highS)),
  ),
  'creator-signature-of-another-transaction': failing('transaction.creator', 'SIGNATURE_INVALID', () =>
    changed((draft, { world }) => {
      const other = world.ledger.transactions.find((each) => each.function === 'participants:Activate')!;
      const { signature } = readEnvelope(other.envelope);
      replaced(world, draft, 'datasets:Register', (envelope) => resigned(envelope, () => signature));
    }),
  ),
  'creator-of-a-foreign-authority': failing('transaction.creator', 'CHAIN_BROKEN', () =>
    oddly({ as: foreign }),
  ),
  'creator-certificate-expired': failing('time.certificates', 'EXPIRED', () => oddly({ as: expired })),
  'creator-pem-with-trailing-data': failing('transaction.creator', 'CERTIFICATE_MALFORMED', () =>
    oddly({ as: (world) => withTrailing(world, 'and more\n') }),
  ),
  'transaction-of-another-channel': failing('transaction.form', 'WRONG_CHANNEL', () =>
    oddly({ forging: { channel: 'other' } }),
  ),
  'transaction-id-not-of-nonce-and-creator': failing('transaction.creator', 'TRANSACTION_ID_DIFFERS', () =>
    oddly({ forging: { txId: 'ab'.repeat(32) } }),
  ),
  'endorsed-by-nobody': failing('transaction.endorsement', 'POLICY_NOT_SATISFIED', () =>
    endorsedBy(() => []),
  ),
  'endorsed-by-one-organisation': failing('transaction.endorsement', 'POLICY_NOT_SATISFIED', () =>
    endorsedBy((world) => [peer(world)]),
  ),
  'endorsed-by-one-peer-twice': failing('transaction.endorsement', 'POLICY_NOT_SATISFIED', () =>
    endorsedBy((world) => [peer(world), peer(world)]),
  ),
  'endorsed-by-two-peers-of-one-organisation': failing(
    'transaction.endorsement',
    'POLICY_NOT_SATISFIED',
    twoOfOne,
  ),
  'endorsed-by-clients': failing('transaction.endorsement', 'POLICY_NOT_SATISFIED', () =>
    endorsedBy((world) => [officer(world), of(world, 'RegulatorMSP')['officer']!]),
  ),
  'creator-signature-as-endorsement': failing(
    'transaction.endorsement',
    'SIGNATURE_INVALID',
    creatorAsEndorser,
  ),
  'endorsement-high-s': failing('transaction.endorsement', 'HIGH_S', highSEndorsement),
  'answered-as-invalid': failing('transaction.validity', 'NOT_VALID', rejected),
  'answer-for-another-envelope': failing('transaction.validity', 'ENVELOPE_DIFFERS', () =>
    answered((_, world, entry) => {
      entry.envelope = envelopeIn(world, entry.txId);
      const other = world.ledger.transactions.find((each) => each.function === 'participants:Activate')!;
      entry.answers = [world.ledger.answer(entry.txId, other.envelope, answering(world.ledger), AT)];
    }),
  ),
  'answer-to-another-question': failing('transaction.validity', 'ENVELOPE_DIFFERS', () =>
    answered((_, world, entry) => {
      const { ledger } = world;
      entry.answers = [ledger.answer('cd'.repeat(32), envelopeIn(world, entry.txId), answering(ledger), AT)];
    }),
  ),
  'answer-to-another-proposal': failing('transaction.validity', 'PROPOSAL_HASH_DIFFERS', () =>
    answered((draft, world, entry) => {
      const [own, other] = [entry.answers[0]!, entryOf(world, draft, 'claims:Register').answers[0]!];
      entry.answers = [
        { ...own, channelHeader: other.channelHeader, signatureHeader: other.signatureHeader },
      ];
    }),
  ),
  'answered-by-clients': failing('transaction.validity', 'ROLE_MISSING', () =>
    answeredBy((world) => [officer(world), of(world, 'RegulatorMSP')['officer']!]),
  ),
  'answered-by-orderers': failing('transaction.validity', 'UNKNOWN_ORGANISATION', () =>
    answeredBy(({ ledger }) => ledger.blocks.members.orderers.slice(0, 2).map(({ people }) => people.peer)),
  ),
  'answered-by-one-organisation-twice': {
    ...failing('transaction.validity', 'TOO_FEW_ORGANISATIONS', () =>
      answeredBy(
        (world) => [peer(world), peer(world)],
        (draft) => void (draft.states = []),
      ),
    ),
    outcome: 'INCOMPLETE',
  },
  'answered-by-fewer-than-asked': {
    ...failing('transaction.validity', 'TOO_FEW_ORGANISATIONS', belowTrust),
    outcome: 'INCOMPLETE',
  },
  'in-a-block-but-answered-by-nobody': {
    ...failing('transaction.validity', 'TOO_FEW_ORGANISATIONS', unanswered),
    outcome: 'ORDERED_NOT_PROVEN_VALID',
  },
  'constitution-is-another': failing('ledger.constitution', 'CONSTITUTION_DIFFERS', constitutedByAnother),
};
