import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { RequestOptions } from '../../src/explainers/protocol/endpoint.ts';
import type { Host } from '../../src/webview/host.ts';
import { withRevision } from '../../src/webview/state/changes.ts';
import { Controller } from '../../src/webview/state/controller.ts';
import { initialState } from '../../src/webview/state/persisted.ts';
import { Replies } from '../../src/webview/state/replies.ts';
import { currentImage, keysFor } from '../../src/webview/state/selection.ts';
import { Store } from '../../src/webview/state/store.ts';
import { overlays } from './moments.ts';
import { makeScene } from './page/scene.ts';

interface Asked {
  readonly method: string;
  readonly params: Record<string, unknown>;
  readonly options: RequestOptions | undefined;
  readonly signal: AbortSignal | undefined;
  reply(value: unknown): Promise<void>;
  fail(error: unknown): Promise<void>;
}

/** Lets everything that waits for a promise go on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

const scene = makeScene('chest');
let asked: Asked[];
let told: unknown[];
let saved: unknown;
let store: Store;
let replies: Replies;
let controller: Controller;

const open = (method: string) => asked.filter((each) => each.method === method);
const last = (method: string) => open(method).at(-1)!;

beforeEach(async () => {
  asked = [];
  told = [];
  saved = undefined;
  const host = {
    request: (method, params, options) =>
      new Promise((resolve, reject) => {
        options?.signal?.addEventListener('abort', () => reject({ kind: 'cancelled', message: 'Stopped.' }));
        asked.push({
          method,
          params: params as Record<string, unknown>,
          options,
          signal: options?.signal,
          async reply(value) {
            resolve(value as never);
            await settle();
          },
          async fail(error) {
            reject(error);
            await settle();
          },
        });
      }),
    notify: (method, value) => void told.push([method, value]),
    forgetEarly: () => {},
    getState: () => undefined,
    setState: (state) => {
      saved = state;
    },
  } satisfies Host;
  store = new Store(initialState(undefined));
  replies = new Replies();
  controller = new Controller(store, replies, host, {
    decode: async (info) => ({ info, bitmap: {} as ImageBitmap }),
    soon: queueMicrotask,
  });
  void controller.start();
  await settle();
  await last('ready').reply(scene.contents);
});

/** Answers everything up to the scores. */
async function upToScores(): Promise<void> {
  const image = currentImage(store.state)!;
  await last('describe').reply(scene.description);
  await last('annotations').reply(scene.annotations(image));
  await last('predict').reply(scene.predict(image));
}

