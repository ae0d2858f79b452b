// Many requests over six models, two more than a session keeps: whether memory, files and threads grow.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encodePng } from '../../src/explainers/images/encode.ts';
import { Session } from '../../src/explainers/session.ts';
import { tinyClassifier, writeModel } from '../tinyModels.ts';
import { megabytes } from './processMemory.ts';
import { vggLike } from './vggLike.ts';

/** After so many the process has what it needs: from there on it should stay as it is. */
const WARM = 0.2;
/** How much more it may take at the end. */
const GROWTH = 1.05;

const METHODS = ['gradCam', 'gradient', 'hiResCam', 'lrp'] as const;

const count = (folder: string): number => {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
};

/** Collects garbage, what its finalizers let go included. */
async function collected(): Promise<void> {
  const { gc } = globalThis as { gc?: () => void };
  if (!gc) throw new Error('Node must be started with --expose-gc.');
  for (let round = 0; round < 3; round++) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function main(): Promise<void> {
  const requests = Number(process.argv[2] ?? 10_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-reliability-'));
  try {
    const models = [
      ...[2, 3, 5, 8].map((classes) =>
        writeModel(folder, tinyClassifier({ classes, size: 32 }), `tiny${classes}.onnx`),
      ),
      writeModel(folder, vggLike({ width: 1 / 16, size: 64, classes: 10 }), 'vgg16th.onnx'),
      writeModel(folder, vggLike({ width: 1 / 8, size: 64, classes: 10 }), 'vgg8th.onnx'),
    ];
    const images: string[] = [];
    for (let i = 0; i < 12; i++) {
      const image = path.join(folder, `image${i}.png`);
      writeFileSync(
        image,
        await encodePng(
          Uint8Array.from({ length: 3 * 64 * 64 }, (_, k) => (k * (37 + i)) % 256),
          [64, 64],
        ),
      );
      images.push(image);
    }
    // Every map has a seed of its own and is made; those that are kept reach their bound before the process counts as
    // warm.
    const session = new Session({ threads: 1, keptMaps: 2 ** 23 });
    let warm = 0;
    let most = 0;
    console.log(`${'requests'.padStart(9)} ${'MB'.padStart(6)} ${'files'.padStart(6)} ${'threads'.padStart(8)}`);
    for (let i = 1; i <= requests; i++) {
      // Steps that share no factor: every model meets every image and method.
      const [model, image] = [models[i % models.length]!, images[Math.floor(i / 5) % images.length]!];
      if (i % 2 === 0) await session.predict({ image, model });
      else
        await session.explain({
          image,
          model,
          method: METHODS[Math.floor(i / 7) % METHODS.length]!,
          classes: [0, 1],
          seed: i,
        });
      if (i % Math.ceil(requests / 20) !== 0) continue;
      // What nobody holds any more is given back first: when Node would do so by itself depends on the machine's load.
      await collected();
      const now = megabytes('now');
      console.log(
        `${String(i).padStart(9)} ${String(now).padStart(6)} ${String(count('/proc/self/fd')).padStart(6)} ${String(count('/proc/self/task')).padStart(8)}`,
      );
      if (i < WARM * requests) continue;
      if (warm === 0) warm = now;
      most = Math.max(most, now);
    }
    await session.dispose();
    console.log(`from ${warm} MB to at most ${most} MB: ${(100 * (most / warm - 1)).toFixed(1)} % more`);
    if (most > GROWTH * warm) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
