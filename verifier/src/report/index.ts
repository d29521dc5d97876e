export {
  catalogueOf,
  LANGUAGES,
  type Catalogue,
  type Clause,
  type Language,
  type StepText,
} from './catalogue.js';
export { LANGUAGE_TAGS, renderReport, renderVerdict, type ReportOptions } from './html.js';
export { renderJson } from './json.js';
export { STYLE } from './style.js';
export { renderText, type TextOptions } from './text.js';
export { visible } from '@tallystick/chaincode/policy';
export { sentenceOf } from './sentence.js';
