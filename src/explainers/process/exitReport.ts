import { readFileSync } from 'node:fs';
import type { ErrorReport } from '../errors.ts';
import { errorText } from '../errorText.ts';
import { EXPLAINER_PROCESS } from '../protocol/processEnd.ts';

/** What is known about a process that has ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last text it wrote to stderr. */
  readonly stderr: string;
  /** The system's out-of-memory killer was active while it ran; null: this system does not report it. */
  readonly outOfMemoryKills: boolean | null;
  /** The reason it gave itself before it ended. */
  readonly dying?: ErrorReport | undefined;
}

const SMALLER = 'Close other programs or choose a smaller model, then try again.';
/** Why the explainer process ended, for the person waiting for it. The first rule that matches is used. */
const RULES: readonly {
  readonly when: (end: ProcessEnd) => boolean;
  readonly say: (end: ProcessEnd, again: string) => ErrorReport;
}[] = [
  {
    when: ({ stderr }) => /heap out of memory|Allocation failed|std::bad_alloc|Cannot allocate memory/i.test(stderr),
    say: (end) => ({
      kind: 'memory',
      message: `The explainer process ran out of memory (${how(end)}).`,
      next: SMALLER,
    }),
  },
  {
    when: ({ signal, outOfMemoryKills }) => signal === 'SIGKILL' && outOfMemoryKills === true,
    say: () => ({
      kind: 'memory',
      message: 'The system killed the explainer process because memory ran out (SIGKILL by the out-of-memory killer).',
      next: SMALLER,
    }),
  },
  {
    when: ({ dying }) => dying !== undefined,
    say: ({ dying }, again) => ({
      kind: 'internal',
      message: errorText(`The explainer process stopped on an unexpected error: ${dying?.message}`),
      subject: 'the explainer process',
      next: again,
    }),
  },
  {
    when: ({ signal, outOfMemoryKills }) => signal === 'SIGKILL' && outOfMemoryKills === null,
    say: (_, again) => ({
      kind: 'engine',
      message:
        'The explainer process was killed from outside (SIGKILL): by a person, or by the system because memory ran out.',
      next: again,
    }),
  },
  {
    when: ({ signal }) => signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGHUP',
    say: (end, again) => ({
      kind: 'engine',
      message: `The explainer process was killed from outside (${how(end)}).`,
      next: again,
    }),
  },
  {
    when: () => true,
    say: (end, again) => ({ kind: 'engine', message: `The explainer process crashed (${how(end)}).`, next: again }),
  },
];

/**
 * Turns the end of the explainer process into one sentence and a next step.
 * @param again the next step if trying again may help: a sentence
 */
export function exitReport(end: ProcessEnd, again: string): ErrorReport {
  const rule = RULES.find(({ when }) => when(end));
  return { ...(rule ?? RULES[RULES.length - 1]!).say(end, again), subject: EXPLAINER_PROCESS };
}

function how({ code, signal }: ProcessEnd): string {
  if (signal) return signal;
  if (code === null) return 'it did not start';
  // Windows reports exceptions as exit codes, and 0xC0000005 tells a person more than 3221225477.
  return code > 0xffff ? `exit code 0x${code.toString(16).toUpperCase()}` : `exit code ${code}`;
}

/**
 * How often the out-of-memory killer has acted on this machine or in this container; null if the system does not report
 * it.
 */
export function outOfMemoryKillCount(): number | null {
  const counters = [
    { file: '/proc/vmstat', line: /^oom_kill (\d+)$/m },
    { file: '/sys/fs/cgroup/memory.events', line: /^oom_kill (\d+)$/m },
  ];
  let total: number | null = null;
  for (const { file, line } of counters) {
    try {
      const found = line.exec(readFileSync(file, 'latin1'));
      if (found) total = (total ?? 0) + Number(found[1]);
    } catch {
      // Not Linux, or no cgroup of version 2.
    }
  }
  return total;
}
