import {
  decode,
  digestOf,
  digestOfHash,
  encode,
  headsOfRange,
  keys,
  listKey,
  ProvenMap,
  usesFile,
} from '@tallystick/chaincode/model';
import type { Id, ListHead, RecordEntry, UsesEnd, UsesFile, UsesList } from '@tallystick/chaincode/model';
import { brotliCompressSync } from 'node:zlib';
import {
  acknowledging,
  answering,
  asking,
  buyerKey,
  granted,
  steelKey,
  type Granted,
} from '../../chaincode/test/rights.js';
import { openOffice } from '../../gateway/test/evidence/making.js';
import { settled, type Site } from '../../test/evidence/space.js';
import { median, milliseconds, rounded, type Measurement } from './figures.js';

const USES = 10_000;
const LIST = 50;
const RUNS = 3;
const SECONDS = 30;
const MEBIBYTE = 1024 * 1024;

type Setting = Granted & Site;
type Usage = Id<'usage'>;

/** Receipts of one grant, in lists: request, answer and acknowledgement. */
async function receipts(at: Setting): Promise<void> {
  const { world } = at;
  for (let made = 0; made < USES; made += LIST) {
    const asks = Array.from({ length: LIST }, () => asking(at));
    const asked = await world.run<readonly { readonly usageId: Usage }[]>(buyerKey, 'usage:Request', asks);
    const usages = asked.map(({ usageId }) => usageId);
    await world.run(
      steelKey,
      'usage:Answer',
      usages.map((usage) => answering(at, usage)),
    );
    await world.run(
      buyerKey,
      'usage:Acknowledge',
      usages.map((usage) => acknowledging(at, usage)),
    );
  }
}

const headIn = (end: UsesEnd, key: string): ListHead | undefined => {
  const map = ProvenMap.read(end.list);
  if (digestOfHash(map.root) !== end.checkpoint.body.map) throw new Error('another map');
  return map.get('list', key) as ListHead | undefined;
};

/** Every proof in a file, by the functions of the model: what any verifier has to do beside signatures, which do not grow with the list. */
function checked(text: string, list: UsesList): number {
  const file: UsesFile = usesFile.parse(decode(text));
  const { last } = headsOfRange(file.range);
  const claimed = headIn(file.to, listKey(list.kind, list.id));
  if (encode(last ?? null) !== encode(claimed ?? null)) throw new Error('the list is another');
  const members = ProvenMap.read(file.members.proof);
  if (digestOfHash(members.root) !== file.to.checkpoint.body.map) throw new Error('another map');
  for (const [index, usage] of file.range.usages.entries()) {
    const entry = members.get('record', keys.usage(usage as Usage).text) as RecordEntry;
    if (entry.text !== digestOf(file.members.texts[index] ?? '')) throw new Error(`${usage} is another`);
  }
  return file.range.usages.length;
}

const row = (what: string, milliseconds: number): Measurement['rows'][number] => ({
  what: `completeness file over ${USES} receipts, ${what}`,
  reach: `<= ${SECONDS} s`,
  measured: `${(milliseconds / 1000).toFixed(1)} s`,
  met: milliseconds <= SECONDS * 1000,
});

/** All uses of a grant, none left out: how long the file takes to make, and every proof in it to check. */
export async function measureCompleteness(): Promise<Measurement> {
  const site = await settled();
  const at = { ...(await granted(site)), world: site.world };
  await receipts(at);
  const office = await openOffice(at.world);
  try {
    const list: UsesList = { kind: 'grant', id: at.grantId };
    const making: number[] = [];
    const checking: number[] = [];
    let text = '';
    for (let run = 0; run < RUNS; run += 1) {
      making.push(await milliseconds(async () => (text = await office.evidence.provenUses({ list }))));
      checking.push(await milliseconds(() => Promise.resolve(checked(text, list))));
    }
    if (checked(text, list) !== USES) throw new Error('the file of the benchmark is not complete');
    const [make, verify] = [median(making), median(checking)];
    return {
      figures: {
        receipts: USES,
        makeMs: rounded(make, 0),
        verifyMs: rounded(verify, 0),
        mebibytes: rounded(text.length / MEBIBYTE),
        brotliMebibytes: rounded(brotliCompressSync(text).length / MEBIBYTE),
      },
      rows: [row('make', make), row('verify', verify)],
    };
  } finally {
    await office.close();
  }
}
