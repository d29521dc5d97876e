import { expect } from 'chai';
import { isConfigBlock } from '../src/fabric/block.js';
import { checkEndorsements } from '../src/fabric/endorsement.js';
import {
  endorsementPolicy,
  LIFECYCLE,
  readDefinition,
  sequenceRead,
  type Definition,
} from '../src/fabric/definition.js';
import { functionOf } from '../src/fabric/proposal.js';
import { readTransaction, type Transaction } from '../src/fabric/transaction.js';
import { configuration, message, party, reasonOf, transaction, type Oddity } from './fabric-parties.js';
import {
  blocksOf,
  configurationsOf,
  describeRecorded,
  RECORDED,
  signatures,
  type RecordedName,
} from './fabric-recorded.js';

const creator = party('Org1MSP', 'client');
const peer = party('Org1MSP', 'peer');

const info = (bytes: Uint8Array): Uint8Array => message([2, bytes]);
const SEQUENCE_1 = message([1, 1n]);
const ENDORSEMENT = info(message([1, '1.0'], [3, 'escc']));
const MAJORITY = info(message([1, 'vscc'], [2, message([2, '/Channel/Application/Endorsement'])]));

function commit(
  fields: Readonly<Record<string, Uint8Array>>,
  odd: Oddity = {},
  chaincode = 'tiny',
): Transaction {
  const writes = Object.entries(fields).map(
    ([name, value]) => [3, message([1, `namespaces/fields/${chaincode}/${name}`], [3, value])] as const,
  );
  const results = message([2, message([1, LIFECYCLE], [2, message(...writes)])]);
  const args = ['CommitChaincodeDefinition', 'x'];
  return readTransaction(transaction(creator, [peer], { called: LIFECYCLE, args, results, ...odd }));
}

const FIRST = {
  Sequence: SEQUENCE_1,
  EndorsementInfo: ENDORSEMENT,
  ValidationInfo: MAJORITY,
  Collections: message([2, '']),
};

describe('A chaincode definition', () => {
  it('is what a commit wrote', () => {
    const { chaincode, sequence, version } = readDefinition(commit(FIRST), 'tiny');
    expect([chaincode, sequence, version]).to.deep.equal(['tiny', 1n, '1.0']);
  });

  it('keeps what the next commit does not write', () => {
    const next = commit({ Sequence: message([1, 2n]), EndorsementInfo: info(message([1, '2.0'])) });
    const found = readDefinition(next, 'tiny', readDefinition(commit(FIRST), 'tiny'));
    expect([found.sequence, found.version]).to.deep.equal([2n, '2.0']);
    expect(Buffer.from(found.fields.ValidationInfo)).to.deep.equal(Buffer.from(MAJORITY));
  });

  const { Collections: _, ...lacking } = FIRST;
  const refused: [string, string, () => Definition][] = [
    [
      'of another chaincode',
      'DEFINITION_NOT_IN_FORCE',
      () => readDefinition(commit(FIRST, {}, 'other'), 'tiny'),
    ],
    ['that lacks a field', 'DEFINITION_NOT_IN_FORCE', () => readDefinition(commit(lacking), 'tiny')],
    [
      'that was only approved',
      'DEFINITION_NOT_IN_FORCE',
      () => readDefinition(commit(FIRST, { args: ['ApproveChaincodeDefinitionForMyOrg'] }), 'tiny'),
    ],
    [
      'that no lifecycle wrote',
      'WRONG_CHAINCODE',
      () => readDefinition(commit(FIRST, { called: 'tiny' }), 'tiny'),
    ],
    [
      'that skips one',
      'SEQUENCE_BROKEN',
      () => readDefinition(commit({ ...FIRST, Sequence: message([1, 2n]) }), 'tiny'),
    ],
    [
      'that repeats one',
      'SEQUENCE_BROKEN',
      () => readDefinition(commit(FIRST), 'tiny', readDefinition(commit(FIRST), 'tiny')),
    ],
  ];
  for (const [what, reason, check] of refused)
    it(`${what} is refused`, async () => {
      expect(await reasonOf(check)).to.equal(reason);
    });

  const policyOf = async (validation: Uint8Array): Promise<string> =>
    reasonOf(() =>
      endorsementPolicy(
        readDefinition(commit({ ...FIRST, ValidationInfo: info(validation) }), 'tiny'),
        configuration(),
      ),
    );

  // common.SignaturePolicyEnvelope: one of one, a member of Org1MSP.
  const rule = message(
    [2, message([2, message([1, 1n], [2, message([1, 0n])])])],
    [3, message([2, message([1, 'Org1MSP'])])],
  );

  it('with another validation plugin, no policy, or two is not understood', async () => {
    const one = message([2, '/Channel/Application/Endorsement']);
    expect(await policyOf(message([1, 'vscc'], [2, one]))).to.equal('nothing');
    expect(await policyOf(message([1, 'own'], [2, one]))).to.equal('POLICY_UNKNOWN');
    expect(await policyOf(message([1, 'vscc']))).to.equal('POLICY_UNKNOWN');
    const both = message([1, rule], [2, '/Channel/Application/Endorsement']);
    expect(await policyOf(message([1, 'vscc'], [2, message([1, rule])]))).to.equal('nothing');
    expect(await policyOf(message([1, 'vscc'], [2, both]))).to.equal('POLICY_UNKNOWN');
  });

  it('binds a transaction that read its sequence', () => {
    const key = 'namespaces/fields/tiny/Sequence';
    const reading = (...read: Parameters<typeof message>): Transaction => {
      const set = message([1, LIFECYCLE], [2, message([1, message(...read)])]);
      return readTransaction(transaction(creator, [peer], { results: message([2, set]) }));
    };
    const at = reading([1, key], [2, message([1, 4n], [2, 1n])]);
    expect(sequenceRead(at, 'tiny')).to.deep.equal({ block: 4n, index: 1 });
    expect(sequenceRead(at, 'other')).to.equal(undefined);
    expect(sequenceRead(reading([1, key]), 'tiny')).to.equal(null);
    expect(sequenceRead(readTransaction(transaction(creator, [peer])), 'tiny')).to.equal(undefined);
  });
});

