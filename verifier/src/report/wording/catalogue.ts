import { CHINESE } from './zh/index.js';
import { ENGLISH } from './en/index.js';
import type { Catalogue, Language } from './texts.js';

export { LANGUAGES, type Catalogue, type Language } from './texts.js';

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en: ENGLISH, zh: CHINESE };

export const catalogueOf = (language: Language): Catalogue => CATALOGUES[language];
