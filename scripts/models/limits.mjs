// What a case may take. A machine may be busy, so time is that of the processor where the system says it.
import fs from 'node:fs';

/** Seconds of the processor, seconds by the clock, bytes. */
export const LIMITS = { processor: 400, clock: 1800, bytes: 10e9 };

function taken(pid) {
  try {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const rss = /VmRSS:\s+(\d+) kB/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
    return { processor: (Number(fields[11]) + Number(fields[12])) / 100, bytes: Number(rss?.[1] ?? 0) * 1024 };
  } catch {
    return { processor: 0, bytes: 0 };
  }
}

/**
 * Ends a process that takes more than a case may from now on.
 * @returns {{ why: () => string | null, stop: () => void }} why: what it took too much of; null: nothing
 */
export function limited(child, limits = LIMITS) {
  const start = { clock: Date.now(), ...taken(child.pid) };
  let why = null;
  const timer = setInterval(() => {
    const now = taken(child.pid);
    if (now.processor - start.processor > limits.processor)
      why = `took more than ${limits.processor} s of the processor`;
    else if (Date.now() - start.clock > limits.clock * 1000) why = `took more than ${limits.clock} s`;
    else if (now.bytes > limits.bytes) why = `took more than ${limits.bytes / 1e9} GB of memory`;
    if (why) child.kill('SIGKILL');
  }, 500);
  return { why: () => why, stop: () => clearInterval(timer) };
}
