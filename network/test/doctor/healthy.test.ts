import { expect } from 'chai';
import { some } from '../../../test/sampling.js';
import { FakeNetwork, found, summary } from './fake-network.js';

for (const ledger of some(['fabric-raft', 'fabric-bft'] as const, 2)) {
  describe(`doctor: a network that is well (${ledger}, from outside)`, () => {
    let network: FakeNetwork;
    before(async () => {
      network = await FakeNetwork.start(ledger);
    });
    after(() => network.stop());

    it('finds nothing', async () => {
      expect(await found(network.original)).to.deep.equal([]);
    });

    it('finds nothing while blocks come', async () => {
      const growing = [network.peer(0), network.peer(1), network.peer(2), network.orderer(0)].map((node) =>
        network.tell(node),
      );
      for (const told of growing) told.growth = 7;
      try {
        expect(summary(await found(network.original))).to.deep.equal([]);
      } finally {
        for (const told of growing) Object.assign(told, { growth: 0, height: 5 });
      }
    });
  });
}
