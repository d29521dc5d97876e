import {
  allDescriptors,
  decodeRefusal,
  encode,
  keys,
  MAX_BATCH,
  participantId,
} from '@tallystick/chaincode/model';
import { callerFrom, CreatorError, NEWEST, type Council } from '@tallystick/chaincode/rules';
import { createOrganisation, memberDirectory, readIdentity } from '@tallystick/network/identity';
import { expect } from 'chai';
import type { Context, Contract } from 'fabric-contract-api';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contracts } from '../../src/contract/contracts.js';
import { profileOf, RULEBOOK, START } from '../world.js';
import { argumentOf, restoring, witnessKey, type Divergence } from '../restoring.js';
import { FakeStub } from './fake-stub.js';

describe('contract', () => {
  const instances = new Map(
    contracts(NEWEST)
      .map((Class) => new Class())
      .map((contract) => [contract.getName(), contract]),
  );
  let directory: string;
  let officer: string;
  let connector: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tallystick-contract-'));
    await createOrganisation(directory, {
      mspId: 'RegulatorMSP',
      name: 'regulator',
      domain: 'regulator.example',
      peers: [],
      orderers: [],
      users: [
        { name: 'officer', ou: 'client', attributes: { 'tallystick.role': 'officer' } },
        { name: 'connector', ou: 'client', attributes: {} },
        { name: 'witness', ou: 'client', attributes: { 'tallystick.role': 'witness' } },
        { name: 'stranger', ou: 'client', attributes: { 'tallystick.role': 'Witness' } },
      ],
    });
    officer = await certificateOf('officer');
    connector = await certificateOf('connector');
  });
  after(() => rm(directory, { recursive: true, force: true }));

  async function certificateOf(user: string): Promise<string> {
    return (await readIdentity(join(memberDirectory(directory, 'client', user), 'msp'), 'RegulatorMSP'))
      .certificate;
  }

  function invoke(stub: FakeStub, transaction: string, ...parameters: string[]): Promise<string> {
    const [name = '', verb = ''] = transaction.split(':');
    const contract = instances.get(name) as Contract &
      Record<string, (context: Context, ...p: string[]) => Promise<string>>;
    const context = { stub } as unknown as Context;
    const method = contract[verb];
    return method
      ? method.call(contract, context, ...parameters)
      : contract.unknownTransaction(context).then(() => '');
  }

  async function refusalOf(running: Promise<string>): Promise<string | undefined> {
    return running.then(
      () => undefined,
      (error: unknown) => decodeRefusal(`chaincode response 500, ${(error as Error).message}`)?.code,
    );
  }

  const constitution = (): object => {
    const self = participantId('RegulatorMSP');
    return {
      name: 'Space',
      regulators: [self],
      registrars: [self],
      auditors: [],
      rulebook: RULEBOOK,
      founder: profileOf('RegulatorMSP'),
    };
  };

  it('offers one method per descriptor, under the contract of its name', () => {
    const methods = [...instances].flatMap(([name, contract]) =>
      Object.getOwnPropertyNames(Object.getPrototypeOf(contract) as object)
        .filter((verb) => !['constructor', 'unknownTransaction'].includes(verb))
        .map((verb) => `${name}:${verb}`),
    );
    expect(methods).to.have.members(allDescriptors.map(({ name }) => name));
  });

  it('writes canonical records, one event list, and returns canonical JSON', async () => {
    const stub = new FakeStub('RegulatorMSP', officer);
    const result = await invoke(stub, 'space:Constitute', encode(constitution()));
    expect(JSON.parse(result)).to.deep.equal({ operator: participantId('RegulatorMSP') });
    expect(stub.puts.map(([key]) => key)).to.have.members([
      keys.space().text,
      keys.participant(participantId('RegulatorMSP')).text,
    ]);
    for (const [, text] of stub.puts) expect(encode(JSON.parse(text))).to.equal(text);
    expect(stub.puts.every(([, text]) => text.includes('"updatedAt":"2026-11-24T08:00:00.123Z"'))).to.equal(
      true,
    );
    expect(stub.event?.[0]).to.equal('tallystick');
    expect(JSON.parse(stub.event?.[1] ?? ''))
      .to.be.an('array')
      .with.length(1);
  });

  it('reads a record, and null where nothing stands', async () => {
    const stub = new FakeStub('RegulatorMSP', officer);
    await invoke(stub, 'space:Constitute', encode(constitution()));
    const space = stub.state.get('space')?.toString();
    expect(await invoke(stub, 'records:Get', '{"key":"space"}')).to.equal(`{"record":${space ?? ''}}`);
    const absent = encode({ key: keys.participant(participantId('OtherMSP')).text });
    expect(await invoke(stub, 'records:Get', absent)).to.equal('{"record":null}');
  });

  it('reads a list of records in its order, each key once', async () => {
    const stub = new FakeStub('RegulatorMSP', officer);
    await invoke(stub, 'space:Constitute', encode(constitution()));
    const read: string[] = [];
    const { getState } = stub;
    Object.assign(stub, { getState: (key: string) => (read.push(key), getState(key)) });
    const absent = keys.participant(participantId('OtherMSP')).text;
    const space = stub.state.get('space')?.toString() ?? '';
    const asked = encode([{ key: 'space' }, { key: absent }]);
    expect(await invoke(stub, 'records:Get', asked)).to.equal(`[{"record":${space}},{"record":null}]`);
    const twice = encode([{ key: 'space' }, { key: absent }, { key: 'space' }]);
    expect(await refusalOf(invoke(stub, 'records:Get', twice))).to.equal('MALFORMED');
    expect(read).to.deep.equal(['space', absent]);
    expect(await invoke(stub, 'records:Get', '[{"key":"space"}]')).to.equal(`[{"record":${space}}]`);
    const tooMany = encode(Array.from({ length: MAX_BATCH + 1 }, () => ({ key: 'space' })));
    expect(await refusalOf(invoke(stub, 'records:Get', tooMany))).to.equal('MALFORMED');
    expect(await refusalOf(invoke(stub, 'records:Get', '[{"key":"space"},{}]'))).to.equal('MALFORMED');
  });

  const malformed: Record<string, string[]> = {
    'no argument': [],
    'two arguments': ['{}', '{}'],
    'not JSON': ['{'],
    'duplicate key': ['{"name":"a","name":"a"}'],
    'insignificant white space': ['{ }'],
    float: ['{"a":1.5}'],
    'an empty list': ['[]'],
    'U+0000 in a string': ['{"name":"a\\u0000b"}'],
    'a lone surrogate': ['{"name":"\\ud800"}'],
  };
  for (const [name, parameters] of Object.entries(malformed)) {
    it(`refuses ${name} as MALFORMED and writes nothing`, async () => {
      const stub = new FakeStub('RegulatorMSP', officer);
      expect(await refusalOf(invoke(stub, 'space:Constitute', ...parameters))).to.equal('MALFORMED');
      expect(await refusalOf(invoke(stub, 'records:Get', ...parameters))).to.equal('MALFORMED');
      expect(stub.puts).to.deep.equal([]);
      expect(stub.event).to.equal(undefined);
    });
  }

  it('refuses a key with the separator of composite keys', async () => {
    const stub = new FakeStub('RegulatorMSP', officer);
    for (const key of ['\\u0000claim\\u0000a', 'claim/a\\u0000b', 'claim/../space', '']) {
      expect(await refusalOf(invoke(stub, 'records:Get', `{"key":"${key}"}`)), key).to.equal('MALFORMED');
    }
  });

  describe('records:Restore', () => {
    const [named, pinned] = [witnessKey(1), witnessKey(2)];
    const key = keys.participant(participantId('OtherMSP')).text;
    const forged: Divergence = { key, effective: '{"by":"rules"}', standing: '{"by":"forger"}' };

    /** A space that names one witness, and what a forger left. */
    async function forgedState(divergence: Divergence): Promise<FakeStub> {
      const stub = new FakeStub('RegulatorMSP', officer);
      const witnesses = [{ organisation: 'RegulatorMSP', key: named.key }];
      const founding = { ...constitution(), restoration: { witnesses, needed: 1 } };
      await invoke(stub, 'space:Constitute', encode(founding));
      if (divergence.standing !== null) stub.state.set(divergence.key, Buffer.from(divergence.standing));
      stub.puts.length = 0;
      stub.event = undefined;
      return stub;
    }

    async function run(stub: FakeStub, request: object, council?: Council): Promise<string> {
      const Records = contracts(NEWEST, undefined, council).find(
        (Class) => new Class().getName() === 'records',
      )!;
      const { Restore } = new Records() as unknown as Record<
        string,
        (c: object, p: string) => Promise<string>
      >;
      return Restore!({ stub }, argumentOf(request));
    }

    it('puts what the rules wrote, verbatim, and says so', async () => {
      const stub = await forgedState(forged);
      expect(await run(stub, restoring(forged, [named]))).to.equal(encode({ key }));
      expect(stub.puts).to.deep.equal([[key, forged.effective]]);
      expect(stub.event).to.deep.equal(['tallystick', encode([{ name: 'record.restored', key }])]);
    });

    it('deletes what the rules never wrote, bytes that are no text too', async () => {
      const invented = { ...forged, effective: null, standing: Uint8Array.of(0xff) };
      const stub = await forgedState(invented);
      await run(stub, restoring(invented, [named]));
      expect([stub.puts, stub.deleted]).to.deep.equal([[], [key]]);
      expect(stub.state.has(key)).to.equal(false);
    });

    it('takes pinned witnesses alone, so that a forged space can be restored as well', async () => {
      const council: Council = { needed: 1, keys: [pinned.key] };
      const space = keys.space().text;
      for (const standing of ['{"restoration":{}}', 'no JSON', Uint8Array.of(0xff), null]) {
        const replaced = { key: space, effective: '{"by":"rules"}', standing };
        const stub = await forgedState(replaced);
        if (standing === null) stub.state.delete(space);
        const request = restoring(replaced, [pinned]);
        expect(await refusalOf(run(stub, request))).to.equal('WITNESSES_MISSING');
        await run(stub, request, council);
        expect(stub.puts).to.deep.equal([[space, replaced.effective]]);
      }
    });

    it('writes nothing when it is refused', async () => {
      const stub = await forgedState(forged);
      expect(await refusalOf(run(stub, restoring(forged, [pinned])))).to.equal('WITNESSES_MISSING');
      stub.state.set(key, Buffer.from(forged.effective!));
      expect(await refusalOf(run(stub, restoring(forged, [named])))).to.equal('NOT_DIVERGENT');
      expect([stub.puts, stub.deleted, stub.event]).to.deep.equal([[], [], undefined]);
    });
  });

  it('refuses a transaction nobody described', async () => {
    expect(await refusalOf(invoke(new FakeStub('RegulatorMSP', officer), 'space:Dissolve', '{}'))).to.equal(
      'UNKNOWN_TRANSACTION',
    );
  });

  it('refuses a certificate without the role, and one that is none', async () => {
    const request = encode(constitution());
    expect(
      await refusalOf(invoke(new FakeStub('RegulatorMSP', connector), 'space:Constitute', request)),
    ).to.equal('NOT_AUTHORISED');
    expect(
      await refusalOf(invoke(new FakeStub('RegulatorMSP', 'no PEM'), 'space:Constitute', request)),
    ).to.equal('NOT_AUTHORISED');
  });

  it('reads the caller from the certificate as OpenSSL does', async () => {
    const caller = callerFrom({ mspId: 'RegulatorMSP', certificate: officer }, START);
    const spki = new X509Certificate(officer).publicKey.export({ type: 'spki', format: 'der' });
    expect(caller).to.deep.equal({
      participant: participantId('RegulatorMSP'),
      mspId: 'RegulatorMSP',
      unit: '',
      keyDigest: `sha256:${createHash('sha256').update(spki).digest('hex')}`,
      role: 'officer',
      time: START,
    });
    expect(callerFrom({ mspId: 'RegulatorMSP', certificate: connector }, START).role).to.equal(undefined);
    const roleOf = async (user: string) =>
      callerFrom({ mspId: 'RegulatorMSP', certificate: await certificateOf(user) }, START).role;
    expect(await roleOf('witness')).to.equal('witness');
    expect(await roleOf('stranger'), 'a role nobody knows').to.equal(undefined);
    expect(() =>
      callerFrom({ mspId: 'RegulatorMSP', certificate: `${officer}${connector}` }, START),
    ).to.throw(CreatorError);
    const [first = ''] = officer.split('\n', 1);
    // Whoever may submit chooses these bytes: a reader that goes back over them would keep every endorser busy.
    const blank = `${first}${' '.repeat(60_000)}?\n-----END CERTIFICATE-----\n`;
    const before = process.cpuUsage();
    for (const certificate of [blank, ` ${officer}`, `${first}-----END CERTIFICATE-----`, first.repeat(4000)])
      expect(() => callerFrom({ mspId: 'RegulatorMSP', certificate }, START)).to.throw(CreatorError);
    expect(process.cpuUsage(before).user, 'microseconds').to.be.lessThan(3_000_000);
  });
});