interface Placed {
  readonly block: bigint;
  readonly index: number;
  readonly flag: number;
  readonly transaction: Transaction;
}

function placed(name: RecordedName): Placed[] {
  return blocksOf(name)
    .filter((block) => !isConfigBlock(block))
    .flatMap((block) =>
      block.data.map((envelope, index) => ({
        block: block.number,
        index,
        flag: block.metadata[2]?.[index] ?? -1,
        transaction: readTransaction(envelope),
      })),
    );
}

describeRecorded('Definitions of recorded ledgers', function () {
  this.timeout(60_000);
  for (const name of RECORDED)
    it(`${name}: every transaction is bound to one, and its policy decided its fate`, async () => {
      const chain = await configurationsOf(blocksOf(name));
      let definition: Definition | undefined;
      let position: { block: bigint; index: number } | undefined;
      const sequences: bigint[] = [];
      let judged = 0;
      for (const { block, index, flag, transaction: each } of placed(name)) {
        if (each.chaincode === LIFECYCLE && functionOf(each) === 'CommitChaincodeDefinition' && flag === 0) {
          definition = readDefinition(each, 'tiny', definition);
          position = { block, index };
          sequences.push(definition.sequence);
        }
        if (each.chaincode !== 'tiny' || !definition) continue;
        expect(sequenceRead(each, 'tiny')).to.deep.equal(position);
        // Policies of single keys and of collections decide some transactions instead.
        if (flag !== 0 && flag !== 10) continue;
        const config = chain.inForceAt(block);
        const endorsers = await checkEndorsements(each, config, signatures);
        const isSatisfied = endorsementPolicy(definition, config).isSatisfiedBy(endorsers);
        if (isSatisfied !== (flag === 0)) {
          const keys = each.namespaces.flatMap(({ writes, metadataWrites }) =>
            [...writes, ...metadataWrites].map((write) => write.key),
          );
          expect(keys, `block ${block}`).to.deep.equal(['asset/000']);
        }
        judged += 1;
      }
      expect(sequences).to.deep.equal([1n, 2n]);
      expect(judged).to.be.greaterThan(25);
    });
});
