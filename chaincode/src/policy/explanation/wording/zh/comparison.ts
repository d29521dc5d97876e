import type { ComparisonPhrases, RuleMode } from '../phrases.js';

const MODES: Readonly<Record<RuleMode, string>> = { Permission: '许可', Prohibition: '禁止', Duty: '义务' };

export const CHINESE_COMPARISON: ComparisonPhrases = {
  identical: '两份使用策略相同。',
  direction: {
    same: '许可范围没有差别',
    narrower: '变窄：所许可的，此前均已许可',
    wider: '变宽：此前许可的，现在均仍许可',
    undetermined: '不能证明变窄或者变宽',
  },
  overall: {
    same: '整体上，新策略与原策略的许可范围相同。',
    narrower: '整体上，新策略变窄：其所许可的，原策略均已许可。',
    wider: '整体上，新策略变宽：原策略所许可的，其均仍许可。',
    undetermined: '不能证明新策略整体上较原策略变窄或者变宽。',
  },
  beyond: '新策略超出原策略之处，或者不能证明未超出之处：',
  beyondIn: {
    '/conflict': '许可优先于禁止，此前并非如此。',
    '/permission': '使用次数未限于原策略所允许的次数。',
    '/prohibition': '原策略的一项禁止未完整保留。',
    '/obligation': '原策略的一项义务未完整保留。',
  },
  beyondRule: (number) => `新策略的规则 ${number}。`,
  added: (what) => `增加：${what}`,
  removed: (what) => `删除：${what}`,
  changedRule: (mode, before, after, direction) =>
    `变更：${MODES[mode]}，原规则 ${before}，现规则 ${after}（${direction}）。`,
  addedRule: (number, direction) => `增加，现规则 ${number}（${direction}）：`,
  removedRule: (number, direction) => `删除，原规则 ${number}（${direction}）：`,
  changed: (label, before, after) => `变更，${label}。原：${before}；现：${after}。`,
  within: (label, sentence) => `变更，${label}：${sentence}`,
  moved: '各规则及其条件相同，仅次序或者名称不同。',
  unstated: '未载明',
  labels: {
    type: '使用策略的类型',
    uid: '标识',
    profile: '规范（profile）',
    conflict: '许可与禁止相冲突时',
    action: '行为',
    target: '数据',
    assigner: '授予或者要求的一方',
    assignee: '适用的一方',
    constraint: '条件',
    duty: '义务',
    consequence: '后果',
    remedy: '补救',
  },
};
