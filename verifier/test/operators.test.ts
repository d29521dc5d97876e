import { orderer } from '@hyperledger/fabric-protos';
import { expect } from 'chai';
import { Checklist } from '../src/checklist.js';
import { checkOperators } from '../src/evidence/configuration.js';
import type { ConfigChain } from '../src/fabric/config-chain.js';
import { readOrdering } from '../src/fabric/consenters.js';
import type { ChannelConfig, Ordering } from '../src/fabric/identity.js';
import { operatorsIn } from '../src/fabric/operators.js';
import type { Trust } from '../src/trust/trust.js';
import { configuration } from './fabric-parties.js';

/** A BFT channel with one orderer for each letter, of the organisation of that name. */
const bft = (letters: string): Ordering => ({
  kind: 'BFT',
  consenters: Array.from(letters, (mspId, id) => ({ id, mspId, certificate: new Uint8Array() })),
});

const configOf = (ordering: Ordering, orderers: readonly string[]): ChannelConfig => ({
  ...configuration(ordering),
  orderers,
});

/** How the step ends on a ledger that had these configurations, one after another. */
function judged(configs: readonly ChannelConfig[], singleOperator = false): Checklist['steps'][number] {
  const list = new Checklist();
  const chain = {
    numbers: configs.map((_, number) => BigInt(number)),
    inForceAt: (block: bigint) => configs[Number(block) - 1],
  };
  checkOperators(chain as unknown as ConfigChain, { singleOperator } as Trust, list);
  return list.steps[0]!;
}

describe('who orders a ledger', () => {
  const cases: readonly [string, ChannelConfig, string, number, boolean][] = [
    ['four orderers of four', configOf(bft('abcd'), ['a', 'b', 'c', 'd']), '3/4', 2, false],
    ['seven of seven', configOf(bft('abcdefg'), []), '5/7', 3, false],
    ['four orderers of two, alike', configOf(bft('aabb'), ['a', 'b']), '3/4', 1, false],
    ['four of which one organisation has three', configOf(bft('aaab'), ['a', 'b']), '3/4', 1, true],
    ['four of one organisation', configOf(bft('aaaa'), ['a', 'b']), '3/4', 1, true],
    ['one orderer', configOf(bft('a'), ['a', 'b']), '1/1', 1, true],
    [
      'Raft, three orderers of three',
      configOf({ kind: 'RAFT', consenters: 3 }, ['a', 'b', 'c']),
      '1/3',
      1,
      false,
    ],
    ['Raft, one orderer of one', configOf({ kind: 'RAFT', consenters: 1 }, ['a']), '1/1', 1, true],
    [
      'Raft, one orderer beside other names',
      configOf({ kind: 'RAFT', consenters: 1 }, ['a', 'b']),
      '1/1',
      1,
      true,
    ],
    ['Raft, three orderers of one', configOf({ kind: 'RAFT', consenters: 3 }, ['a']), '1/3', 1, true],
    ['the embedded node', configOf({ kind: 'SINGLE_OPERATOR' }, ['a']), '1/1', 1, true],
  ];
  for (const [name, config, quorum, colluding, isSingle] of cases) {
    it(`is told from the configuration: ${name}`, () => {
      expect(operatorsIn(config)).to.include({ quorum, colluding, isSingle });
      const { result, reason, facts } = judged([config]);
      expect([result, reason]).to.deep.equal(isSingle ? ['fail', 'SINGLE_OPERATOR'] : ['pass', undefined]);
      expect(facts['colluding']).to.equal(`${colluding}`);
      expect(judged([config], true).result).to.equal('pass');
    });
  }

  it('names the organisations of orderers, never those of the application', () => {
    const { facts } = judged([configOf(bft('aabc'), ['a', 'b', 'c'])]);
    expect(facts).to.deep.equal({ consensus: 'BFT', orderers: 'a:2 b:1 c:1', quorum: '3/4', colluding: '1' });
    expect(judged([configOf({ kind: 'RAFT', consenters: 3 }, ['x', 'y'])]).facts['orderers']).to.equal('x y');
  });

  it('was a single operator’s, whoever joined later', () => {
    const [alone, shared] = [configOf(bft('a'), ['a']), configOf(bft('abcd'), ['a', 'b', 'c', 'd'])];
    expect(judged([alone, shared])).to.include({ result: 'fail', reason: 'SINGLE_OPERATOR' });
    expect(judged([shared, alone]).result).to.equal('fail');
    expect(judged([shared, shared]).result).to.equal('pass');
  });

  it('counts the orderers of a Raft channel', () => {
    // etcdraft.ConfigMetadata: three consenters of which nothing else is said.
    const metadata = Uint8Array.of(0x0a, 0, 0x0a, 0, 0x0a, 0);
    const consensus = new orderer.ConsensusType();
    consensus.setType('etcdraft');
    consensus.setMetadata(metadata);
    const values = new Map([['ConsensusType', consensus.serializeBinary()]]);
    const group = { groups: new Map(), values, policies: new Map() };
    expect(readOrdering(group)).to.deep.equal({ kind: 'RAFT', consenters: 3 });
  });
});
