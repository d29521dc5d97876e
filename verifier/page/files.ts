import { typedText } from '../src/intake/index.js';
import { isStatement } from '../src/trust/statements.js';

/** What the page has a place for. */
export const ROLES = ['evidence', 'trust', 'payload'] as const;
export type Role = (typeof ROLES)[number];

/** What dropped files are looked at for, at most. */
const SNIFFED_BYTES = 4096;

/** How a file begins. A dropped folder cannot be read; whoever reads it as a payload says so. */
async function beginningOf(file: File): Promise<Uint8Array> {
  const start = await file
    .slice(0, SNIFFED_BYTES)
    .arrayBuffer()
    .catch(() => new ArrayBuffer(0));
  return new Uint8Array(start);
}

/**
 * What a dropped file is for, by how it begins; whoever drops sees the answer and can choose otherwise. Evidence is canonical JSON, whose
 * first member is `blocks`, that in gzip, or that saved anew, whose members may come in any order; a trust file is JSON with a `genesis`, or
 * statements to make one of; everything else is a payload.
 */
export async function roleOf(file: File): Promise<Role> {
  const bytes = await beginningOf(file);
  if (isStatement(bytes)) return 'trust';
  const text = typedText(bytes, false);
  if (/^\s*\{\s*"(?:blocks|mediaType)"\s*:/.test(text)) return 'evidence';
  if (/^\s*\{[^]*"genesis"\s*:\s*"/.test(text)) return 'trust';
  const isPacked = (bytes[0] === 0x1f && bytes[1] === 0x8b) || file.name.endsWith('.br');
  return isPacked && /\.json(\.gz|\.br)?$/i.test(file.name) ? 'evidence' : 'payload';
}

/** Of the chosen files those that are statements of organisations. */
export async function statementsAmong(files: readonly File[]): Promise<readonly File[]> {
  const begin = await Promise.all(files.map(beginningOf));
  return files.filter((_, index) => isStatement(begin[index] ?? new Uint8Array()));
}

/** The file inputs of the page, which are the only place that knows what was chosen. */
export interface Slots {
  chosen(role: Role): File | undefined;
  /** Of the place for a trust file, where statements may stand, too. */
  chosenTrust(): readonly File[];
  /** Takes what was dropped; the last of several with the same role counts. Statements add to those that are there. */
  take(files: readonly File[]): Promise<void>;
  /** Puts this trust file in the place of whatever was there. */
  trust(file: File): void;
  onChange(listener: () => void): void;
  disable(): void;
}

export function newSlots(document: Document): Slots {
  return new InputSlots(document);
}

class InputSlots implements Slots {
  readonly #inputs: ReadonlyMap<Role, HTMLInputElement>;
  readonly #listeners: (() => void)[] = [];

  constructor(document: Document) {
    this.#inputs = new Map(ROLES.map((role) => [role, inputOf(document, role)]));
    for (const input of this.#inputs.values()) input.addEventListener('change', () => this.#changed());
  }

  chosen(role: Role): File | undefined {
    return this.#inputs.get(role)?.files?.[0];
  }

  chosenTrust(): readonly File[] {
    return [...(this.#inputs.get('trust')?.files ?? [])];
  }

  async take(files: readonly File[]): Promise<void> {
    const dropped = await statementsAmong(files);
    for (const file of files) if (!dropped.includes(file)) this.#put(await roleOf(file), [file]);
    if (dropped.length > 0) this.#put('trust', [...(await statementsAmong(this.chosenTrust())), ...dropped]);
    this.#changed();
  }

  trust(file: File): void {
    this.#put('trust', [file]);
    this.#changed();
  }

  #put(role: Role, files: readonly File[]): void {
    const input = this.#inputs.get(role);
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    if (input !== undefined) input.files = transfer.files;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  disable(): void {
    for (const input of this.#inputs.values()) input.disabled = true;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function inputOf(document: Document, role: Role): HTMLInputElement {
  const element = document.getElementById(role);
  if (element instanceof HTMLInputElement) return element;
  throw new Error(`the page has no input ${role}`);
}

/** Files dropped anywhere on the page. Nothing dropped ever navigates away from it. */
export function listenForDrops(document: Document, take: (files: readonly File[]) => void): void {
  const mark = (isOver: boolean): void => {
    document.documentElement.classList.toggle('dropping', isOver);
  };
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    mark(true);
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => mark(relatedTarget !== null));
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    mark(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) take(files);
  });
}
