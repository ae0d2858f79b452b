// An explainer process whose requests misbehave on purpose; the plumbing around them is the real one.
import { appendFileSync } from 'node:fs';
import { serveParent } from '../../../src/explainers/process/serveParent.ts';
import type { ExplainerClientSide, ExplainerSide } from '../../../src/explainers/protocol/messages.ts';

const block = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
const never = () => {
  throw new Error('not part of these tests');
};

serveParent<ExplainerSide, ExplainerClientSide>({
  describe: never,
  modelFiles: never,
  metrics: () => [],
  presets: () => [],
  agreement: never,
  assess: never,
  compareMethods: never,
  assessments: () => [],
  comparisons: () => [],
  annotations: never,
  annotationFilesChanged: never,
  checkLabels: never,
  review: ({ finding, note, verdict }) => {
    appendFileSync(finding.file, `${note}\n`);
    return { verdict, note } as never;
  },
  verdicts: never,
  inferredCard: ({ model }) => ({ path: `${process.pid}`, text: `${process.argv[2]} ${model}` }),
  display: ({ image }) => ({
    image,
    size: [1, 2],
    mime: 'image/png',
    bytes: Buffer.from([1, 2, 3]),
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
        reject(new Error('told to stop'));
      });
    });
    return never();
  },
  explain: () => ({
    maps: [
      {
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
