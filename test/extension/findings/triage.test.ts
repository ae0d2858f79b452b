import { describe, expect, it, vi } from 'vitest';
import type { Finding, Verdict } from '../../../src/explainers/contracts/results.ts';
import { finding, verdict } from './finding.ts';

vi.mock('vscode', async () => ({
  ...(await import('./vscode.ts')),
  window: { showInformationMessage: async () => undefined },
}));

const { Triage } = await import('../../../src/extension/findings/triage.ts');
const { arranged, EVERYTHING, passes, restoredArrangement } = await import(
  '../../../src/extension/findings/arrangement.ts'
);

/** Findings whose verdicts take a moment to be written. */
function set(count: number) {
  let all: Finding[] = Array.from({ length: count }, (_, i) => finding(`f${i}`));
  const written: string[] = [];
  const shown: string[] = [];
  const triage = new Triage({
    findings: {
      find: ({ key }) => all.find((each) => each.key === key),
      review: async ({ key }, said: Verdict['verdict'], note) => {
        await new Promise((done) => setTimeout(done, 1));
        written.push(`${key} ${said}`);
        const now = said === 'open' ? null : verdict({ verdict: said, note });
        all = all.map((each) => (each.key === key ? { ...each, verdict: now } : each));
        return now ?? verdict();
      },
    },
    order: () => all,
    show: ({ key }) => shown.push(key),
  });
  return { triage, written, shown, all: () => all };
}

describe('triage', () => {
  it('a hundred findings by keys that come faster than verdicts are written: each gets its own, once', async () => {
    const { triage, written, shown, all } = set(100);
    triage.at(all()[0]!);
    const keys = Array.from({ length: 100 }, (_, i) => (['right', 'wrong', 'unsure'] as const)[i % 3]!);
    await Promise.all(keys.map((key) => triage.judge([], key, 'tree')));
    expect(written).toEqual(keys.map((key, i) => `f${i} ${key}`));
    expect(shown).toEqual(Array.from({ length: 99 }, (_, i) => `f${i + 1}`));
  });

  it('takes verdicts back one by one, those on several at once', async () => {
    const { triage, written, shown, all } = set(4);
    triage.at(all()[0]!);
    await triage.judge([], 'right', 'panel');
    await triage.judge([all()[1]!, all()[2]!], 'wrong', 'tree');
    await triage.judge([all()[0]!], 'wrong', 'tree');
    written.length = 0;
    for (let i = 0; i < 4; i++) await triage.takeBack('panel');
    // The verdict before is given again; where there was none, it is open.
    expect(written).toEqual(['f0 right', 'f1 open', 'f2 open', 'f0 open']);
    expect(shown.slice(-3)).toEqual(['f0', 'f1', 'f0']);
    expect(all().every((each) => each.verdict === null)).toBe(true);
  });

  it('goes on to the next that is open, then to earlier ones; steps stop at the ends', async () => {
    const { triage, shown, all } = set(4);
    triage.at(all()[2]!);
    await triage.judge([], 'right', 'tree');
    await triage.judge([], 'right', 'tree');
    expect(shown).toEqual(['f3', 'f0']);
    await triage.step(-1, 'tree');
    await triage.step(1, 'tree');
    expect(shown.slice(2)).toEqual(['f0', 'f1']);
  });
});

describe('the arrangement of the list', () => {
  const all = [
    finding('a', { label: 'cup', score: 0.9, image: '/d/10.png' }),
    finding('b', { label: 'cat', kind: 'doubtful', score: 0.8, image: '/d/9.png', verdict: verdict() }),
    finding('c', { label: 'cat', kind: 'doubtful', score: 0.3, image: '/d/1.png', file: '/data/other.json' }),
  ];
  const keys = (change: Partial<typeof EVERYTHING>) =>
    arranged(all, { ...EVERYTHING, ...change }).map(
      ({ name, findings }) => `${name}: ${findings.map(({ key }) => key)}`,
    );

  it('groups by kind or class, sorts by suspicion, image or class, and filters by each', () => {
    expect(keys({})).toEqual(['swapped: a', 'doubtful: b,c']);
    expect(keys({ group: 'class' })).toEqual(['cup: a', 'cat: b,c']);
    expect(keys({ sort: 'image' })).toEqual(['swapped: a', 'doubtful: c,b']);
    expect(keys({ states: ['open'] })).toEqual(['swapped: a', 'doubtful: c']);
    expect(keys({ classes: ['cat'], least: 0.5 })).toEqual(['doubtful: b']);
    expect(keys({ kinds: ['swapped'] })).toEqual(['swapped: a']);
    expect(keys({ files: ['/data/other.json'] })).toEqual(['doubtful: c']);
    expect(
      passes(
        { ...all[0]!, instead: { index: 2, label: 'dog', probability: null } },
        { ...EVERYTHING, classes: ['dog'] },
      ),
    ).toBe(true);
  });

  it('what is stored is checked', () => {
    for (const value of [null, 3, { sort: 'constructor', states: [1], least: 7, kinds: 'x' }])
      expect(restoredArrangement(value)).toEqual(EVERYTHING);
    expect(restoredArrangement({ states: ['open', 'x'], kinds: ['swapped', '__proto__'] })).toMatchObject({
      states: ['open'],
      kinds: ['swapped'],
    });
  });
});
