import type { CalendarTime, DurationUnit, Span } from '../lexical.js';
import type { RuleMode, Origin, Phrases } from '../phrases.js';

const listed =
  (word: string) =>
  (items: readonly string[]): string =>
    items.length < 2 ? items.join('') : `${items.slice(0, -1).join('、')}${word}${items.at(-1) ?? ''}`;

function calendarTime({ year, month, day, clock, zone }: CalendarTime): string {
  const date = `${year}年${String(month)}月${day}日`;
  const name = zone === undefined ? '' : `（${zone === 'Z' ? '协调世界时' : `UTC${zone}`}）`;
  return `${date}${clock ?? ''}${name}`;
}

const UNITS: Readonly<Record<DurationUnit, string>> = {
  year: '年',
  month: '个月',
  day: '天',
  hour: '小时',
  minute: '分钟',
  second: '秒',
};

const span = ({ isNegative, parts }: Span): string =>
  (isNegative ? '负' : '') + parts.map(([amount, unit]) => `${amount}${UNITS[unit]}`).join('');

const MODES: Readonly<Record<RuleMode, string>> = { Permission: '可以', Prohibition: '不得', Duty: '应当' };

const ORIGINS: Readonly<Record<Origin, string>> = {
  use: '准许使用',
  acceptance: '接受使用授权',
  breach: '违反义务',
};

export const CHINESE_PHRASES: Phrases = {
  and: listed('和'),
  or: listed('或者'),
  calendarTime,
  span,
  runsFrom: (instant) => `自${instant}起算`,
  withUnit: (value, unit) => `${value}（单位：${unit}）`,
  percent: (value) => `百分之${value}`,
  statement: (subject, predicate) => `${subject}${predicate}`,
  sentence: (statement) => `${statement}。`,
  introduction: (statement) => `${statement}：`,
  paragraph: (sentences) => sentences.join(''),
  item: (number, statement, hasParts) => `（${String(number)}）${statement}${hasParts ? '：' : '。'}`,

  unknownAction: (action, object) => `对${object}进行${action}`,
  anyAction: '对{}进行任何行为',
  theData: '数据',
  anyData: '符合下列条件的数据',
  membersOf: (collection) => `${collection}的任一成员`,
  party: (name) => `参与方${name}`,
  anyParty: '符合下列条件的参与方',

  rule: (mode, who, act) => `${who ?? ''}${MODES[mode]}${act}`,
  provided: (statement, condition) => `${condition}的，${statement}`,
  providedAll: (statement) => `同时符合下列各项条件的，${statement}`,
  manner: (mode) => (mode === 'Duty' ? '应当按下列方式履行：' : '该行为仅指以下列方式进行的行为：'),
  conditionsOfData: '数据应当符合的条件：',
  conditionsOfParty: '参与方应当符合的条件：',
  named: (label, value) => `${label}：${value}。`,
  numbered: (number, sentence) => `${number}. ${sentence}`,
  dutyNumbered: (number, sentence) => `义务 ${number}：${sentence}`,
  otherwise: (number) => `义务 ${number} 未履行的：`,
  whenInfringed: '违反本项禁止的：',
  dueAt: (instant) => `履行期限：${instant}。`,
  dueAfter: (time, origin) => `履行期限：自${ORIGINS[origin]}之时起${time}之内。`,
  recurs: (time) => `应当在每${time}的期间内各履行一次。`,
  consentOf: (needed, parties) => `下列各方中至少 ${String(needed)} 方的同意：${parties}。`,

  policyTitle: (type, uid) => (uid === undefined ? type : `${type} ${uid}`),
  profiles: (list) => `规范（profile）：${list}。`,
  closedWorld: '没有规则许可的，一律拒绝。',
  containment: '名称涵盖其下的全部内容：“CN”涵盖“CN-31”，“maintenance”涵盖“maintenance.predictive”。',
};
