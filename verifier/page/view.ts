import { catalogueOf, renderVerdict, sentenceOf, type Language } from '../src/report/index.js';
import type { Verdict } from '../src/verdict.js';
import { addFilter } from './filter.js';
import { ROLES, type Slots } from './files.js';
import type { Gathered, Problem } from './task.js';
import { TEXTS, type OwnProblem, type Texts } from './texts.js';

/** What the page shows. A value: changing the language shows the same state again. */
export type State =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'confirming'; readonly gathered: Gathered; readonly confirm: () => void }
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

  /** Shows the digest of the page itself. */
  own(digest: string | undefined): void {
    this.#one('own-digest').textContent = digest ?? '-';
  }

  show(state: State): void {
    this.#state = state;
    this.#showFiles();
    this.#showStatements(state.kind === 'confirming' ? state : undefined);
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
    if (state.kind === 'confirming') return this.#texts.confirming;
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
      const names =
        role === 'trust' ? this.#slots.chosenTrust().map((each) => each.name) : [file?.name ?? ''];
      name.textContent = names.join(', ') || this.#texts.unchosen;
      name.toggleAttribute('data-empty', file === undefined);
      const choose = this.#document.querySelector(`label[for="${role}"] .choose`);
      if (choose !== null) choose.textContent = file ? this.#texts.change : this.#texts.choose;
    }
  }

  /** Whose certificates signed the statements, for the reader to confirm outside of what was handed over. */
  #showStatements(state: (State & { kind: 'confirming' }) | undefined): void {
    const box = this.#one('statements');
    box.hidden = state === undefined;
    box.replaceChildren();
    if (state === undefined) return;
    const { signer, page, confirm } = this.#texts;
    const entries = state.gathered.signers.flatMap((each) => [
      this.#element('h3', each.organisation),
      this.#element('p', `${signer} ${each.signer}`, 'digest'),
      ...each.pages.map((digest) => this.#element('p', `${page} ${digest}`, 'digest')),
    ]);
    const button = this.#element('button', confirm);
    button.addEventListener('click', state.confirm);
    box.append(
      this.#element('h2', this.#texts.statementsTitle),
      this.#element('p', this.#texts.statements),
      ...entries,
      button,
    );
  }

  #showProblem(problem: Problem | undefined): void {
    const box = this.#one('problem');
    box.hidden = problem === undefined;
    box.dataset['code'] = problem?.code ?? '';
    box.replaceChildren();
    if (problem === undefined) return;
    box.append(
      this.#element('h2', this.#texts.problemTitle),
      this.#element('p', this.#problemText(problem)),
      ...(problem.detail === '' ? [] : [this.#element('p', problem.detail.slice(0, 500), 'detail')]),
    );
  }

  #problemText({ code }: Problem): string {
    const { intake } = catalogueOf(this.#language);
    return code in intake ? intake[code as keyof typeof intake] : this.#texts.problems[code as OwnProblem];
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

  #element(name: 'h2' | 'h3' | 'p' | 'button', text: string, className = ''): HTMLElement {
    const element = this.#document.createElement(name);
    element.textContent = text;
    element.className = className;
    return element;
  }
}
