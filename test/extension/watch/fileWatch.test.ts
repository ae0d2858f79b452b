// A group of watched files is set many times while a model is read: no change of a file that stays watched is lost.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FileWatch } from '../../../src/extension/watch/fileWatch.ts';
import { watched } from './vscode.ts';

vi.mock('vscode', () => import('./vscode.ts'));

beforeEach(() => {
  vi.useFakeTimers();
  watched.clear();
});
afterEach(() => vi.useRealTimers());

const file = (glob: string) => ({ folder: '/m', glob });
const places = () => [...watched.values()].map(({ place }) => place);
const write = (name: string) => [...watched.values()].find(({ place }) => place === `/m/${name}`)?.tell(`/m/${name}`);

test('a change that waits survives that the group is set with other files', () => {
  const [first, second] = [vi.fn(), vi.fn()];
  const watch = new FileWatch();
  watch.set('model', [file('net.onnx'), file('labels.txt')], first);
  write('labels.txt');
  watch.set('model', [file('net.onnx'), file('labels.txt'), file('net.json')], second);
  vi.advanceTimersByTime(1000);
  expect(first).not.toHaveBeenCalled();
  expect(second.mock.calls).toEqual([['/m/labels.txt', ['/m/labels.txt']]]);
});

test('a change of a file that is no longer watched is dropped', () => {
  const changed = vi.fn();
  const watch = new FileWatch();
  watch.set('model', [file('net.onnx')], changed);
  write('net.onnx');
  watch.set('model', [file('other.onnx')], changed);
  vi.advanceTimersByTime(1000);
  expect([changed.mock.calls.length, places()]).toEqual([0, ['/m/other.onnx']]);
});

test('what changes together is reported once, and nothing after the end', () => {
  const changed = vi.fn();
  const watch = new FileWatch();
  watch.set('model', [file('net.onnx'), file('labels.txt')], changed);
  write('net.onnx');
  write('labels.txt');
  vi.advanceTimersByTime(1000);
  expect(changed.mock.calls).toEqual([['/m/labels.txt', ['/m/net.onnx', '/m/labels.txt']]]);
  write('net.onnx');
  watch.dispose();
  vi.advanceTimersByTime(1000);
  expect([changed.mock.calls.length, watched.size]).toEqual([1, 0]);
});
