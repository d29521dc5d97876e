import { open } from 'node:fs/promises';
import { oneLine } from './one-line.js';

const TAIL = 64 * 1024;
const LONGEST = 240;
const ERROR = /\b(ERRO|ERROR|PANI|FATA|error|Error|panic|fatal)\b/;
/** What a chaincode says when it is asked whether it is there, which is no trouble. */
const PROBE = /Contract name is not known|tallystick-network/;

async function tailOf(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

/** The last line of a log that tells of an error, or else its last line, fit for one line of ours. */
export function lastErrorIn(log: string): string | undefined {
  const lines = log.split('\n').filter((line) => line.trim() !== '' && !PROBE.test(line));
  const line = lines.findLast((each) => ERROR.test(each)) ?? lines.at(-1);
  return line === undefined ? undefined : oneLine(line, LONGEST);
}

/** Where a node's log is and what it said last, as part of a finding. */
export async function saidLast(logFile: string): Promise<string> {
  const log = await tailOf(logFile).catch(() => undefined);
  if (log === undefined) return `there is no log at ${logFile}`;
  const line = lastErrorIn(log);
  return line === undefined ? `its log ${logFile} is empty` : `its log ${logFile} ends with: ${line}`;
}
