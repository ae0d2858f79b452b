import os from 'node:os';

/** Where and when something was measured, for a page. @param {string} [threads] of a figure that depends on them */
export function machine(threads) {
  const parts = [os.cpus()[0]?.model.trim(), threads, `Node ${process.version}`, new Date().toISOString().slice(0, 10)];
  return parts.filter((part) => part !== undefined).join(', ');
}
