import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ErrorReport } from '../../../src/explainers/errors.ts';
import { ExplainerClient } from '../../../src/extension/worker/client.ts';
import { LONG } from '../../long.ts';

let folder: string;
let entry: string;
const clients: ExplainerClient[] = [];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'saliency-lens-'));
  entry = path.join(folder, 'worker.cjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'fixtureWorker.ts')],
    outfile: entry,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'silent',
  });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const KILLS = LONG ? 50 : 15;
/** Long enough for a busy machine to hear of a cancel within it. */
const GRACE = 1000;

function makeClient(options: { idle?: number; processOptions?: object; entry?: string } = {}) {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const client = new ExplainerClient({
    entry: options.entry ?? entry,
    log: { debug: write, info: write, warn: write, error: write },
    processOptions: () => options.processOptions ?? {},
    idleMilliseconds: () => options.idle ?? 0,
    cancelGraceMilliseconds: GRACE,
  });
  clients.push(client);
  return { client, lines };
}

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const card = (client: ExplainerClient) => client.request('inferredCard', { model: 'm' });
const predict = (client: ExplainerClient, image: string, signal?: AbortSignal) =>
  client.request('predict', { image, model: 'm' }, signal ? { signal } : {});
const failure = (promise: Promise<unknown>): Promise<ErrorReport> =>
  promise.then(
    () => expect.unreachable(),
    (e) => e,
  );

