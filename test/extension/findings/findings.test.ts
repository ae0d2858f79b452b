import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Verdict } from '../../../src/explainers/contracts/results.ts';
import { checkedSoFar } from '../../../src/extension/findings/checked.ts';
import { Findings } from '../../../src/extension/findings/findings.ts';
import { finding, verdict } from './finding.ts';

vi.mock('vscode', () => import('./vscode.ts'));

let storage: string;
beforeEach(() => {
  storage = mkdtempSync(path.join(tmpdir(), 'saliency-lens-'));
});
afterEach(() => rmSync(storage, { recursive: true, force: true }));

const target = { path: '/data', kind: 'folder' } as const;

function make(known: Readonly<Record<string, Verdict>> = {}, minimum = 0) {
  const reviewer = {
    review: vi.fn(async ({ verdict: said, note = '' }) => [verdict({ verdict: said, note })]),
    verdicts: vi.fn(async () => known),
  };
  const findings = new Findings({ storage, reviewer, minimumScore: () => minimum });
  const changed = vi.fn();
  findings.onDidChange(changed);
  return { findings, reviewer, changed };
}

const two = [finding('a'), finding('b', { image: '/data/b.png', score: 0.4 })];

describe('Findings', () => {
  it('holds those of the last run only, and tells of each change', () => {
    const { findings, changed } = make();
    findings.replace(checkedSoFar(target, '/m.onnx', two));
    findings.replace(checkedSoFar(target, '/m.onnx', [two[1]!]));
    expect(findings.all.map(({ key }) => key)).toEqual(['b']);
    expect(findings.images).toEqual(['/data/b.png']);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it.skipIf(process.platform === 'win32')('what is kept of a check can be read by nobody else, and is no picture', async () => {
    const { findings } = make();
    chmodSync(storage, 0o777);
    findings.replace(checkedSoFar(target, '/m.onnx', two));
    await findings.saved();
    expect(statSync(storage).mode & 0o077).toBe(0);
    const [file] = readdirSync(storage);
    const kept = JSON.parse(readFileSync(path.join(storage, file!), 'utf8')) as { findings: object[] };
    for (const each of kept.findings) expect(Object.keys(each).sort()).toEqual(Object.keys(finding('a')).sort());
    // With all its fields it has some hundred bytes a finding.
    expect(statSync(path.join(storage, file!)).size).toBeLessThan(2000);
    expect(readdirSync(storage)).toHaveLength(1);
  }); // biome-ignore format: the title

  it('shows none below the smallest score', () => {
    const { findings } = make({}, 0.5);
    findings.replace(checkedSoFar(target, '/m.onnx', two));
    expect(findings.all.map(({ key }) => key)).toEqual(['a']);
  });

  it('is marked by a verdict, with the model and the settings of its check; the other verdict takes its place', async () => {
    const { findings, reviewer } = make();
    findings.replace({ ...checkedSoFar(target, '/m.onnx', two), modelSha256: 'abc', settings: { kinds: ['swapped'] } });
    await findings.review(two[0]!, 'wrong', 'it is a bowl');
    expect(reviewer.review).toHaveBeenCalledWith({
      finding: two[0],
      verdict: 'wrong',
      note: 'it is a bowl',
      modelSha256: 'abc',
      settings: { kinds: ['swapped'] },
    });
    expect(findings.find(two[0]!)?.verdict).toMatchObject({ verdict: 'wrong', note: 'it is a bowl' });
    expect(findings.open.map(({ key }) => key)).toEqual(['b']);
    await findings.review(two[0]!, 'right', '');
    expect(findings.find(two[0]!)?.verdict?.verdict).toBe('right');
  });

  it('comes back in the next window, verdicts included, without asking for them', async () => {
    const first = make();
    first.findings.replace(checkedSoFar(target, '/m.onnx', two));
    await first.findings.review(two[0]!, 'wrong', 'note');
    await first.findings.saved();
    const { findings, reviewer } = make();
    await findings.restore();
    expect(findings.checked).toEqual(first.findings.checked);
    expect(reviewer.verdicts).not.toHaveBeenCalled();
  });

  it('an earlier version’s findings, with one place each, are still read', async () => {
    const { places: _, probability: __, ...old } = finding('a', { verdict: verdict() });
    const before = { ...old, instead: { index: 2, label: 'bowl' } };
    const kept = { ...checkedSoFar(target, '/m.onnx', []), findings: [before, { ...old, places: [{}] }] };
    writeFileSync(path.join(storage, 'findings.json'), JSON.stringify(kept));
    const { findings } = make();
    await findings.restore();
    const place = { key: 'a', file: '/data/a.json', line: 3, annotationId: '7', verdict: verdict() };
    expect(findings.all).toEqual([
      { ...before, probability: null, places: [place], instead: { index: 2, label: 'bowl', probability: null } },
    ]);
  });

  it('of a label in two files has the later verdict of the two, and none once that is taken back', async () => {
    const other = { key: 'b', file: '/data/b.csv', line: 9, annotationId: null, verdict: null };
    const [one] = finding('a').places;
    const known: Record<string, Verdict> = { a: verdict() };
    const { findings } = make(known);
    findings.replace(checkedSoFar(target, '/m.onnx', [finding('a', { places: [one!, other] })]));
    const read = async (file: string) => {
      await findings.readVerdicts(file);
      return findings.all[0]!.verdict?.verdict;
    };
    expect(await read('/data/a.json')).toBe('wrong');
    known['b'] = verdict({ verdict: 'right', time: '2026-02-01T00:00:00.000Z' });
    expect(await read('/data/b.csv')).toBe('right');
    known['a'] = verdict({ verdict: 'open', time: '2026-03-01T00:00:00.000Z' });
    expect(await read('/data/a.json')).toBeUndefined();
  });

  it('asks for verdicts that were written while no window was open', async () => {
    const file = path.join(storage, 'a.json');
    const first = make();
    first.findings.replace(checkedSoFar(target, '/m.onnx', [finding('a', { file })]));
    await first.findings.saved();
    writeFileSync(`${file}.review.jsonl`, '');
    utimesSync(`${file}.review.jsonl`, new Date(), new Date(Date.now() + 5000));
    const { findings } = make({ a: verdict({ verdict: 'right' }) });
    await findings.restore();
    expect(findings.all[0]?.verdict?.verdict).toBe('right');
  });

  it('forgets a verdict that is no longer in the file, and leaves other files alone', async () => {
    const { findings, reviewer, changed } = make();
    const other = finding('a', { file: '/data/other.json', verdict: verdict() });
    findings.replace(checkedSoFar(target, '/m.onnx', [finding('a', { verdict: verdict() }), other]));
    await findings.readVerdicts('/data/a.json');
    expect(findings.all.map((each) => each.verdict?.verdict)).toEqual([undefined, 'wrong']);
    changed.mockClear();
    await findings.readVerdicts('/data/a.json'); // nothing new
    await findings.readVerdicts('/data/unknown.json');
    expect(changed).not.toHaveBeenCalled();
    expect(reviewer.verdicts).toHaveBeenCalledTimes(2);
  });

  it.each(['', '{', '[]', 'null', '{"version":1}', '{"version":2,"target":{"path":"/"},"model":"","findings":[]}'])(
    'starts empty from a file with %j',
    async (text) => {
      writeFileSync(path.join(storage, 'findings.json'), text);
      const { findings } = make();
      await findings.restore();
      expect(findings.checked).toBeNull();
    },
  );

  it('is gone from the disk when it is cleared', async () => {
    const { findings } = make();
    findings.replace(checkedSoFar(target, '/m.onnx', two));
    await findings.saved();
    expect(readFileSync(path.join(storage, 'findings.json'), 'utf8')).toContain('"key":"a"');
    findings.replace(null);
    await findings.saved();
    expect(() => readFileSync(path.join(storage, 'findings.json'))).toThrow(/ENOENT/);
  });
});
