import { beforeEach, describe, expect, it, vi } from 'vitest';
import { idOf } from '../../../src/extension/findings/checked.ts';
import { followProblems } from '../../../src/extension/findings/followProblems.ts';
import { finding, verdict } from './finding.ts';
import { Memento, Range, selectionChanged, TabInputText, tabsChanged, Uri } from './vscode.ts';

vi.mock('vscode', () => import('./vscode.ts'));

const found = finding('a', { line: 3 });
const line = new Range(2, 0, 2, 40);
const document = { uri: Uri.file(found.file), validateRange: () => line };
const select = (selection: Range, kind?: number) =>
  selectionChanged.fire({ kind, selections: [selection], textEditor: { document } });

let state: Memento;
beforeEach(() => {
  state = new Memento();
});

function follow(there = found) {
  const show = vi.fn();
  const problems = { at: (_: unknown, at: number) => (at === 2 ? [there] : []) };
  const { dispose } = followProblems(problems, state as never, show);
  return { show, dispose };
}

describe('a click in the Problems panel', () => {
  it('is a selection of exactly the line, by neither mouse nor keyboard', () => {
    const { show, dispose } = follow();
    for (const kind of [1, 2]) select(line, kind);
    select(new Range(2, 0, 2, 0));
    select(new Range(2, 0, 2, 39));
    select(new Range(1, 0, 1, 40));
    expect(show).not.toHaveBeenCalled();
    select(line);
    expect(show).toHaveBeenCalledExactlyOnceWith(found);
    select(line);
    expect(show).toHaveBeenCalledTimes(2);
    dispose();
  });

  it('on a label that was judged right shows nothing: it is no problem', () => {
    const { show, dispose } = follow(finding('a', { verdict: verdict({ verdict: 'right' }) }));
    select(line);
    expect(show).not.toHaveBeenCalled();
    dispose();
  });

  it('is not taken for one when a reloaded window restores the selection', () => {
    const before = follow();
    select(line);
    before.dispose();
    expect(state.get('followedFinding')).toBe(idOf(found));
    const { show, dispose } = follow();
    select(line);
    expect(show).not.toHaveBeenCalled();
    select(line);
    expect(show).toHaveBeenCalledTimes(1);
    dispose();
  });

  it.each([
    ['closed the file', () => tabsChanged.fire({ closed: [{ input: new TabInputText(Uri.file(found.file)) }] })],
    ['put the cursor elsewhere in it', () => select(new Range(7, 0, 7, 0), 2)],
  ])('is taken for one after a reload where a person has %s meanwhile', (_, meanwhile) => {
    const before = follow();
    select(line);
    before.dispose();
    const { show, dispose } = follow();
    tabsChanged.fire({ closed: [{ input: new TabInputText(Uri.file('/another.json')) }] });
    meanwhile();
    select(line);
    expect(show).toHaveBeenCalledTimes(1);
    dispose();
  });
});
