import { readFileSync } from 'node:fs';

/** The kernel's flags of a process: it is exiting, writes a core dump, or was killed by a signal. */
const ENDING = 0x4 | 0x200 | 0x400;
const SIGKILL = 1n << 8n;

/**
 * Whether a child process that has not been waited for is about to end; Linux shows this within microseconds, other
 * systems do not.
 */
export function isEnding(pid: number): boolean {
  try {
    // "pid (name) state parent group session terminal foreground flags …", where the name may hold anything
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X' || (Number(fields[6]) & ENDING) !== 0) return true;
    const pending = /^ShdPnd:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return pending !== null && (BigInt(`0x${pending[1]}`) & SIGKILL) !== 0n;
  } catch {
    return false;
  }
}
