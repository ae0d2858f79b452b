import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { parseFlags } from '../../../../src/explainers/cli/flags/flags.ts';
import { TIME_FLAG } from '../../../../src/explainers/cli/flags/runFlags.ts';
import { ImageTime } from '../../../../src/explainers/cli/run/imageTime.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const oneSecond = parseFlags('predict', TIME_FLAG, ['--timeout', '1']);

const stopped = (signal: AbortSignal) =>
  new Promise<string>((resolve) => {
    signal.addEventListener('abort', () => resolve((signal.reason as Error).name));
  });

test('the time of an image ends, whatever the garbage collector takes in the meantime', async () => {
  const time = new ImageTime(oneSecond, new AbortController().signal);
  const collecting = setInterval(collect, 50);
  try {
    expect(await time.within(stopped)).toBe('TimeoutError');
  } finally {
    clearInterval(collecting);
  }
});

test('the end of the run ends the image, and no image ends another', async () => {
  const run = new AbortController();
  const time = new ImageTime(oneSecond, run.signal);
  const signals: AbortSignal[] = [];
  await time.within(async (signal) => signals.push(signal));
  const last = time.within(stopped);
  run.abort();
  expect(await last).toBe('AbortError');
  expect(await time.within(async (signal) => signal.aborted)).toBe(true);
  expect(signals[0]!.aborted).toBe(false);
});
