export const ROLES = ['evidence', 'trust', 'payload'] as const;
export type Role = (typeof ROLES)[number];

/** What dropped files are looked at for, at most. */
const SNIFFED_BYTES = 4096;

/**
 * What a dropped file is for, by how it begins; whoever drops sees the answer and can choose otherwise. Evidence is canonical JSON, whose
 * first member is `blocks`, or that in gzip; a trust file is JSON with a `genesis`; everything else is a payload.
 */
export async function roleOf(file: File): Promise<Role> {
  // A dropped folder cannot be read; whoever reads it as a payload says so.
  const start = await file
    .slice(0, SNIFFED_BYTES)
    .arrayBuffer()
    .catch(() => new ArrayBuffer(0));
  const bytes = new Uint8Array(start);
  const text = new TextDecoder().decode(bytes);
  if (/^\s*\{\s*"blocks"\s*:/.test(text)) return 'evidence';
  if (/^\s*\{[^]*"genesis"\s*:\s*"/.test(text)) return 'trust';
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip && /\.json(\.gz)?$/i.test(file.name) ? 'evidence' : 'payload';
}

/** The file inputs of the page, which are the only place that knows what was chosen. */
export interface Slots {
  chosen(role: Role): File | undefined;
  /** Takes what was dropped; the last of several with the same role counts. */
  take(files: readonly File[]): Promise<void>;
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

  async take(files: readonly File[]): Promise<void> {
    for (const file of files) {
      const input = this.#inputs.get(await roleOf(file));
      const transfer = new DataTransfer();
      transfer.items.add(file);
      if (input !== undefined) input.files = transfer.files;
    }
    this.#changed();
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
