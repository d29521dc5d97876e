import { catalogueOf, renderVerdict, sentenceOf, type Language } from '../src/report/index.js';
import type { Verdict } from '../src/verdict.js';
import { addFilter } from './filter.js';
import { ROLES, type Slots } from './files.js';
import type { Problem } from './task.js';
import { TEXTS, type Texts } from './texts.js';

/** What the page shows. A value: changing the language shows the same state again. */
export type State =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'problem'; readonly problem: Problem }
  | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly milliseconds: number };

/** Texts that stand on the page as they are. */
type PlainText = { [K in keyof Texts]: Texts[K] extends string ? K : never }[keyof Texts];

/** Puts a state on the page. Everything that comes from a file is text; the one HTML string is the report's, which escapes. */
export class View {
  readonly #document: Document;
  readonly #slots: Slots;
  #language: Language;
  #state: State = { kind: 'waiting' };

  constructor(document: Document, slots: Slots, language: Language) {
    this.#document = document;
    this.#slots = slots;
    this.#language = language;
  }

  speak(language: Language): void {
    this.#language = language;
    this.#document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
    this.#document.title = this.#texts.title;
    for (const element of this.#all('[data-text]')) {
      element.textContent = this.#texts[element.dataset['text'] as PlainText];
    }
    for (const button of this.#all('[data-language]')) {
      button.setAttribute('aria-pressed', String(button.dataset['language'] === language));
    }
    this.show(this.#state);
  }

  show(state: State): void {
    this.#state = state;
    this.#showFiles();
    this.#showProblem(state.kind === 'problem' ? state.problem : undefined);
    this.#showVerdict(state.kind === 'verdict' ? state : undefined);
    this.#document.documentElement.dataset['state'] = state.kind;
    this.#one('progress').hidden = state.kind !== 'running';
    this.#one('status').textContent = this.#statusOf(state);
  }

  get #texts(): Texts {
    return TEXTS[this.#language];
  }

  #statusOf(state: State): string {
    if (state.kind === 'running') return this.#texts.running;
    if (state.kind === 'waiting') return this.#texts.waiting[this.#missing()];
    if (state.kind === 'problem') return '';
    return sentenceOf(state.verdict, catalogueOf(this.#language));
  }

  #missing(): 'both' | 'evidence' | 'trust' {
    if (this.#slots.chosen('evidence') !== undefined) return 'trust';
    return this.#slots.chosen('trust') === undefined ? 'both' : 'evidence';
  }

  #showFiles(): void {
    for (const role of ROLES) {
      const file = this.#slots.chosen(role);
      const name = this.#one(`${role}-name`);
      name.textContent = file?.name ?? this.#texts.unchosen;
      name.toggleAttribute('data-empty', file === undefined);
      const choose = this.#document.querySelector(`label[for="${role}"] .choose`);
      if (choose !== null) choose.textContent = file ? this.#texts.change : this.#texts.choose;
    }
  }

  #showProblem(problem: Problem | undefined): void {
    const box = this.#one('problem');
    box.hidden = problem === undefined;
    box.dataset['code'] = problem?.code ?? '';
    box.replaceChildren();
    if (problem === undefined) return;
    box.append(
      this.#element('h2', this.#texts.problemTitle),
      this.#element('p', this.#texts.problems[problem.code]),
      ...(problem.detail === '' ? [] : [this.#element('p', problem.detail.slice(0, 500), 'detail')]),
    );
  }

  #showVerdict(state: (State & { kind: 'verdict' }) | undefined): void {
    const box = this.#one('verdict');
    this.#one('result').hidden = state === undefined;
    box.replaceChildren();
    delete box.dataset['outcome'];
    if (state === undefined) return;
    const { verdict, milliseconds } = state;
    box.innerHTML = renderVerdict(verdict, this.#language);
    box.dataset['outcome'] = verdict.outcome;
    box.dataset['durationMs'] = milliseconds.toFixed(1);
    addFilter(box, verdict.steps, this.#texts);
  }

  #one(id: string): HTMLElement {
    const element = this.#document.getElementById(id);
    if (element === null) throw new Error(`the page has no ${id}`);
    return element;
  }

  #all(selector: string): Iterable<HTMLElement> {
    return this.#document.querySelectorAll<HTMLElement>(selector);
  }

  #element(name: 'h2' | 'p', text: string, className = ''): HTMLElement {
    const element = this.#document.createElement(name);
    element.textContent = text;
    element.className = className;
    return element;
  }
}
