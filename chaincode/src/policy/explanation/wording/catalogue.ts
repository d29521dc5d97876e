import type { DenialCode } from '../../../model/index.js';
import { CHINESE } from './zh/index.js';
import { ENGLISH } from './en/index.js';
import type { Language } from './language.js';
import type { Catalogue } from './texts.js';

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en: ENGLISH, zh: CHINESE };

export const catalogueOf = (language: Language): Catalogue => CATALOGUES[language];

/** Why a use was denied, in one sentence. */
export const denialReason = (code: DenialCode, language: Language): string =>
  catalogueOf(language).denials[code].reason;
