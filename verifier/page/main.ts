import type { Language } from '../src/report/index.js';
import { listenForDrops, newSlots, type Slots } from './files.js';
import type { Task } from './task.js';
import { newVerifying, type Verifying } from './verifying.js';
import { View, type State } from './view.js';
import { serve } from './worker.js';

// One script with two lives: the page, and the worker that the page starts from the script's own text.
if (typeof document === 'undefined') serve();
else open(document, document.currentScript?.textContent ?? '');

function open(page: Document, source: string): void {
  const slots = newSlots(page);
  const language = navigator.language.startsWith('zh') ? 'zh' : 'en';
  const view = new View(page, slots, language);
  listenForLanguage(page, view);
  listenForPrint(page);
  listenForDrops(page, (files) => void slots.take(files));
  view.speak(language);
  // Absent outside secure contexts; the DOM's types do not say so.
  if ((globalThis.crypto as Partial<Crypto> | undefined)?.subtle === undefined) {
    slots.disable();
    view.show({ kind: 'problem', problem: { code: 'NO_CRYPTOGRAPHY', detail: '' } });
    return;
  }
  const verifying = newVerifying(source);
  slots.onChange(() => void verifyChosen(slots, verifying, view));
}

async function verifyChosen(slots: Slots, verifying: Verifying, view: View): Promise<void> {
  const [evidence, trust] = [slots.chosen('evidence'), slots.chosen('trust')];
  if (evidence === undefined || trust === undefined) {
    verifying.stop();
    view.show({ kind: 'waiting' });
    return;
  }
  view.show({ kind: 'running' });
  const state = await timed(verifying, { evidence, trust, payload: slots.chosen('payload') });
  if (state !== undefined) view.show(state);
}

/** From the files to the verdict, as a person waits for it: reading, the way to the worker and back. */
async function timed(verifying: Verifying, task: Task): Promise<State | undefined> {
  const start = performance.mark('verify.start');
  const answer = await verifying.run(task);
  if (answer === undefined) return undefined;
  const { duration } = performance.measure('verify', { start: start.startTime });
  if ('problem' in answer) return { kind: 'problem', problem: answer.problem };
  return { kind: 'verdict', verdict: answer.verdict, milliseconds: duration };
}

function listenForLanguage(page: Document, view: View): void {
  for (const button of page.querySelectorAll<HTMLButtonElement>('[data-language]')) {
    button.addEventListener('click', () => view.speak(button.dataset['language'] as Language));
  }
}

/** On paper nothing can be unfolded: every step is printed open, and as it was afterwards. */
function listenForPrint(page: Document): void {
  let opened: HTMLDetailsElement[] = [];
  page.getElementById('print')?.addEventListener('click', () => globalThis.print());
  globalThis.addEventListener('beforeprint', () => {
    opened = [...page.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
    for (const details of opened) details.open = true;
  });
  globalThis.addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
    opened = [];
  });
}
