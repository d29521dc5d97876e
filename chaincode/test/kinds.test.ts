import { allDescriptors, keys, keyText, mayWrite } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { recordStory, untriedIn, UNTRIED } from './recording.js';
import { someId } from './seeds.js';

describe('kinds of record that a transaction may write', () => {
  const kinds = new Set(
    Object.values(keys).map(
      (make) => (make as (...parts: unknown[]) => { type: { kind: string } })('a', 0).type.kind,
    ),
  );

  it('are kinds that there are', () => {
    for (const { name, writes } of allDescriptors) expect([...kinds], name).to.include.members([...writes]);
    const writable = new Set(allDescriptors.flatMap(({ writes }) => writes));
    expect([...writable]).to.have.members([...kinds]);
  });

  it('are named by every transaction that writes, and by none that only reads', () => {
    const silent = allDescriptors.filter(({ writes }) => writes.length === 0).map(({ name }) => name);
    expect(silent).to.have.members(['records:Get', 'records:Restore']);
  });

  it('are those that the story writes, and few more', async () => {
    const written = new Set<string>();
    const recorded = await recordStory();
    const names = allDescriptors.filter(({ writes }) => writes.length > 0).map(({ name }) => name);
    expect(untriedIn(recorded, names), UNTRIED).to.deep.equal([]);
    for (const { call, done } of recorded)
      for (const key of done?.writes.keys() ?? []) written.add(`${call.transaction} ${key.split('/', 1)[0]}`);
    const named = allDescriptors.flatMap(({ name, writes }) => writes.map((kind) => `${name} ${kind}`));
    expect(named).to.include.members([...written]);
    expect(named.filter((each) => !written.has(each))).to.have.members([
      'space:ProposeAmendment space',
      // Of a claim with live grants, and of an acceptance whose policy obliges.
      'claims:AcceptTransfer open-grants',
      'claims:AcceptTransfer claim-grants',
      'grants:Accept obligation',
    ]);
  });

  it('tell a write of another kind, and one under a key that the rules never spell', () => {
    const participant = `participant/${someId('participant')}`;
    expect(mayWrite('space:Constitute', participant)).to.equal(true);
    expect(mayWrite('space:Constitute', 'space')).to.equal(true);
    expect(mayWrite('events:Declare', participant)).to.equal(false);
    expect(mayWrite('claims:AcceptTransfer', `dataset/${someId('dataset')}`)).to.equal(true);
    expect(mayWrite('claims:Cancel', `dataset/${someId('dataset')}`)).to.equal(false);
    expect(mayWrite('records:Get', 'space')).to.equal(false);
    expect(mayWrite('records:Restore', 'space')).to.equal(true);
    expect(mayWrite('space:Dissolve', 'space')).to.equal(false);
    for (const key of ['', 'participant', 'participant/', 'participant/x', `${participant}/x`, '__proto__']) {
      expect(keyText.test(key)).to.equal(false);
      expect(mayWrite('participants:Admit', key), key).to.equal(false);
    }
  });
});
