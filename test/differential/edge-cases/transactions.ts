import {
  ORGANISATIONS,
  type MspId,
  type Program,
  type ProposalFaults,
  type Signatory,
  type Tampering,
} from '../program.js';
import { get, inSequence, program, put, run } from './shorthand.js';

const plain = run(get('§'), put('§', '1'));
const last = run(get('§'));

const ENDORSERS: readonly (readonly MspId[])[] = [
  ['Org1MSP'],
  ['Org2MSP'],
  ['Org3MSP'],
  ['Org1MSP', 'Org2MSP'],
  ['Org2MSP', 'Org3MSP'],
  ['Org3MSP', 'Org1MSP'],
  ['Org1MSP', 'Org2MSP', 'Org3MSP'],
];

const endorsed = ENDORSERS.map((endorsers) =>
  inSequence(`policy: endorsed by ${endorsers.join(' and ')}`, { ...plain, endorsers }, last),
);

const read = inSequence('policy: a read endorsed by one', { ...last, endorsers: ['Org1MSP'] });

const TAMPERINGS: readonly Tampering[] = [
  'signature of garbage',
  'signature of other bytes',
  'no signature',
  'signed by another',
  'one endorsement',
  'no endorsement',
  'one endorsement twice',
  'endorsement of garbage',
  'endorsed by a client',
  'response changed',
  'transaction id changed',
  'nonce changed',
  'channel changed',
  'epoch changed',
  'proposal payload changed',
  'action twice',
  'data of garbage',
  'extension of garbage',
  'creator of garbage',
  'timestamp changed',
];

const tampered = TAMPERINGS.map((tampering) =>
  inSequence(`transaction: ${tampering}`, { ...plain, tampering }, last),
);

const FAULTS: Readonly<Record<string, ProposalFaults>> = {
  '14 minutes early': { shiftMinutes: -14 },
  '14 minutes late': { shiftMinutes: 14 },
  '16 minutes early': { shiftMinutes: -16 },
  '16 minutes late': { shiftMinutes: 16 },
  'no time': { hasNoTimestamp: true },
  'signature of garbage': { signature: 'garbage' },
  'no signature': { signature: 'empty' },
  'signature of other bytes': { signature: 'of other bytes' },
  'made-up transaction id': { txId: '00'.repeat(32) },
  'no transaction id': { txId: '' },
  'no nonce': { hasNoNonce: true },
  'another epoch': { epoch: 1 },
  'a message': { type: 0 },
  'a configuration': { type: 1 },
  'an unknown type': { type: 99 },
  'another channel': { channel: 'another' },
  'no channel': { channel: '' },
  'another chaincode': { chaincode: 'another' },
  'no chaincode': { chaincode: '' },
  'extension of garbage': { extension: 'garbage' },
  'no extension': { extension: 'empty' },
  'creator of garbage': { creator: 'garbage' },
  'no creator': { creator: 'empty' },
};

const faulty = Object.entries(FAULTS).map(([name, proposal]) =>
  inSequence(`proposal: ${name}`, { ...plain, proposal }),
);

// With the endorsers named, the Gateway of a network asks them without planning first.
const faultyAsked = Object.entries(FAULTS).map(([name, proposal]) =>
  inSequence(`proposal, endorsers named: ${name}`, { ...plain, proposal, endorsers: ['Org1MSP'] }),
);

const CREATORS: readonly Signatory[] = [...ORGANISATIONS, 'impostor', 'stranger', 'borrower'];
const created = CREATORS.map((by) => inSequence(`creator: ${by}`, { ...plain, by }, last));

const first = { group: 0, step: 0 };
const again = { run: [], again: first };

const duplicates: readonly Program[] = [
  program('duplicate: in the same block', [plain, again], [last]),
  program('duplicate: in a later block', [plain], [again], [last]),
  program('duplicate: twice later', [plain], [again, again], [last]),
  program('duplicate: from another organisation', [plain], [{ ...again, by: 'Org2MSP' }], [last]),
  program(
    'duplicate: of a transaction in conflict',
    [run(put('§', '0'))],
    [plain, plain],
    [{ run: [], again: { group: 1, step: 1 } }],
  ),
  program(
    'duplicate: of one that lacks endorsements',
    [{ ...plain, endorsers: ['Org1MSP'] }],
    [again],
    [last],
  ),
  program(
    'duplicate: of one that lacks endorsements, same block',
    [{ ...plain, endorsers: ['Org1MSP'] }, again],
    [last],
  ),
  program('duplicate: between others', [plain, run(put('§/b', '1')), again, run(get('§/b'))], [last]),
];

export const transactionCases: readonly Program[] = [
  ...endorsed,
  read,
  ...tampered,
  ...faulty,
  ...faultyAsked,
  ...created,
  ...duplicates,
];
