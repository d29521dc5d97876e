import { CHINESE_ACTIONS, CHINESE_OBJECTS } from './actions.js';
import { CHINESE_COMPARISON } from './comparison.js';
import { CHINESE_DECISION } from './decision.js';
import { CHINESE_DENIALS } from './denials.js';
import {
  CHINESE_COMPARISONS,
  CHINESE_DUTY_OPERANDS,
  CHINESE_FUNCTIONS,
  CHINESE_LISTS,
  CHINESE_OPERANDS,
} from './operands.js';
import { CHINESE_PHRASES } from './phrases.js';
import type { Catalogue } from '../texts.js';

/** The texts in Chinese, in the words of statutes and of national standards where they have one. */
export const CHINESE: Catalogue = {
  language: 'zh',
  actions: CHINESE_ACTIONS,
  objects: CHINESE_OBJECTS,
  operands: CHINESE_OPERANDS,
  dutyOperands: CHINESE_DUTY_OPERANDS,
  unknownOperand: (name) => `${name}的值`,
  comparisons: CHINESE_COMPARISONS,
  lists: CHINESE_LISTS,
  logical: {
    and: '符合下列各项条件',
    or: '符合下列至少一项条件',
    xone: '符合且仅符合下列一项条件',
    andSequence: '依次符合下列各项条件',
  },
  values: {
    policyUsage: '使用',
    encrypted: '加密',
    anonymized: '匿名化',
    'personal-data': '个人信息',
  },
  eventStates: {
    'tallystick:before': '{}尚未开始',
    'tallystick:during': '{}已经开始且尚未结束',
    'tallystick:after': '{}已经结束',
  },
  functions: CHINESE_FUNCTIONS,
  policyTypes: { Set: '使用策略（规则集）', Offer: '要约', Agreement: '协议', Request: '请求' },
  conflicts: {
    perm: '许可与禁止同时适用的，以许可为准。',
    prohibit: '许可与禁止同时适用的，以禁止为准。',
    invalid: '许可与禁止同时适用的，使用策略无效，不许可任何行为。',
  },
  dutyKinds: {
    RECEIPT: '账本上的使用凭证即为其履行。',
    TRANSFORMATION: '所使用的数据版本应当已按此方式制成。',
    CONSENT: '仅在足够数量的各方已同意且未撤回期间准许使用。',
    BEFORE: '应当在准许使用之前履行。',
    AFTER: '账本将其记为义务，可在其后履行。',
    ONWARD: '约束在本使用授权之下作出的每一项授权。',
  },
  enforcements: {
    TECHNICAL: '技术保障：未满足的，账本予以拒绝，不提供密钥。',
    ATTESTED: '证明保障：由已获认证的组件以其登记的密钥作出证明。',
    DETECTIVE: '事后发现：违反义务的情形记录于账本。',
  },
  performances: {
    Performed: '已经履行',
    Unperformed: '尚未履行',
    Unknown: '是否履行尚不可知',
  },
  deontics: {
    Fulfilled: '该义务已满足',
    Violated: '该义务被违反',
    NonSet: '该义务既未满足亦未被违反',
  },
  denials: CHINESE_DENIALS,
  phrases: CHINESE_PHRASES,
  decision: CHINESE_DECISION,
  comparison: CHINESE_COMPARISON,
};
