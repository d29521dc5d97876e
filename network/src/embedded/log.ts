export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Writes one JSON object per line; facts must never carry keys, transient data or payloads. */
export interface Log {
  (level: LogLevel, event: string, facts?: Readonly<Record<string, unknown>>): void;
}

/** A log that writes JSON lines through `write` (stderr in the node's own process), from `level` upwards. */
export function newLog(write: (line: string) => void, level: LogLevel = 'info'): Log {
  const order: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
  const floor = order.indexOf(level);
  return (at, event, facts = {}) => {
    if (order.indexOf(at) < floor) return;
    write(`${JSON.stringify({ time: new Date().toISOString(), level: at, event, ...facts })}\n`);
  };
}
