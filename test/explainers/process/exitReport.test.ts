import { describe, expect, it } from 'vitest';
import { exitReport, outOfMemoryKillCount, type ProcessEnd } from '../../../src/explainers/process/exitReport.ts';

const end = (over: Partial<ProcessEnd>): ProcessEnd => ({
  code: null,
  signal: null,
  stderr: '',
  outOfMemoryKills: false,
  ...over,
});

describe('exitReport', () => {
  const cases: [string, Partial<ProcessEnd>, string, RegExp][] = [
    ['killed by a person', { signal: 'SIGKILL' }, 'engine', /killed from outside \(SIGKILL\)/],
    [
      'killed by the system for memory',
      { signal: 'SIGKILL', outOfMemoryKills: true },
      'memory',
      /out-of-memory killer/,
    ],
    [
      'killed where the system does not tell',
      { signal: 'SIGKILL', outOfMemoryKills: null },
      'engine',
      /person, or by the system/,
    ],
    ['a native crash', { signal: 'SIGSEGV' }, 'engine', /crashed \(SIGSEGV\)/],
    ['a native crash on Windows', { code: 0xc0000005 }, 'engine', /exit code 0xC0000005/],
    [
      "JavaScript's heap is full",
      { signal: 'SIGABRT', stderr: 'FATAL ERROR: JavaScript heap out of memory' },
      'memory',
      /SIGABRT/,
    ],
    ['native memory is full', { signal: 'SIGABRT', stderr: 'what():  std::bad_alloc' }, 'memory', /ran out of memory/],
    [
      'an uncaught error',
      { code: 70, dying: { kind: 'internal', message: 'x is undefined' } },
      'internal',
      /x is undefined/,
    ],
    ['any other exit', { code: 3 }, 'engine', /exit code 3/],
  ];
  it.each(cases)('says it for: %s', (_, over, kind, message) => {
    const report = exitReport(end(over), 'Try again.');
    expect(report.kind).toBe(kind);
    expect(report.message).toMatch(message);
    expect(report.message).toMatch(/^[A-Z].*[^.]\.?$/);
    expect(report.next).toMatch(/again/);
  });

  it.runIf(process.platform === 'linux')("reads Linux's own count of out-of-memory kills", () => {
    expect(outOfMemoryKillCount()).toBeGreaterThanOrEqual(0);
  });
});
