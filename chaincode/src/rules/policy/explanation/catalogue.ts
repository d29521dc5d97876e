import { CHINESE } from './chinese.js';
import { ENGLISH } from './english.js';
import type { Language } from './language.js';
import type { Catalogue } from './texts.js';

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en: ENGLISH, zh: CHINESE };

export const catalogueOf = (language: Language): Catalogue => CATALOGUES[language];
