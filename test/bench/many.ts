// One measurement of `npm run bench -- many`, in a process of its own: decoding alone, the model alone, or a check of
// many images, printed as JSON. Run by scripts/bench/many.mjs.
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OpenModels } from '../../src/explainers/session/models/openModels.ts';
import { OpenImages } from '../../src/explainers/session/openImages.ts';
import { predictImage } from '../../src/explainers/session/predictImage.ts';
import { Session } from '../../src/explainers/session.ts';

const [what, folder, model, journal] = process.argv.slice(2) as [string, string, string, string | undefined];
/** As many at once as the check decodes ahead. */
const AT_ONCE = 2;
const files = readdirSync(path.join(folder, 'images'))
  .sort()
  .map((name) => path.join(folder, 'images', name));

const MEASURES: Readonly<Record<string, () => Promise<object>>> = {
  async labels() {
    const session = new Session();
    const { labels } = (await session.describe({ model })).card;
    await session.dispose();
    return { labels };
  },
  async decode() {
    const open = new OpenImages();
    const start = performance.now();
    let next = 0;
    const worker = async () => {
      while (next < files.length) await open.open(files[next++]!);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return { rate: (1000 * files.length) / (performance.now() - start) };
  },
  /** From decoded images to scores. */
  async model() {
    const models = new OpenModels({});
    const open = await models.open(model);
    const images = new OpenImages();
    const decoded = await Promise.all(files.slice(0, 2).map((image) => images.open(image)));
    const run = (i: number) => {
      // Another stamp, so that nothing that is kept of the image is used.
      const image = { ...decoded[i % 2]!, stamp: String(i) };
      return predictImage(open, image, images, {});
    };
    for (let i = 0; i < 5; i++) await run(i);
    const start = performance.now();
    const runs = Math.min(files.length, 500);
    for (let i = 0; i < runs; i++) await run(100 + i);
    const rate = (1000 * runs) / (performance.now() - start);
    await models.dispose();
    return { rate };
  },
  async check() {
    const session = new Session();
    const memory: number[] = [];
    const start = performance.now();
    const result = await session.checkLabels(
      { model, sources: [{ path: path.join(folder, 'labels.csv') }], ...(journal && { journal }) },
      {
        onProgress({ stage, fraction }) {
          if (stage === 'check' && (fraction ?? 0) * 10 >= memory.length)
            memory.push(process.memoryUsage.rss() / 2 ** 20);
        },
      },
    );
    const rate = (1000 * result.images) / (performance.now() - start);
    writeFileSync(path.join(folder, 'findings.json'), JSON.stringify(result.findings));
    await session.dispose();
    return { rate, memory, images: result.images, resumed: result.resumed, findings: result.findings.length };
  },
};

void MEASURES[what]!().then((measured) => process.stdout.write(`${JSON.stringify(measured)}\n`));
