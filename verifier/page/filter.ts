import type { Step } from '../src/checklist.js';
import type { Texts } from './texts.js';

const FILTERS = ['all', 'fail', 'not-evaluated'] as const;
type Filter = (typeof FILTERS)[number];

/**
 * Puts the choice of steps above the checklist of a rendered verdict. The style sheet hides what is not chosen, on screens only: a printed
 * checklist is always whole.
 * @param box holds the verdict; each step in it carries `data-result`
 */
export function addFilter(box: HTMLElement, steps: readonly Step[], texts: Texts): void {
  const shown = (box.dataset['show'] ?? 'all') as Filter;
  const choices = FILTERS.map((filter) =>
    choice(box, filter, filter === shown, labelOf(filter, steps, texts)),
  );
  const set = box.ownerDocument.createElement('fieldset');
  const legend = box.ownerDocument.createElement('legend');
  legend.textContent = texts.show;
  set.className = 'filter';
  set.append(legend, ...choices);
  box.querySelector('[data-result]')?.closest('section')?.querySelector('h2, h3')?.after(set);
}

function labelOf(filter: Filter, steps: readonly Step[], texts: Texts): string {
  const counted = filter === 'all' ? steps : steps.filter(({ result }) => result === filter);
  return `${texts.filters[filter]} (${counted.length})`;
}

function choice(box: HTMLElement, filter: Filter, isShown: boolean, text: string): HTMLElement {
  const label = box.ownerDocument.createElement('label');
  const input = box.ownerDocument.createElement('input');
  Object.assign(input, { type: 'radio', name: 'show', value: filter, checked: isShown });
  input.addEventListener('change', () => {
    box.dataset['show'] = filter;
  });
  label.append(input, ` ${text}`);
  return label;
}
