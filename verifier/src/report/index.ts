export { catalogueOf, LANGUAGES, type Language } from './wording/catalogue.js';
export { renderReport, renderVerdict } from './html.js';
export { renderJson } from './json.js';
export { STYLE } from './style.js';
export { renderText } from './text.js';
export { visible } from '@tallystick/chaincode/policy';
export { sentenceOf } from './sentence.js';
