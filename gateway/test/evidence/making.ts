import {
  checkInclusion,
  checkWrite,
  decode,
  digestOf,
  digestOfHash,
  encode,
  evidenceFile,
  hashOfDigest,
  leafHash,
  mapHeader,
  ProvenMap,
  BytesReader,
  type Bytes,
  type EvidenceFile,
  type EvidenceSubject,
  type RecordEntry,
} from '@tallystick/chaincode/model';
import { KNOWN_RULES } from '@tallystick/chaincode/rules';
import { webcrypto } from 'node:crypto';
import { hexToBytes } from '@noble/hashes/utils.js';
import { expect } from 'chai';
import { trustIn } from '../../../test/evidence/collecting.js';
import type { SpaceWorld } from '../../../test/evidence/space.js';
import { verify } from '../../../verifier/src/verify.js';
import { ConfigChain } from '../../src/features/channel/config-chain.js';
import { newEvidence, type EvidenceParts } from '../../src/features/evidence/evidence.js';
import type { Evidence } from '../../src/features/evidence/port.js';
import { headerHash } from '@tallystick/network/wire';
import type { FollowedProjection } from '../../src/projection/port.js';
import { newProjection } from '../../src/projection/projection.js';
import { openStores, type AllStores } from '../state/stores.js';
import { enrolled, ToldCheckpoints, ToldPeer } from './told-ledger.js';

/** A gateway of SteelMSP in a world, with what it stands on. */
export interface Office {
  readonly evidence: Evidence;
  readonly checkpoints: ToldCheckpoints;
  readonly peer: ToldPeer;
  readonly state: AllStores;
  readonly projection: FollowedProjection;
  /** Resolves when everything is folded that is on the ledger. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

export const SALT = '5a'.repeat(32);
export const PLAIN = { isFull: false, isOpened: false } as const;
export const FULL = { isFull: true, isOpened: false } as const;

export async function openOffice(world: SpaceWorld, changes: Partial<EvidenceParts> = {}): Promise<Office> {
  const state = await openStores(':memory:');
  const peer = new ToldPeer(world);
  const projection = newProjection({
    file: ':memory:',
    ledger: peer,
    channel: world.ledger.channel,
    chaincode: 'tallystick',
  });
  projection.start();
  const caughtUp = async (): Promise<void> => projection.reached(await peer.height());
  await caughtUp();
  const [regulator, steel] = ['RegulatorMSP', 'SteelMSP'].map((mspId) => world.people.get(mspId)!.people);
  const checkpoints = new ToldCheckpoints(projection, [steel!.witness, regulator!.witness]);
  const evidence = newEvidence({
    source: peer,
    projection,
    checkpoints,
    configuration: new ConfigChain(peer, state.configuration),
    archive: state.evidence,
    openings: state.openings,
    channel: world.ledger.channel,
    chaincode: 'tallystick',
    operator: enrolled('operator', steel!.operator, world.now),
    witness: enrolled('witness', steel!.witness, world.now),
    rules: [...KNOWN_RULES],
    saltOf: () => Promise.resolve(SALT),
    now: () => world.now,
    ...changes,
  });
  const close = async (): Promise<void> => {
    await projection.close();
    await state.close();
  };
  return { evidence, checkpoints, peer, state, projection, caughtUp, close };
}

/** What a reader says of a file who believes the witnesses of the space, two at least. */
export const outcomeOf = async (world: SpaceWorld, file: EvidenceFile): Promise<string> => {
  const evidence = new TextEncoder().encode(encode(file));
  const { outcome, steps } = await verify({ evidence, trust: trustIn(world) }, webcrypto.subtle);
  const open = steps.filter(({ result }) => result === 'fail').map(({ code, reason }) => `${code} ${reason}`);
  return [outcome, ...open].join(' ');
};

/** The file of a subject, after everything that it says of itself has been checked. */
export async function fileOf(
  { evidence }: Pick<Office, 'evidence'>,
  subject: EvidenceSubject,
  options: Parameters<Evidence['file']>[1] = PLAIN,
): Promise<EvidenceFile> {
  const text = await evidence.file(subject, options);
  const file = evidenceFile.parse(decode(text));
  expect(encode(file)).to.equal(text);
  checkCustody(file);
  if (file.profile === 'compact') checkProofs(file);
  return file;
}

function checkCustody({ custody, ...body }: EvidenceFile): void {
  expect(custody.map(({ event, digest }) => [event, digest])).to.deep.equal([
    ['EXPORTED', digestOf(encode(body))],
  ]);
}

/** Every proof in a compact file, by the functions of the model. */
function checkProofs(file: EvidenceFile): void {
  const { body } = file.checkpoint!;
  const reader = new BytesReader(file.shared);
  const read = (pieces: Bytes): Uint8Array => reader.read(pieces);
  const head = { ...mapHeader(file.head!, read), number: BigInt(file.head!.number) };
  expect(digestOfHash(headerHash(head))).to.equal(body.block);
  expect(Number(file.head!.number)).to.equal(body.height);
  for (const { leaf, position, path, envelope, writes } of file.transactions) {
    expect(digestOf(read(envelope))).to.equal(leaf.envelope);
    const siblings = path.map((hash) => hexToBytes(hash));
    checkInclusion(leafHash(leaf), position, body.size, siblings, hashOfDigest(body.log));
    for (const { text, opening } of writes) checkWrite(opening, digestOf(text), leaf.writes);
  }
  expect(file.transactions.map(({ position }) => position)).to.deep.equal(
    file.transactions.map(({ position }) => position).sort((a, b) => a - b),
  );
  checkNewest(file);
}

function checkNewest({ checkpoint, states, subject, transactions }: EvidenceFile): void {
  const map = ProvenMap.read(states!.proof);
  expect(digestOfHash(map.root)).to.equal(checkpoint!.body.map);
  const key = `${subject.kind}/${subject.id}`;
  const entry = map.get('record', key) as RecordEntry;
  map.get('note', key);
  const writer = transactions.find(({ position }) => position === entry.leaf)!;
  const written = writer.writes.find(({ opening }) => opening.key === key)!;
  expect(digestOf(written.text)).to.equal(entry.text);
}

/** Names of the calls in a file, in order. */
export const callsIn = (world: SpaceWorld, { transactions }: EvidenceFile): readonly string[] =>
  transactions.map(
    ({ leaf }) => world.ledger.transactions.find(({ txId }) => txId === leaf.txId)?.function ?? leaf.txId,
  );