describe('Controller', () => {
  it('asks for everything about the image at once, each thing once', async () => {
    expect(asked.map((each) => each.method)).toEqual(['ready', 'display', 'describe', 'predict', 'annotations']);
    store.touch();
    await settle();
    expect(asked).toHaveLength(5);
  });

  it('explains as soon as there are scores, and keeps the reply for good', async () => {
    await upToScores();
    expect(last('explain').params).toMatchObject({ method: 'gradCam', classes: [4] });
    await last('explain').reply(scene.explain('gradCam', [4]));
    const count = open('explain').length;
    store.adjust({ methods: [] });
    await settle();
    store.adjust({ methods: ['gradCam'] });
    await settle();
    expect(
      open('explain')
        .slice(count)
        .map((each) => each.params['classes']),
    ).not.toContainEqual([4]);
  });

  it('stops what is no longer wanted, and ignores its reply', async () => {
    await upToScores();
    const first = last('explain');
    store.navigate({ chosen: 7 });
    await settle();
    expect(first.signal?.aborted).toBe(true);
    expect(last('explain').params['classes']).toEqual([7]);
    await first.reply(scene.explain('gradCam', [4]));
    const keys = keysFor(store.state, currentImage(store.state));
    expect(replies.get('explain', keys.explain('gradCam', 4)).status).toBe('idle');
  });

  it('asks again when the model changes on disk, and drops what was on its way', async () => {
    const first = last('predict');
    store.update((state) => withRevision(state, state.navigation.model!, null));
    await settle();
    expect(first.signal?.aborted).toBe(true);
    expect(open('predict')).toHaveLength(2);
    expect(open('display')).toHaveLength(1);
  });

  it('does not try a failure again by itself, but when asked to', async () => {
    await last('predict').fail({ kind: 'memory', message: 'The explainer ran out of memory.' });
    store.touch();
    await settle();
    expect(open('predict')).toHaveLength(1);
    const keys = keysFor(store.state, currentImage(store.state));
    expect(replies.get('predict', keys.predict)).toMatchObject({ status: 'failed', error: { kind: 'memory' } });
    controller.retry();
    await settle();
    expect(open('predict')).toHaveLength(2);
  });

  it('keeps stopped what the user stopped', async () => {
    await upToScores();
    const keys = keysFor(store.state, currentImage(store.state));
    const request = last('explain');
    controller.stop(keys.explain('gradCam', 4));
    await settle();
    expect(request.signal?.aborted).toBe(true);
    expect(replies.get('explain', keys.explain('gradCam', 4))).toMatchObject({
      status: 'failed',
      error: { kind: 'cancelled' },
    });
    const before = open('explain').length;
    store.touch();
    await settle();
    expect(open('explain')).toHaveLength(before);
  });

  it('shows a map while it is refined, and keeps it as it is when that is enough', async () => {
    await upToScores();
    const key = keysFor(store.state, currentImage(store.state)).explain('gradCam', 4);
    const { options, reply } = last('explain');
    const { maps, agreement } = scene.explain('gradCam', [4]);
    options!.onProgress!({ stage: 'explain', message: 'Grad-CAM of Mass', fraction: 0.1, maps });
    options!.onProgress!({ stage: 'explain', message: 'Grad-CAM of Mass', fraction: 0.2 });
    const waiting = replies.get('explain', key);
    expect(waiting).toMatchObject({ status: 'waiting', progress: { fraction: 0.2 }, partial: { map: maps[0] } });
    expect(overlays(store.state, replies)).toMatchObject([{ explained: { map: maps[0] }, refining: true }]);
    controller.keep(key);
    expect([options!.stop!.aborted, options!.signal!.aborted]).toEqual([true, false]);
    await reply({ maps: [{ ...maps[0]!, stoppedAt: 0.2 }], agreement });
    expect(replies.value('explain', key)).toMatchObject({ map: { stoppedAt: 0.2 } });
    expect(overlays(store.state, replies)).toMatchObject([{ refining: false }]);
  });

  it('goes on to the next image when this one cannot be decoded', async () => {
    await last('display').fail({ kind: 'image', message: 'Not an image.' });
    store.navigate({ current: 1 });
    await settle();
    expect(last('display').params).toEqual({ image: scene.contents.images[1] });
  });

  it('saves navigation and how the user likes it, and nothing of the host’s', async () => {
    store.adjust({ opacity: 0.3 });
    await settle();
    expect(saved).toMatchObject({
      version: 1,
      panel: scene.contents.panel,
      navigation: { current: 0 },
      ui: { opacity: 0.3 },
    });
    expect(Object.keys(saved as object)).toEqual(['version', 'panel', 'navigation', 'ui']);
    expect(JSON.stringify(saved)).not.toContain(scene.contents.images[0]);
    store.navigate({ current: 2 });
    await settle();
    expect(told.at(-1)).toEqual(['state', { current: 2, model: scene.contents.model }]);
  });

  it('says why it cannot start, and can be asked to try again', async () => {
    const store = new Store(initialState(undefined));
    const request = vi.fn().mockRejectedValue({ kind: 'internal', message: 'No.' });
    const host = { request, notify: () => {}, forgetEarly: () => {}, getState: () => undefined, setState: () => {} };
    const alone = new Controller(store, new Replies(), host, { decode: vi.fn(), soon: queueMicrotask });
    await alone.start();
    expect(store.state.resource.failure?.message).toBe('No.');
    alone.retry();
    await settle();
    expect(request).toHaveBeenCalledTimes(2);
  });

  describe('while the page is hidden', () => {
    const explained = (method = 'gradCam') => keysFor(store.state, currentImage(store.state)).explain(method, 4);

    async function shown(): Promise<void> {
      await last('display').reply({ image: currentImage(store.state), size: [1, 1], mime: 'image/png', notes: [] });
      await upToScores();
      await last('explain').reply(scene.explain('gradCam', [4]));
      expect(replies.held).toBeGreaterThanOrEqual(2);
    }

    it('holds no map and no picture, asks for none, and comes back with the same view', async () => {
      await shown();
      const before = overlays(store.state, replies);
      controller.setVisible(false);
      await settle();
      expect(replies.held).toBe(0);
      expect(overlays(store.state, replies)).toEqual([]);
      const count = [open('explain').length, open('display').length];
      store.touch();
      await settle();
      expect([open('explain').length, open('display').length]).toEqual(count);
      controller.setVisible(true);
      await settle();
      expect(last('explain').params).toMatchObject({ method: 'gradCam', classes: [4] });
      await last('explain').reply(scene.explain('gradCam', [4]));
      expect(overlays(store.state, replies)).toEqual(before);
    });

    it('goes on with what runs, keeps nothing of it, and asks for it when it comes to light', async () => {
      await upToScores();
      const { options, reply } = last('explain');
      controller.setVisible(false);
      await settle();
      expect(options!.signal!.aborted).toBe(false);
      const { maps, agreement } = scene.explain('gradCam', [4]);
      options!.onProgress!({ stage: 'explain', message: 'Grad-CAM of Mass', fraction: 0.1, maps });
      expect(replies.held).toBe(0);
      await reply({ maps, agreement });
      await settle();
      expect(replies.get('explain', explained())).toEqual({ status: 'away' });
      controller.setVisible(true);
      await settle();
      expect(open('explain').at(-1)!.params).toMatchObject({ method: 'gradCam', classes: [4] });
    });

    it('keeps a map that was stopped before its end: nobody could make it again', async () => {
      await upToScores();
      const { maps, agreement } = scene.explain('gradCam', [4]);
      await last('explain').reply({ maps: [{ ...maps[0]!, stoppedAt: 0.3 }], agreement });
      controller.setVisible(false);
      await settle();
      expect(replies.value('explain', explained())).toMatchObject({ map: { stoppedAt: 0.3 } });
    });
  });
});
