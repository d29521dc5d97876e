import type { Language } from '../src/report/index.js';
import type { IntakeCode } from '../src/intake/index.js';
import type { ProblemCode } from './task.js';

/** Problems that only the page has; why a file was not taken in stands in the report's catalogue. */
export type OwnProblem = Exclude<ProblemCode, IntakeCode>;

/** What the page itself says; everything about a verdict is in the report's catalogue. */
export interface Texts {
  readonly title: string;
  readonly lede: string;
  readonly files: string;
  readonly drop: string;
  readonly choose: string;
  readonly change: string;
  readonly unchosen: string;
  readonly evidence: string;
  readonly evidenceHint: string;
  readonly trust: string;
  readonly trustHint: string;
  readonly payload: string;
  readonly payloadHint: string;
  readonly print: string;
  readonly colophon: string;
  readonly own: string;
  readonly ownNote: string;
  readonly statementsTitle: string;
  readonly statements: string;
  readonly signer: string;
  readonly page: string;
  readonly confirm: string;
  readonly confirming: string;
  readonly waiting: Readonly<Record<'both' | 'evidence' | 'trust', string>>;
  readonly running: string;
  readonly show: string;
  readonly filters: Readonly<Record<'all' | 'fail' | 'not-evaluated', string>>;
  readonly problemTitle: string;
  readonly problems: Readonly<Record<OwnProblem, string>>;
}

const en: Texts = {
  title: 'Tallystick verifier',
  lede: 'Checks a usage receipt of an industrial data space from its bytes alone. Nothing leaves this computer: the page has no network access and remembers nothing.',
  files: 'Files',
  drop: 'Choose the files below, or drop them anywhere on this page. Verification starts as soon as evidence and trust file are there.',
  choose: 'Choose file',
  change: 'Change file',
  unchosen: 'No file chosen',
  evidence: 'Evidence',
  evidenceHint: 'The .json or .json.gz file that a party handed over. At most 50 MB.',
  trust: 'Trust file',
  trustHint:
    'What you believe beforehand. Obtain it from sources outside the evidence; or drop the printed statements of at least two organisations here.',
  payload: 'Payload (optional)',
  payloadHint: 'The data itself in plaintext, of any size, to be compared with its commitment.',
  print: 'Print or save as PDF',
  colophon:
    'The check is the same program as the command line tool tallystick-verify. A verdict says what the bytes prove under the trust file, and nothing beyond; read the list of what is not proven.',
  own: 'SHA-256 of this page, as this browser has it:',
  ownNote:
    'Is this page genuine? A forged one shows whatever it likes here. Compare the digest of its file by another tool (sha256sum on Linux, shasum -a 256 on macOS, certutil -hashfile FILE SHA256 on Windows) with the line “verifier page” in the printed statements of several organisations. That shows that you have the page that they have, not that the page is right.',
  statementsTitle: 'Statements of organisations',
  statements:
    'The statements agree, and each is signed under its own certificate. That does not show whose the certificate is: confirm each fingerprint with the organisation itself, by telephone, letter or at its counter, never through whoever handed over the evidence. All of these organisations become witnesses that are asked for.',
  signer: 'Certificate that signed:',
  page: 'Verifier page:',
  confirm: 'I have confirmed these fingerprints: believe these organisations',
  confirming: 'Waiting for you to confirm the fingerprints.',
  waiting: {
    both: 'Waiting for the evidence and the trust file.',
    evidence: 'Waiting for the evidence.',
    trust: 'Waiting for the trust file.',
  },
  running: 'Verifying…',
  show: 'Show steps',
  filters: { all: 'all', fail: 'failed', 'not-evaluated': 'not evaluated' },
  problemTitle: 'No verdict',
  problems: {
    EVIDENCE_UNREADABLE: 'The evidence cannot be read: the file is gone, or may not be opened.',
    EVIDENCE_BROTLI:
      'The evidence is packed with brotli (.br), which this page does not unpack. Unpack it, or use tallystick-verify.',
    EVIDENCE_USES:
      'This is a completeness file, a list of uses, and not evidence of one. This page does not read it; use tallystick-verify.',
    TRUST_TOO_LARGE: 'The trust file is larger than 1 MB. It was refused.',
    TRUST_UNUSABLE: 'The trust file cannot be used, so nothing was verified.',
    STATEMENTS_UNUSABLE:
      'No trust file can be made of these statements. There have to be at least two, of different organisations, unchanged and in agreement.',
    PAYLOAD_UNREADABLE: 'The payload cannot be read: the file is gone, or may not be opened.',
    NO_CRYPTOGRAPHY:
      'This browser offers no Web Cryptography (crypto.subtle) to this page, so no signature can be checked here. Open the page from a local file in a current browser, or use tallystick-verify.',
    NO_WORKER:
      'This browser does not let the page run its check in the background. Open the page in another current browser, or use tallystick-verify.',
    MISTAKE:
      'The verifier itself failed. This says nothing about the evidence, neither for nor against it; please report it.',
  },
};

