// An explainer process whose requests misbehave on purpose; the plumbing around them is the real one.
import { appendFileSync } from 'node:fs';
import { serveParent } from '../../../src/explainers/process/serveParent.ts';
import type { Handlers } from '../../../src/explainers/protocol/endpoint.ts';
import type { ExplainerClientSide, ExplainerSide } from '../../../src/explainers/protocol/messages.ts';
import { REQUEST_NAMES } from '../../../src/explainers/protocol/requests.ts';

const block = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
const never = () => {
  throw new Error('not part of these tests');
};

/** What a native library does that finds itself broken. */
const dies = () => {
  process.kill(process.pid, 'SIGABRT');
  return new Promise<never>(() => {});
};

serveParent<ExplainerSide, ExplainerClientSide>({
  ...(Object.fromEntries(REQUEST_NAMES.map((name) => [name, never])) as unknown as Handlers<ExplainerSide>['requests']),
  review: ({ finding, note, verdict }) => {
    appendFileSync(finding.file, `${note}\n`);
    return { verdict, note } as never;
  },
  assess: dies,
  compareMethods: dies,
  checkLabels: dies,
  inferredCard: ({ model }) => ({ path: `${process.pid}`, text: `${process.argv[2]} ${model}` }),
  display: ({ image }) => ({
    image,
    size: [1, 2],
    mime: 'image/png',
    bytes: Buffer.from([1, 2, 3]),
    format: 'png',
    notes: [],
  }),
  // `image` says what to do.
  predict: async ({ image }, { signal, progress }) => {
    if (image === 'hang') await new Promise(() => setInterval(() => {}, 1000));
    if (image === 'block') block(60_000);
    if (image === 'throwLater') setTimeout(() => never(), 1);
    if (image === 'outOfHeap') {
      const hoard: unknown[] = [];
      for (;;) hoard.push(new Array(1000).fill({ hoard }));
    }
    if (image === 'exit') process.exit(3);
    progress({ stage: 'predict', message: 'waiting', fraction: null });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, 5000);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(new Error('stopped on request'));
      });
    });
    return never();
  },
  explain: () => ({
    maps: [
      {
        id: 'map_1',
        method: 'gradCam',
        index: 0,
        label: '',
        size: [1, 2],
        values: new Float32Array([1, -1]),
        signed: false,
        geometry: {} as never,
        parameters: {},
        notes: [],
        figures: {},
        milliseconds: 0,
      },
    ],
    agreement: [],
  }),
});
