import { describe, expect, it, vi } from 'vitest';
import type { Progress } from '../../../src/explainers/contracts/results.ts';
import type { RequestOptions } from '../../../src/explainers/protocol/endpoint.ts';
import { requestKey } from '../../../src/explainers/protocol/requestKey.ts';
import { askAhead } from '../../../src/extension/panels/askAhead.ts';
import { Relay } from '../../../src/extension/panels/relay.ts';
import type { ExplainerClient } from '../../../src/extension/worker/client.ts';
import { keysFor } from '../../../src/webview/state/selection.ts';
import { plan } from '../../webview/moments.ts';
import { makeWorld } from '../../webview/world.ts';

vi.mock('vscode', () => ({ workspace: { isTrusted: true } }));

const image = '/a.png';
const model = '/m.onnx';
const explain = { image, model, method: 'lime', classes: [1] };
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A relay whose `explain` is open until it is answered; predictions come at once. */
function makeRelay() {
  const asked: {
    readonly method: string;
    readonly params: unknown;
    readonly options: RequestOptions;
    answer(value: unknown): void;
  }[] = [];
  const client = {
    request: (method: string, params: unknown, options: RequestOptions) => {
      if (method === 'describe') {
        const methods = ['gradCam', 'lime', 'rise'].map((id) => ({ id, slow: id !== 'gradCam' }));
        return Promise.resolve({ methods });
      }
      if (method === 'predict') return Promise.resolve({ scores: [{ index: 1, score: 0.9, predicted: true }] });
      return new Promise((answer) => asked.push({ method, params, options, answer }));
    },
  } as unknown as ExplainerClient;
  const early: (readonly [key: string, reply: unknown])[] = [];
  const relay = new Relay(client, { answered: () => {}, early: (...reply) => void early.push(reply) });
  const context = () => {
    const [cancel, stop, told] = [new AbortController(), new AbortController(), [] as Progress[]];
    const progress = (value: Progress) => void told.push(value);
    return { cancel, stop, told, context: { signal: cancel.signal, stop: stop.signal, progress } };
  };
  const explained = () => asked.filter((each) => each.method === 'explain');
  return { relay, context, explained, early };
}

const progress = (fraction: number): Progress => ({ stage: 'explain', message: '', fraction });

describe('Relay', () => {
  it('asks ahead once, and the page then hears of its progress, stops it and cancels it as its own', async () => {
    const { relay, context, explained } = makeRelay();
    relay.askAhead(image, model, ['lime']);
    await settle();
    const [ahead] = explained();
    ahead!.options.onProgress!(progress(0.1));
    const page = context();
    const reply = relay.handlers().explain(explain, page.context);
    ahead!.options.onProgress!(progress(0.2));
    expect(page.told.map((each) => each.fraction)).toEqual([0.1, 0.2]);
    expect(explained()).toHaveLength(1);
    page.stop.abort();
    expect([ahead!.options.stop!.aborted, ahead!.options.signal!.aborted]).toEqual([true, false]);
    page.cancel.abort();
    expect(ahead!.options.signal!.aborted).toBe(true);
    ahead!.answer({ maps: [], agreement: [] });
    expect(await reply).toEqual({ maps: [], agreement: [] });
  });

  it('sends the page the replies that it has not asked for, and keeps them until the page has them', async () => {
    const { relay, context, explained, early } = makeRelay();
    relay.askAhead(image, model, ['lime', 'rise']);
    await settle();
    explained()[0]!.answer({ maps: [], agreement: [] });
    await settle();
    const key = requestKey('explain', { classes: [1], image, method: 'lime', model });
    expect(early.map(([each]) => each.split(' ')[0])).toEqual(['describe', 'predict', 'explain']);
    expect(early.at(-1)).toEqual([key, { maps: [], agreement: [] }]);
    // Its own request was on the way: nothing is computed twice.
    const first = explained().length;
    expect(await relay.handlers().explain(explain, context().context)).toEqual({ maps: [], agreement: [] });
    expect(explained()).toHaveLength(first);
    void relay.handlers().explain(explain, context().context);
    expect(explained()).toHaveLength(first + 1);
  });

  it('forgets a reply that the page has used, and one that is no longer valid is not sent', async () => {
    const used = makeRelay();
    used.relay.askAhead(image, model, ['lime', 'rise']);
    await settle();
    used.relay.taken('explain', requestKey('explain', explain));
    void used.relay.handlers().explain(explain, used.context().context);
    expect(used.explained()).toHaveLength(2);
    used.explained()[0]!.answer({ maps: [], agreement: [] });
    await settle();
    expect(used.explained()).toHaveLength(2); // the page plans for itself
    const outdated = makeRelay();
    outdated.relay.askAhead(image, model, ['lime']);
    await settle();
    outdated.relay.forgetAhead();
    outdated.explained()[0]!.answer({ maps: [], agreement: [] });
    await settle();
    expect(outdated.early.map(([each]) => each.split(' ')[0])).toEqual(['describe', 'predict']);
  });

  it('asks ahead for one slow method at most', async () => {
    const { relay, explained } = makeRelay();
    relay.askAhead(image, model, ['lime', 'rise', 'gradCam']);
    await settle();
    expect(explained().map(({ params }) => params)).toMatchObject([{ method: 'gradCam' }, { method: 'lime' }]);
  });

  it('asks ahead what the page asks itself', async () => {
    const { state, replies, scene } = makeWorld('survey', []);
    const [shown, known] = [state.navigation.images[0]!, state.navigation.model!];
    const asked = new Map<string, unknown>();
    const answers: Readonly<Record<string, unknown>> = {
      describe: scene.description,
      predict: scene.predict(shown),
      annotations: scene.annotations(shown),
    };
    const named = ['lime', 'rise', 'gradCam', 'scoreCam'];
    askAhead({ image: shown, model: known, methods: named }, ({ kind, request }) => {
      asked.set(`${kind} ${JSON.stringify(request)}`, request);
      return kind in answers ? Promise.resolve(answers[kind]) : new Promise(() => {});
    });
    await settle();
    const settings = { ...state.resource.contents!.settings, methods: named };
    const page = { ...state, resource: { ...state.resource, contents: { ...state.resource.contents!, settings } } };
    const keys = keysFor(page, shown);
    for (const kind of ['describe', 'predict', 'annotations'] as const)
      replies.set(kind, keys[kind], { status: 'done', value: answers[kind] as never });
    const wanted = plan(page, replies).map(({ kind, request }) => `${kind} ${JSON.stringify(request)}`);
    expect([...asked.keys()].sort()).toEqual(wanted.sort());
    expect(wanted).toHaveLength(6);
  });

  it('passes on what was not asked ahead, with the means to stop it', async () => {
    const { relay, context, explained } = makeRelay();
    const page = context();
    void relay.handlers().explain({ ...explain, method: 'rise' }, page.context);
    page.stop.abort();
    expect(explained()[0]?.options.stop?.aborted).toBe(true);
  });
});
