import type { Catalogue } from '../texts.js';

export const CHINESE_DENIALS: Catalogue['denials'] = {
  SPACE_PAUSED: {
    reason: '数据空间当时处于暂停状态。',
    change: '数据空间应当由监督方恢复运行，之后可以重新请求使用。',
  },
  CONSUMER_NOT_ACTIVE: {
    reason: '使用方当时不是有效参与方。',
    change: '使用方应当恢复为有效参与方。',
  },
  CONSUMER_NOT_CERTIFIED: {
    reason: '使用方未取得认证，或者认证已经到期。',
    change: '使用方应当取得认证，且认证在有效期内。',
  },
  PROVIDER_NOT_ACTIVE: {
    reason: '提供方当时不是有效参与方。',
    change: '提供方应当恢复为有效参与方。',
  },
  PROVIDER_NOT_CERTIFIED: {
    reason: '提供方未取得认证，或者认证已经到期。',
    change: '提供方应当取得认证，且认证在有效期内。',
  },
  CONSUMER_COMPONENT: {
    reason: '使用方的组件已被暂停、撤销或者到期，或者请求并非由其签名。',
    change: '请求应当由使用方的组件签名，该组件应当已获认证、未到期，并达到所要求的安全等级和评估保证级别。',
  },
  KEY_COMPROMISED: {
    reason: '签署该请求的密钥已被声明泄露。',
    change: '使用方应当用只有自己持有的密钥重新签署请求。',
  },
  PROVIDER_COMPONENT: {
    reason: '提供方的组件已被暂停、撤销或者到期。',
    change: '答复应当由提供方的组件签名，该组件应当已获认证且未到期。',
  },
  CLAIM_NOT_IN_FORCE: {
    reason: '使用授权所依据的权利主张当时无效。',
    change: '该权利主张应当恢复有效，或者使用授权应当改为依据其他权利主张。',
  },
  RIGHT_NOT_COVERED: {
    reason: '所授予的权利不包括该行为。',
    change: '使用授权应当包含涵盖该行为的权利，或者改为请求其他行为。',
  },
  HOLD: {
    reason: '当时存在禁止使用的限制措施。',
    change: '该限制措施应当由作出该措施的机关解除。',
  },
  GRANT_NOT_ACTIVE: {
    reason: '使用授权或者其上级授权当时无效。',
    change: '使用授权及其各上级授权均应当有效。',
  },
  GRANT_TERM: {
    reason: '使用时间不在使用授权或者其上级授权的期限之内。',
    change: '使用应当在使用授权及其各上级授权的期限之内。',
  },
  CLASSIFICATION: {
    reason: '数据的分类分级不允许以该方式交付。',
    change: '数据的分类分级应当允许该交付方式，或者改用其他交付方式。',
  },
  EFFORT: {
    reason: '按策略及全部陈述判断该使用所需的步骤超过一次答复的上限。',
    change: '应当在请求中列出更少或更短的陈述，或者由各方商定条件更少的策略。',
  },
  ACTION: {
    reason: '没有许可涵盖该行为。',
    change: '应当有许可涵盖该行为，或者改为请求已许可的行为。',
  },
  PURPOSE: {
    reason: '没有许可涵盖该使用目的。',
    change: '应当以许可所载的目的提出请求，或者使用策略应当载明该目的。',
  },
  TIME_WINDOW: {
    reason: '没有许可涵盖该时间。',
    change: '使用应当在许可所载的时间之内。',
  },
  TERRITORY: {
    reason: '没有许可涵盖该地域。',
    change: '数据应当在许可所载的地点处理。',
  },
  RECIPIENT: {
    reason: '没有许可涵盖该接收方。',
    change: '应当由许可所载的接收方请求使用。',
  },
  COMPONENT_PROFILE: {
    reason: '组件的安全等级或者评估保证级别低于使用策略的要求。',
    change: '应当由符合使用策略要求的组件或者应用程序请求使用。',
  },
  CONSTRAINT: {
    reason: '没有许可的其他条件全部得到满足。',
    change: '下列条件应当得到满足；其值未知的，应当由已获认证的组件作出证明。',
  },
  TARGET: {
    reason: '没有许可涵盖该数据。',
    change: '应当有许可涵盖处于现有形态和分类分级的该数据。',
  },
  CONSENT: {
    reason: '使用策略要求取得其同意的各方中，已同意者数量不足。',
    change: '使用策略所载的各方应当按其要求的数量作出同意。',
  },
  DUTY: {
    reason: '应当先行履行的义务尚未履行。',
    change: '该义务应当得到履行，并由使用策略所载的一方证明已经履行。',
  },
  BREACH: {
    reason: '该使用授权项下有已记录的违反义务情形尚未补救。',
    change: '被认定未履行的义务应当得到补救，且补救应当得到证明。',
  },
  CONFLICT: {
    reason: '使用策略中的一项许可与一项禁止同时适用，使用策略因此无效。',
    change: '各方应当约定许可与禁止就该使用不相冲突的使用策略。',
  },
  PROHIBITED: {
    reason: '该使用为一项禁止所涵盖。',
    change: '该项禁止应当不适用：其条件应当均已知且并非全部满足，或者各方另行约定使用策略。',
  },
  QUOTA: {
    reason: '使用授权所允许的使用次数已经用尽。',
    change: '各方应当约定含更多使用次数的使用授权。',
  },
};