const zh: Texts = {
  title: 'Tallystick 校验器',
  lede: '仅凭文件字节校验工业数据空间的使用凭证。数据不会离开本机：本页无法访问网络，也不保存任何内容。',
  files: '文件',
  drop: '请在下方选择文件，或将文件拖放到本页任意位置。证据文件与信任文件齐备后立即开始校验。',
  choose: '选择文件',
  change: '更换文件',
  unchosen: '未选择文件',
  evidence: '证据文件',
  evidenceHint: '当事人提交的 .json 或 .json.gz 文件，最大 50 MB。',
  trust: '信任文件',
  trustHint: '您事先认可的内容，应从证据以外的来源取得；也可在此放入至少两个机构打印的声明。',
  payload: '数据原文（可选）',
  payloadHint: '数据明文，大小不限，用于与其承诺值比对。',
  print: '打印或存为 PDF',
  colophon:
    '本页与命令行工具 tallystick-verify 使用同一程序。结论仅说明在该信任文件下这些字节所能证明的内容，别无其他；请阅读“未证明事项”。',
  own: '本页的 SHA-256（以本浏览器所见为准）：',
  ownNote:
    '本页是否为真？伪造的页面可以在此显示任何内容。请用其他工具计算本页文件的摘要（Linux：sha256sum；macOS：shasum -a 256；Windows：certutil -hashfile 文件 SHA256），与多个机构所打印声明中“verifier page”一行比对。一致仅说明您的页面与其相同，不说明页面本身正确。',
  statementsTitle: '各机构的声明',
  statements:
    '各份声明一致，且均以其自身证书签名。这不说明证书属于何人：请以电话、信函或者当面方式向机构本身核实每一指纹，切勿通过提交证据的一方核实。这些机构均将作为所要求的见证机构。',
  signer: '签名所用证书：',
  page: '校验页面：',
  confirm: '我已核实上列指纹：认可这些机构',
  confirming: '等待您核实指纹。',
  waiting: {
    both: '等待证据文件和信任文件。',
    evidence: '等待证据文件。',
    trust: '等待信任文件。',
  },
  running: '正在校验……',
  show: '显示步骤',
  filters: { all: '全部', fail: '未通过', 'not-evaluated': '未评估' },
  problemTitle: '没有结论',
  problems: {
    EVIDENCE_UNREADABLE: '无法读取证据文件：文件已不存在，或无权打开。',
    EVIDENCE_BROTLI: '证据文件以 brotli（.br）压缩，本页不能解压。请先解压，或使用 tallystick-verify。',
    EVIDENCE_USES: '这是完整性文件（使用清单），不是某一事项的证据。本页不予读取，请使用 tallystick-verify。',
    TRUST_TOO_LARGE: '信任文件超过 1 MB，已拒绝读取。',
    TRUST_UNUSABLE: '信任文件无法使用，因此未作任何校验。',
    STATEMENTS_UNUSABLE: '不能由这些声明制成信任文件。声明至少应有两份，出自不同机构，未经改动且相互一致。',
    PAYLOAD_UNREADABLE: '无法读取数据原文：文件已不存在，或无权打开。',
    NO_CRYPTOGRAPHY:
      '此浏览器未向本页提供 Web 密码学接口（crypto.subtle），无法核验签名。请用较新的浏览器从本地文件打开本页，或使用 tallystick-verify。',
    NO_WORKER: '此浏览器不允许本页在后台运行校验。请改用其他较新的浏览器，或使用 tallystick-verify。',
    MISTAKE: '校验器自身出错。这不说明证据的真伪，请报告此问题。',
  },
};

export const TEXTS: Readonly<Record<Language, Texts>> = { en, zh };
