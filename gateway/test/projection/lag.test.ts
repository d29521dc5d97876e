import { newLag, newPeerHeight } from '../../src/projection/lag.js';
import { expect } from 'chai';

describe('lag of the projection', () => {
  const behind = (height: bigint, peer: bigint): Promise<number> =>
    newLag({ status: () => ({ state: 'FOLLOWING', height }) }, () => Promise.resolve(peer))();

  it('is what is missing up to the peer’s last block', async () => {
    expect(await behind(-1n, 9n)).to.equal(10);
    expect(await behind(9n, 9n)).to.equal(0);
    expect(await behind(11n, 9n), 'asked before').to.equal(0);
  });

  it('asks the peer once in a second, however many want to know', async () => {
    let [asked, time] = [0, 0];
    const height = newPeerHeight({ height: () => Promise.resolve(BigInt((asked += 1))) }, () => time);
    expect(await Promise.all([height(), height()])).to.deep.equal([1n, 1n]);
    time = 999;
    expect(await height()).to.equal(1n);
    time = 1000;
    expect(await height()).to.equal(2n);
  });

  it('is not known while the peer cannot be asked, and is asked for again', async () => {
    let [isReachable, time] = [false, 0];
    const ask = (): Promise<bigint> =>
      isReachable ? Promise.resolve(5n) : Promise.reject(new Error('out of reach'));
    const lag = newLag(
      { status: () => ({ state: 'FOLLOWING', height: 3n }) },
      newPeerHeight({ height: ask }, () => time),
    );
    expect(await lag().catch(String)).to.equal('Error: out of reach');
    [isReachable, time] = [true, 1000];
    expect(await lag()).to.equal(2);
  });
});
