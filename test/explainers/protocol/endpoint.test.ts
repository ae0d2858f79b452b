import { MessageChannel } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Progress } from '../../../src/explainers/contracts/results.ts';
import { ExplainError } from '../../../src/explainers/errors.ts';
import { Endpoint, type Handlers, type Port, type Side } from '../../../src/explainers/protocol/endpoint.ts';

interface Calculator extends Side {
  readonly requests: {
    double(request: { n: number; answerAfter: number }): { n: number };
    fail(request: { kind: 'image' | 'bug' }): null;
    wait(request: { name: string }): null;
    bytes(request: { values: Float32Array }): { values: Float32Array };
  };
  readonly notifications: { readonly told: string };
}

interface Nobody extends Side {
  readonly requests: Record<never, never>;
  readonly notifications: Record<never, never>;
}

/** Two ports joined back to back, each message structured-cloned as a real channel does it. */
function pair(): [Port, Port] {
  const listeners: Array<((message: unknown) => void) | undefined> = [undefined, undefined];
  const port = (own: number): Port => ({
    post: (message) => {
      const clone = structuredClone(message);
      queueMicrotask(() => listeners[1 - own]?.(clone));
    },
    listen: (receive) => {
      listeners[own] = receive;
      return () => {
        listeners[own] = undefined;
      };
    },
  });
  return [port(0), port(1)];
}

const silence: Handlers<Nobody> = { requests: {}, notifications: {} };

