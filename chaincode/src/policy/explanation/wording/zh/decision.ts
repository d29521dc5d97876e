import type { Bearing, DecisionPhrases, Dueness, RuleMode } from '../phrases.js';

const MODES: Readonly<Record<RuleMode, string>> = { Permission: '许可', Prohibition: '禁止', Duty: '义务' };
const BEARINGS: Readonly<Record<Bearing, string>> = {
  carries: '许可本次使用',
  applies: '适用于本次使用',
  doubtful: '不能排除其适用于本次使用',
  lacksDuty: '适用于本次使用，但其项下有义务未处于应有状态',
  idle: '不适用于本次使用',
};

/** How what was asked stands to what the rule is about. */
function relation(isMet: boolean, asked: string, wanted: string): string {
  if (isMet && asked === wanted) return '，与规则一致';
  return `${isMet ? '，属于规则所针对的' : '；规则针对的是'}${wanted}`;
}

const premise =
  (label: string, silence: string) =>
  (isMet: boolean, asked: string | undefined, wanted: string): string =>
    asked === undefined
      ? `规则针对${wanted}；${silence}`
      : `${label}为${asked}${relation(isMet, asked, wanted)}`;

const DUENESS: Readonly<Record<Dueness, string>> = {
  due: '',
  notDue: '，且该义务尚未产生',
  doubtful: '，且该义务是否产生无法判断，故视为已产生',
};

export const CHINESE_DECISION: DecisionPhrases = {
  allowed: (rules) => `准许：使用策略的${rules}许可本次使用，且没有优先于该许可的禁止。`,
  denied: (code, reason) => `拒绝（${code}）：${reason}`,
  rule: (number) => `规则 ${number} `,
  asked: '请求内容：',
  askedAction: (action) => `行为：${action}。`,
  askedParty: (party) => `请求方：${party ?? '未载明'}。`,
  askedData: (data) => `数据：${data ?? '未载明'}。`,
  decidedAt: (instant) => `判断所依据的时间：${instant}。`,
  notJudged: '未对使用策略作出判断：决定在此之前已经作出。',
  bears: (number, mode, bearing, act) => `规则 ${number}（${MODES[mode]}，${act}）：${BEARINGS[bearing]}。`,
  noPremise: '该规则没有条件。',
  met: (isMet, statement) => `${isMet ? '符合' : '不符合'}：${statement}`,
  known: (values, sources) => `已知：${values}，取自${sources}。`,
  nothingKnown: '对此没有已知的值。',
  fromRequest: '请求或者交易本身',
  target: premise('所请求的数据', '请求未载明数据'),
  party: premise('请求方', '请求未载明请求方'),
  action: (isMet, asked, wanted) => `所请求的行为为“${asked}”${relation(isMet, `“${asked}”`, `“${wanted}”`)}`,
  needed: {
    Target: (wanted) => `所请求的数据为${wanted}或者属于其范围`,
    Party: (wanted) => `请求方为${wanted}或者属于其范围`,
    Action: (wanted) => `所请求的行为属于“${wanted}”`,
  },
  neededConditions: {
    Target: '所请求的数据符合下列条件',
    Party: '请求方符合下列条件',
  },
  dutyState: (act, dueness, performance, deontic) =>
    `${act}：${performance}${DUENESS[dueness]}；${deontic}。`,
  recordedIn: (source) => `记录于 ${source}。`,
  remains: (number) => `义务 ${number} 尚待履行。`,
  decided: '决定的依据：',
  whatChanges: '须有何种改变：',
  failsAt: (number, statement, hasParts) =>
    `规则 ${number} 的下列条件不符合：${statement}${hasParts ? '：' : '。'}`,
  wouldPermit: (number) => `下列各项亦符合的，规则 ${number} 将许可本次使用：`,
  forbids: (number, isDoubtful) =>
    isDoubtful
      ? `规则 ${number} 可能禁止本次使用：其不符合之处为未知事项，或者仅涉及所请求内容的一部分。`
      : `规则 ${number} 禁止本次使用。`,
  perform: (number, act) => `义务 ${number} 应当得到履行：${act}。`,
  noPermission: '使用策略没有任何许可，未经许可的使用一律拒绝。',
  facts: '决定所查阅的账本键，以及当时其值的 SHA-256 摘要：',
  noFacts: '决定未记录任何账本键。',
  fact: (key, digest) => `${key}：${digest ?? '当时无值'}`,
};
