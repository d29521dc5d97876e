import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { StateError, type StateErrorCode } from '../../src/state/port.js';
import { openStores, type AllStores } from './stores.js';

/** A state of its own for every test, on disk, with a clock that the test moves. */
export interface OpenedState {
  directory: string;
  file: string;
  /** Milliseconds since 1970. */
  now: number;
  store: AllStores;
  /** Closes and opens again, as a restart does. */
  reopen(): Promise<void>;
}

export const START = '2026-11-24T08:00:00.000Z';
export const HOUR = 3_600_000;

/** Registers the hooks that open and remove the state around each test of the calling suite. */
export function openedState(): OpenedState {
  const state = { now: 0, directory: '', file: '' } as OpenedState;
  const open = async (): Promise<void> => {
    state.store = await openStores(state.file, { clock: () => new Date(state.now) });
  };
  state.reopen = async () => {
    await state.store.close();
    await open();
  };
  beforeEach(async () => {
    state.directory = await mkdtemp(join(tmpdir(), 'state-'));
    state.file = join(state.directory, 'data', 'state.db');
    state.now = Date.parse(START);
    await open();
  });
  afterEach(async () => {
    await state.store.close();
    await rm(state.directory, { recursive: true, force: true });
  });
  return state;
}

/** Expects a StateError with this code. */
export async function refuses(work: Promise<unknown>, code: StateErrorCode): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(StateError).with.property('code', code);
}