function calculator(
  overrides: Partial<Handlers<Calculator>['requests']> = {},
  told: (text: string) => void = () => {},
) {
  const [here, there] = pair();
  const waiting: Array<{ after: number; answer: () => void }> = [];
  const server = new Endpoint<Calculator, Nobody>(there, {
    requests: {
      double: ({ n, answerAfter }) =>
        new Promise((resolve) => waiting.push({ after: answerAfter, answer: () => resolve({ n: 2 * n }) })),
      fail: ({ kind }) => {
        if (kind === 'bug') throw new TypeError('x is undefined');
        throw new ExplainError({ kind, message: 'Not an image.', subject: 'a.png', next: 'Choose another.' });
      },
      wait: (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new ExplainError({ kind: 'cancelled', message: 'Stopped.' })));
        }),
      bytes: ({ values }) => ({ values: values.map((v) => v + 1) }),
      ...overrides,
    },
    notifications: { told },
  });
  const client = new Endpoint<Nobody, Calculator>(here, silence);
  const answerAll = () => {
    for (const w of waiting.sort((a, b) => a.after - b.after)) w.answer();
  };
  return { client, server, answerAll };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('Endpoint', () => {
  it('gives each request its own reply, whatever the order of the replies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.integer(), fc.integer()), { maxLength: 20 }), async (jobs) => {
        const { client, answerAll } = calculator();
        const replies = Promise.all(jobs.map(([n, answerAfter]) => client.request('double', { n, answerAfter })));
        await settled();
        expect(client.unanswered).toBe(jobs.length);
        answerAll();
        expect(await replies).toEqual(jobs.map(([n]) => ({ n: n * 2 })));
        expect(client.unanswered).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it('settles every request exactly once under any mix of replies, cancels and a disposal', async () => {
    const fate = fc.constantFrom('reply', 'cancel', 'cancelLate', 'leave');
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { maxLength: 12 }), async (fates) => {
        const { client, answerAll } = calculator();
        let answered = 0;
        const controllers = fates.map(() => new AbortController());
        const outcomes = fates.map((f, i) =>
          client
            .request(
              f === 'leave' ? 'wait' : 'double',
              { n: i, answerAfter: i, name: '' },
              { signal: controllers[i]!.signal, onAnswered: () => answered++ },
            )
            .then(
              () => 'reply',
              (error: ExplainError) => error.kind,
            ),
        );
        await settled();
        for (const [i, f] of fates.entries()) if (f === 'cancel') controllers[i]!.abort();
        await settled();
        answerAll();
        await settled();
        for (const [i, f] of fates.entries()) if (f === 'cancelLate') controllers[i]!.abort();
        client.dispose({ kind: 'engine', message: 'The process ended.' });
        expect(await Promise.all(outcomes)).toEqual(
          fates.map((f) => ({ reply: 'reply', cancel: 'cancelled', cancelLate: 'reply', leave: 'engine' })[f]),
        );
        expect(answered).toBe(fates.length);
      }),
      { numRuns: 50 },
    );
  });

  it('tells the other side when there is enough, once, and waits for its answer', async () => {
    const heard: AbortSignal[] = [];
    const { client } = calculator({
      double: ({ n }, { signal, stop }) =>
        new Promise((resolve) => {
          heard.push(signal);
          const answer = () => resolve({ n: 2 * n });
          if (stop.aborted) answer();
          else stop.addEventListener('abort', answer);
        }),
    });
    const enough = new AbortController();
    const reply = client.request('double', { n: 4, answerAfter: 0 }, { stop: enough.signal });
    await settled();
    expect(client.unanswered).toBe(1);
    enough.abort();
    expect(await reply).toEqual({ n: 8 });
    // Enough before it was asked.
    expect(await client.request('double', { n: 5, answerAfter: 0 }, { stop: enough.signal })).toEqual({ n: 10 });
    expect(heard.map((signal) => signal.aborted)).toEqual([false, false]);
  });

  it('carries errors as reports, and calls what is not an ExplainError a defect', async () => {
    const { client } = calculator();
    const report = { kind: 'image', message: 'Not an image.', subject: 'a.png', next: 'Choose another.' };
    const error = await client.request('fail', { kind: 'image' }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ExplainError);
    expect(error).toMatchObject(report);
    await expect(client.request('fail', { kind: 'bug' })).rejects.toMatchObject({
      kind: 'internal',
      message: 'x is undefined',
    });
  });

  it('answers a method that nobody handles with an error, inherited names included', async () => {
    const { client } = calculator();
    for (const method of ['nothing', 'toString', '__proto__']) {
      await expect(client.request(method as 'wait', { name: '' })).rejects.toMatchObject({ kind: 'internal' });
    }
  });

  it('tells the other side of a cancel, rejects at once, and says when the other side has answered', async () => {
    const stopped = vi.fn();
    let release = () => {};
    const { client } = calculator({
      wait: (_, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', stopped);
          release = () => resolve(null);
        }),
    });
    const controller = new AbortController();
    const onAnswered = vi.fn();
    const request = client.request('wait', { name: 'a' }, { signal: controller.signal, onAnswered });
    await settled();
    controller.abort();
    await expect(request).rejects.toMatchObject({ kind: 'cancelled' });
    await settled();
    expect(stopped).toHaveBeenCalledOnce();
    expect(onAnswered).not.toHaveBeenCalled();
    expect(client.unanswered).toBe(1);
    release();
    await settled();
    expect(onAnswered).toHaveBeenCalledOnce();
    expect(client.unanswered).toBe(0);
  });

  it('sends nothing for a signal that has already fired', async () => {
    const double = vi.fn();
    const { client } = calculator({ double });
    await expect(
      client.request('double', { n: 1, answerAfter: 0 }, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ kind: 'cancelled' });
    await settled();
    expect(double).not.toHaveBeenCalled();
  });

  it('ties progress to its own request', async () => {
    const { client } = calculator({
      wait: async ({ name }, { progress }) => {
        progress({ stage: 'explain', message: name, fraction: 0.5 });
        await settled();
        return null;
      },
    });
    const seen: Record<string, Progress[]> = { a: [], b: [] };
    await Promise.all(
      ['a', 'b'].map((name) => client.request('wait', { name }, { onProgress: (p) => seen[name]!.push(p) })),
    );
    expect(seen['a']).toEqual([{ stage: 'explain', message: 'a', fraction: 0.5 }]);
    expect(seen['b']).toEqual([{ stage: 'explain', message: 'b', fraction: 0.5 }]);
  });

  it('stops what it runs when it is disposed', async () => {
    const stopped = vi.fn();
    const { client, server } = calculator({
      wait: (_, { signal }) => new Promise(() => signal.addEventListener('abort', stopped)),
    });
    void client.request('wait', { name: '' }).catch(() => {});
    await settled();
    server.dispose();
    expect(stopped).toHaveBeenCalledOnce();
  });

  it('rejects instead of hanging when the port cannot send the request or the result', async () => {
    const broken: Port = {
      post: () => {
        throw new Error('channel closed');
      },
      listen: () => () => {},
    };
    const client = new Endpoint<Nobody, Calculator>(broken, silence);
    await expect(client.request('wait', { name: '' })).rejects.toMatchObject({ message: 'channel closed' });
    expect(client.unanswered).toBe(0);
    const { client: other } = calculator({ wait: () => (() => {}) as unknown as null });
    await expect(other.request('wait', { name: '' })).rejects.toMatchObject({ kind: 'internal' });
  });

  it('delivers notifications and ignores whatever is not one of its messages', async () => {
    const told = vi.fn();
    const { client } = calculator({}, told);
    client.notify('told', 'hello');
    await settled();
    expect(told).toHaveBeenCalledExactlyOnceWith('hello');
    fc.assert(
      fc.property(fc.anything(), (junk) => {
        let receive: (message: unknown) => void = () => {};
        const port: Port = {
          post: () => {},
          listen: (r) => {
            receive = r;
            return () => {};
          },
        };
        new Endpoint<Calculator, Nobody>(port, {
          requests: { double: () => ({ n: 0 }), fail: () => null, wait: () => null, bytes: (b) => b },
          notifications: { told: () => expect.unreachable() },
        });
        receive(junk);
      }),
    );
  });

  it('moves bytes across a real message channel as views that own their buffer', async () => {
    const { port1, port2 } = new MessageChannel();
    const port = (p: typeof port1): Port => ({
      post: (message) => p.postMessage(message),
      listen: (receive) => {
        p.on('message', receive);
        return () => p.close();
      },
    });
    new Endpoint<Calculator, Nobody>(port(port2), {
      requests: {
        double: () => ({ n: 0 }),
        fail: () => null,
        wait: () => null,
        bytes: ({ values }) => {
          expect(values.buffer.byteLength).toBe(values.byteLength);
          return { values };
        },
      },
      notifications: { told: () => {} },
    });
    const client = new Endpoint<Nobody, Calculator>(port(port1), silence);
    const values = new Float32Array([0, 1, 2, 3]).subarray(1, 3);
    expect((await client.request('bytes', { values })).values).toEqual(new Float32Array([1, 2]));
    client.dispose();
  });
});