describe('ExplainerClient', () => {
  it('starts one process on the first request and hands it its options', async () => {
    const { client } = makeClient({ processOptions: { threads: 2 } });
    expect(client.pid).toBeUndefined();
    const [a, b] = await Promise.all([card(client), card(client)]);
    expect(a).toEqual({ path: String(client.pid), text: '{"threads":2} m' });
    expect(b.path).toBe(a.path);
  });

  it('moves bytes and floats as what they are', async () => {
    const { client } = makeClient();
    const { bytes } = await client.request('display', { image: 'a' });
    expect(Object.prototype.toString.call(bytes)).toBe('[object Uint8Array]');
    expect([...bytes]).toEqual([1, 2, 3]);
    const request = { image: 'a', model: 'm', method: 'gradCam', classes: [0] };
    expect((await client.request('explain', request)).maps[0]?.values).toEqual(new Float32Array([1, -1]));
  });

  it('rejects what was pending when the process is killed, says why, and starts a fresh one on the next request', async () => {
    const { client } = makeClient();
    const stopped = vi.fn();
    client.onStopped(stopped);
    const before = await card(client);
    const pending = failure(predict(client, 'hang'));
    process.kill(client.pid!, 'SIGKILL');
    const report = await pending;
    expect(report.message).toMatch(/explainer process was killed from outside \(SIGKILL\)/);
    expect(report.next).toMatch(/Try again/);
    expect(stopped).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ kind: 'engine', message: report.message }),
    );
    expect((await card(client)).path).not.toBe(before.path);
  });

  it('names the exit code of a process that ended by itself', async () => {
    const { client } = makeClient();
    expect(await failure(predict(client, 'exit'))).toMatchObject({
      kind: 'engine',
      message: expect.stringContaining('exit code 3'),
    });
    await card(client);
  });

  it('reports an uncaught error with its text, logs its stack, and goes on with a fresh process', async () => {
    const { client, lines } = makeClient();
    expect(await failure(predict(client, 'throwLater'))).toMatchObject({
      kind: 'internal',
      message: expect.stringContaining('not part of these tests'),
    });
    expect(lines.join('\n')).toMatch(/Error: not part of these tests\n\s+at /);
    await card(client);
  });

  it('tells an exhausted heap from other ends', async () => {
    vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=32');
    try {
      const { client } = makeClient();
      expect(await failure(predict(client, 'outOfHeap'))).toMatchObject({
        kind: 'memory',
        next: expect.stringContaining('smaller model'),
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('cancels within the process where it listens, and keeps the process', async () => {
    const { client } = makeClient();
    const { path: pid } = await card(client);
    const controller = new AbortController();
    const onProgress = vi.fn(() => controller.abort());
    const request = client.request('predict', { image: 'wait', model: 'm' }, { signal: controller.signal, onProgress });
    expect(await failure(request)).toMatchObject({ kind: 'cancelled' });
    await new Promise((resolve) => setTimeout(resolve, 1.5 * GRACE));
    expect((await card(client)).path).toBe(pid);
  });

  it('replaces a process that is blocked after a cancel, and asks its successor what else was waiting', async () => {
    const { client } = makeClient();
    const stopped = vi.fn();
    client.onStopped(stopped);
    const { path: pid } = await card(client);
    const controller = new AbortController();
    const blocked = failure(predict(client, 'block', controller.signal));
    const waiting = card(client);
    controller.abort();
    // At once, not when the process is given up.
    expect(await blocked).toMatchObject({ kind: 'cancelled' });
    expect(client.pid).toBe(Number(pid));
    expect((await waiting).path).not.toBe(pid);
    expect(stopped).not.toHaveBeenCalled();
  });

  it('leaves a process alone that has heard of a cancel, however long its answer takes', async () => {
    const { client } = makeClient();
    const { path: pid } = await card(client);
    const controller = new AbortController();
    const slow = failure(predict(client, 'hang', controller.signal));
    controller.abort();
    expect(await slow).toMatchObject({ kind: 'cancelled' });
    await new Promise((resolve) => setTimeout(resolve, 1.5 * GRACE));
    expect((await card(client)).path).toBe(pid);
  });

  it('asks again after a restart on demand', async () => {
    const { client } = makeClient();
    const { path: pid } = await card(client);
    const waiting = card(client);
    client.restart();
    expect((await waiting).path).not.toBe(pid);
  });

  it('ends an idle process, and only an idle one', async () => {
    const { client, lines } = makeClient({ idle: 50 });
    const controller = new AbortController();
    // Also its start and its first request take longer than that.
    const busy = failure(predict(client, 'wait', controller.signal));
    const pid = client.pid!;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(client.pid).toBe(pid);
    controller.abort();
    expect(await busy).toMatchObject({ kind: 'cancelled' });
    await expect.poll(() => client.pid).toBeUndefined();
    await expect.poll(() => alive(pid)).toBe(false);
    expect(lines).toContain(`Ending explainer process ${pid}: it was idle.`);
  });

  it('says so when the process cannot start', async () => {
    const { client } = makeClient({ entry: path.join(folder, 'missing.cjs') });
    expect(await failure(card(client))).toMatchObject({
      kind: 'engine',
      message: expect.stringContaining('exit code 1'),
    });
  });

  it('rejects what is pending when it is disposed, and leaves no process behind', async () => {
    const { client } = makeClient();
    await card(client);
    const pid = client.pid!;
    const pending = failure(predict(client, 'hang'));
    client.dispose();
    expect(await pending).toMatchObject({ kind: 'cancelled' });
    await expect.poll(() => alive(pid)).toBe(false);
  });

  it(`asks the next process what the last one was dead for: ${KILLS} kills, each with a request sent at once`, {
    timeout: 240_000,
  }, async () => {
    const { client } = makeClient();
    await card(client);
    const answers: string[] = [];
    for (let i = 0; i < KILLS; i++) {
      const { pid } = client;
      process.kill(pid!, 'SIGKILL');
      const { path: by } = await card(client);
      expect(by).not.toBe(String(pid));
      answers.push(by);
    }
    expect(answers).toHaveLength(KILLS);
  });

  it('writes a verdict once, however the process dies around it', { timeout: 240_000 }, async () => {
    const { client } = makeClient();
    const file = path.join(folder, 'verdicts');
    const write = (note: string) =>
      client.request('review', { finding: { file } as never, verdict: 'wrong', note, modelSha256: null, settings: {} });
    await card(client);
    const told: string[] = [];
    for (let i = 0; i < 25; i++) {
      await card(client);
      process.kill(client.pid!, 'SIGKILL');
      // The process is dead: its successor writes it. What follows is sent to a living one, and may be lost or written,
      // never twice.
      await write(`dead ${i}`).then(() => told.push(`dead ${i}`));
      const writing = write(`alive ${i}`).then(
        () => told.push(`alive ${i}`),
        () => {},
      );
      if (i % 2 === 0) await new Promise((resolve) => setTimeout(resolve, i));
      process.kill(client.pid!, 'SIGKILL');
      await writing;
    }
    const written = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(new Set(written).size).toBe(written.length);
    expect(written).toEqual(expect.arrayContaining(told));
    expect(told.filter((note) => note.startsWith('dead'))).toHaveLength(25);
  });

  it.skipIf(process.platform === 'win32').each(['assess', 'compareMethods', 'checkLabels'] as const)('an abort in %s: one report, and the next request works', async (method) => {
    const { client } = makeClient();
    const stopped = vi.fn();
    client.onStopped(stopped);
    const { path: before } = await card(client);
    const request = client.request as (method: string, params: object) => Promise<unknown>;
    // Another request that the process has begun with when it ends.
    const pending = failure(predict(client, 'hang'));
    await card(client);
    const report = await failure(request.call(client, method, { image: 'a', model: 'm' }));
    const other = await pending;
    expect(report).toMatchObject({ kind: 'engine', message: expect.stringMatching(/SIGABRT/), next: expect.any(String) });
    // One text, so that a page can say it once.
    expect(other).toEqual(report);
    expect(stopped).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: report!.message }));
    expect((await card(client)).path).not.toBe(before);
  }); // biome-ignore format: the title

  it('says what ended it where a request that it had begun with did', async () => {
    const { client } = makeClient();
    await card(client);
    const { pid } = client;
    expect(await failure(predict(client, 'exit'))).toMatchObject({ kind: 'engine', next: expect.any(String) });
    expect((await card(client)).path).not.toBe(String(pid));
  });
});
