import type { Language } from '../src/report/index.js';
import { listenForDrops, newSlots, statementsAmong, type Slots } from './files.js';
import { digestOf, ownText } from './own.js';
import type { Task } from './task.js';
import { newVerifying, type Verifying } from './verifying.js';
import { View, type State } from './view.js';
import { serve } from './worker.js';

// One script with two lives: the page, and the worker that the page starts from the script's own text.
if (typeof document === 'undefined') serve();
else open(document, document.currentScript?.textContent ?? '');

function open(page: Document, source: string): void {
  // Of the page as it was parsed, before anything on it changes.
  const own = ownText(page);
  const slots = newSlots(page);
  const language = navigator.language.startsWith('zh') ? 'zh' : 'en';
  const view = new View(page, slots, language);
  listenForLanguage(page, view);
  listenForPrint(page);
  listenForDrops(page, (files) => void slots.take(files));
  view.speak(language);
  void digestOf(own).then((digest) => view.own(digest));
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
  const statements = await statementsAmong(slots.chosenTrust());
  if (statements.length > 0) {
    await gather(statements, slots, verifying, view);
    return;
  }
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

/** Statements become a trust file only when the reader says that the fingerprints are confirmed: nothing here can know that. */
async function gather(
  statements: readonly File[],
  slots: Slots,
  verifying: Verifying,
  view: View,
): Promise<void> {
  const answer = await verifying.run({ statements });
  if (answer === undefined) return;
  if ('problem' in answer) view.show({ kind: 'problem', problem: answer.problem });
  if (!('gathered' in answer)) return;
  const file = new File([answer.gathered.trust], 'trust.json', { type: 'application/json' });
  view.show({ kind: 'confirming', gathered: answer.gathered, confirm: () => slots.trust(file) });
}

/** From the files to the verdict, as a person waits for it: reading, the way to the worker and back. */
async function timed(verifying: Verifying, task: Task): Promise<State | undefined> {
  const start = performance.mark('verify.start');
  const answer = await verifying.run(task);
  if (answer === undefined) return undefined;
  const { duration } = performance.measure('verify', { start: start.startTime });
  if ('problem' in answer) return { kind: 'problem', problem: answer.problem };
  return 'verdict' in answer
    ? { kind: 'verdict', verdict: answer.verdict, milliseconds: duration }
    : undefined;
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
