import { common, msp, peer } from '@hyperledger/fabric-protos';
import { digestOf, encode } from '@tallystick/chaincode/model';
import { expect } from 'chai';
import { regulator, steel } from '../../chaincode/test/world.js';
import { foldBlock, StateOverlay } from '../src/fold/index.js';
import type { Prepared } from './audit-ledger.js';
import { busyLedger, type Setting } from './audit-stage.js';
import { Branch, utf8 } from './fold-branch.js';
import { Folding } from './folding.js';
import { restoring } from './restoring.js';

describe('Fold: what else a majority can say', () => {
  let at: Setting;
  let base: Folding;
  before(async () => {
    at = await busyLedger();
    base = await new Folding().take(at.world.blocks());
  });
  after(() => at.world.end());

  const branch = (): Branch => new Branch(at, base);
  const declaring = (): object => ({ nonce: at.world.nonce(), name: 'Fair' });

  const verdictOf = async (prepared: Prepared): Promise<readonly [string, string | undefined]> => {
    const [folded] = await branch().block(prepared);
    return [folded!.leaf.verdict, folded!.difference?.reason];
  };
  const declared = (collusion: Parameters<Setting['world']['prepare']>[4]): Promise<Prepared> =>
    at.world.prepare(regulator, 'events:Declare', declaring(), [], collusion);

  it('corrects a response, a status and an event', async () => {
    expect(await verdictOf(await declared({ result: '{}' }))).deep.equals(['CORRECTED', 'RESPONSE_DIFFERS']);
    expect(await verdictOf(await declared({ status: 201 }))).deep.equals(['CORRECTED', 'STATUS_DIFFERS']);
    expect(await verdictOf(await declared({ event: null }))).deep.equals(['CORRECTED', 'EVENT_DIFFERS']);
    const another = { name: 'another', payload: '[]' };
    expect(await verdictOf(await declared({ event: another }))).deep.equals(['CORRECTED', 'EVENT_DIFFERS']);
  });

  it('corrects writes that were left out, and those under other names', async () => {
    const nothing = await declared({ writes: (writes) => writes.clear() });
    expect(await verdictOf(nothing)).deep.equals(['CORRECTED', 'WRITES_DIFFER']);
    const elsewhere = await declared({
      access: (namespaces) =>
        namespaces.set('other', { reads: new Map(), writes: new Map([['k', Uint8Array.of(1)]]) }),
    });
    expect(await verdictOf(elsewhere)).deep.equals(['CORRECTED', 'WRITES_DIFFER']);
  });

  it('voids what the rules refuse, what is no call, and what another chaincode writes under our name', async () => {
    const writes = new Map([['space', '{}']]);
    const pause = encode({ reason: 'because' });
    expect(await verdictOf(at.world.endorsed(steel, 'space:Pause', pause, { writes }))).deep.equals([
      'VOID',
      'RULES_REFUSE',
    ]);
    expect(await verdictOf(at.world.endorsed(steel, 'space:Nothing', pause, { writes }))).deep.equals([
      'VOID',
      'RULES_REFUSE',
    ]);
    expect(await verdictOf(at.world.endorsed(steel, 'Pause', pause, { writes }))).deep.equals([
      'VOID',
      'RULES_REFUSE',
    ]);
    for (const argument of ['', '{', '{"a":1,"a":1}', '[]', '['.repeat(10_000), '"\ud800"', 'null'])
      expect(await verdictOf(at.world.endorsed(regulator, 'space:Pause', argument, { writes }))).deep.equals([
        'VOID',
        'RULES_REFUSE',
      ]);
    const foreign = at.world.endorsed(steel, 'Put', 'k', { writes }, { chaincode: 'other' });
    expect(await verdictOf(foreign)).deep.equals(['VOID', 'NAMESPACE_TOUCHED']);
    const elsewhere = at.world.endorsed(steel, 'Put', 'k', {}, { chaincode: 'other' });
    expect(await verdictOf(elsewhere)).deep.equals(['FOREIGN', undefined]);
  });

  it('looks at no name but that of the header, as peers do', async () => {
    const payload = (bytes: Uint8Array): Uint8Array => {
      const proposal = peer.ChaincodeProposalPayload.deserializeBinary(bytes);
      const call = peer.ChaincodeInvocationSpec.deserializeBinary(proposal.getInput_asU8());
      call.getChaincodeSpec()?.getChaincodeId()?.setName('another');
      proposal.setInput(call.serializeBinary());
      return proposal.serializeBinary();
    };
    const [folded] = await branch().block(await declared({ proposal: { payload } }));
    expect([folded?.leaf.verdict, folded?.lint]).deep.equals(['REPLAYED', ['OTHER_NAME']]);
  });

  it('voids a call that somebody else signed than it was executed for', async () => {
    const signedBy = (mspId: string) => (bytes: Uint8Array) => {
      const whole = common.Payload.deserializeBinary(bytes);
      const header = common.SignatureHeader.deserializeBinary(
        whole.getHeader()?.getSignatureHeader_asU8() ?? bytes,
      );
      const creator = msp.SerializedIdentity.deserializeBinary(header.getCreator_asU8());
      creator.setMspid(mspId);
      header.setCreator(creator.serializeBinary());
      whole.getHeader()?.setSignatureHeader(header.serializeBinary());
      return whole.serializeBinary();
    };
    const [other] = await branch().block(await declared({ payload: signedBy('SteelMSP') }));
    expect(other?.leaf.verdict).equals('VOID');
    expect(other?.difference?.facts).include({ what: 'an action of another creator' });
    const [same] = await branch().block(await declared({ payload: signedBy('RegulatorMSP') }));
    expect([same?.leaf.verdict, same?.lint]).deep.equals(['REPLAYED', []]);
  });

  it('names a record of a kind that the transaction is not about', async () => {
    const one = branch();
    const [folded] = await one.block(
      await one.unrelated({ name: 'grant', key: 'grant/x', value: Uint8Array.of(1) }),
    );
    expect(folded?.lint).deep.equals(['OTHER_KIND grant']);
  });

  it('replays reading calls that write nothing, whatever they answer', async () => {
    const reading = ['records:Get', 'org.hyperledger.fabric:GetMetadata'];
    for (const name of reading) {
      expect(await verdictOf(at.world.endorsed(steel, name, '{}', { result: 'anything' }))).deep.equals([
        'REPLAYED',
        undefined,
      ]);
      const writes = new Map([['space', '{}']]);
      expect(await verdictOf(at.world.endorsed(steel, name, '{}', { writes }))).deep.equals([
        'CORRECTED',
        'WRITES_DIFFER',
      ]);
    }
  });

  it('voids restorations of nothing, of another text, and with other writes', async () => {
    const space = base.state.text('space') as string;
    const one = branch();
    const why = async (prepared: Prepared): Promise<string | undefined> => {
      const [folded] = await one.block(prepared);
      return folded?.leaf.verdict === 'VOID' ? folded.difference?.facts['what'] : folded?.leaf.verdict;
    };
    const restore = (text: string, writes?: Readonly<Record<string, string>>): Promise<string | undefined> =>
      why(restoring(at.world, 'space', text, writes && new Map(Object.entries(writes))));
    expect(await restore(space)).equals('nothing to restore');
    const forgery = { name: 'space', key: 'space', value: utf8.encode('{}') };
    await one.forge(forgery, await one.unrelated(forgery));
    expect(await restore('{}')).equals('the text is not the effective one');
    expect(await restore(space, { space, zones: 'x' })).equals('something else was written');
    expect(await restore(space, {})).equals('something else was written');
    const writes = new Map([['space', space]]);
    const unread = at.world.endorsed(steel, 'records:Restore', '{"key":"space"}', { writes });
    expect(await why(unread)).equals('the request cannot be read');
    // Whatever came of it, both agree again.
    expect(one.standing()).deep.equals(['zones']);
  });

  it('lets no failure of the state pass as a verdict', async () => {
    let reads = 0;
    const broken = new StateOverlay({
      text: (key) => {
        reads += 1;
        return reads === 1 ? Promise.reject(new Error('disk')) : base.state.text(key);
      },
      standing: () => undefined,
      inForce: () => base.state.inForce(),
    });
    const prepared = await at.world.prepare(regulator, 'events:Declare', declaring());
    const block = { number: 1, hash: digestOf(''), envelopes: [prepared.envelope], codes: Uint8Array.of(0) };
    const error = await foldBlock(block, broken, { chaincode: 'tallystick' }).catch(
      (cause: unknown) => cause,
    );
    expect(error).property('message', 'disk');
  });
});
