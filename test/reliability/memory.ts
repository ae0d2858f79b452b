// All methods of a model of half a gigabyte, one after the other in one session: what the process takes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { encodePng } from '../../src/explainers/images/encode.ts';
import { writeOnnx } from '../../src/explainers/importers/onnx/write.ts';
import { Session } from '../../src/explainers/session.ts';
import { megabytes } from './processMemory.ts';
import { vggLike } from './vggLike.ts';

/** Fewer runs than people make: what a run takes is the same. */
const FEWER: Readonly<Record<string, number>> = {
  steps: 6,
  samples: 24,
  masks: 24,
  maxEvaluations: 24,
  evaluations: 24,
};
/** Windows of an eighth of the image. */
const WINDOWS = { window: 28, stride: 28 };

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-reliability-'));
  const [model, image] = [path.join(folder, 'vgg.onnx'), path.join(folder, 'image.png')];
  try {
    const mode = process.argv[2];
    if (mode === 'write') {
      writeFileSync(process.argv[3]!, writeOnnx(vggLike()));
      return;
    }
    const size = 64;
    writeFileSync(
      image,
      await encodePng(
        Uint8Array.from({ length: 3 * size * size }, (_, i) => (i * 37) % 256),
        [size, size],
      ),
    );
    // Another process writes it, so that this one's memory is the session's.
    const { execFileSync } = await import('node:child_process');
    execFileSync(process.execPath, [process.argv[1]!, 'write', model], { stdio: 'inherit' });
    const session = new Session();
    const { methods, bytes } = await session.describe({ model });
    const weights = Math.round(bytes / 2 ** 20);
    const { scores } = await session.predict({ image, model });
    const best = scores.reduce((a, b) => (b.score > a.score ? b : a)).index;
    console.log(
      `weights ${weights} MB\n${'method'.padEnd(22)} ${'MB after'.padStart(9)} ${'MB at most'.padStart(10)} ${'s'.padStart(7)}`,
    );
    for (const { id, parameters, unavailable } of methods) {
      if (unavailable) continue;
      const few = Object.fromEntries(Object.entries(FEWER).filter(([name]) => name in parameters));
      const start = performance.now();
      await session.explain({
        image,
        model,
        method: id,
        classes: [best],
        seed: 0,
        parameters: { ...few, ...(id === 'occlusion' && WINDOWS) },
      });
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.log(
        `${id.padEnd(22)} ${String(megabytes('now')).padStart(9)} ${String(megabytes('peak')).padStart(10)} ${seconds.padStart(7)}`,
      );
    }
    await session.dispose();
    const ratio = megabytes('peak') / weights;
    console.log(`at most ${ratio.toFixed(2)} times the weights`);
    if (ratio >= 3) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
