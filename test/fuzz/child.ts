// Runs cases one by one in a process of its own, whose death is a fault of the case and nothing more.
//   node child.cjs TARGET FOLDER then, by message: a number to run; answers { number, faults, asked, refused, rss }
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasModelEnding } from '../../src/explainers/files/modelFiles.ts';
import { writeOnnx } from '../../src/explainers/importers/onnx/write.ts';
import { DefaultRng } from '../../src/explainers/numerics/randomPcg64.ts';
import { Session } from '../../src/explainers/session.ts';
import { root } from '../data.ts';
import { tinyClassifier } from '../tinyModels.ts';
import { type Fault, judged, judgedAnswer } from './judge.ts';
import { watchOpened } from './opened.ts';
import { targets } from './targets.ts';

const [id, place] = process.argv.slice(2) as [string, string];
/** A level or two below what may be read: files near an image or a model are looked for in the folders above it too. */
const folder = path.join(place, 'data/case');
const target = targets.find((each) => each.id === id)!;
const seeds = target.seeds();
/** Sound files that cases may use in addition to their own. */
const companions = path.join(place, 'data/sound');
mkdirSync(companions, { recursive: true });
writeFileSync(path.join(companions, 'image.png'), readFileSync(path.join(root, 'examples/photos/chelsea.png')));
writeFileSync(path.join(companions, 'sound.onnx'), writeOnnx(tinyClassifier()));
const session = new Session({ threads: 1, device: 'cpu' });
const { outside } = watchOpened([place, path.resolve(root), process.execPath]);

/** Seconds of the processor: more is a fault. */
const SLOW = 5;

async function run(number: number): Promise<void> {
  // A case depends on its number alone: the seed in turn, what is done to it from the number.
  const random = new DefaultRng(number);
  const files = target.damage(seeds[number % seeds.length]!, random);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of files) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), bytes);
  }
  const faults: Fault[] = [];
  let asked = 0;
  let refused = 0;
  const cpu = process.cpuUsage();
  outside.length = 0;
  await target.exercise(
    {
      session,
      path: (name) => path.join(files.has(name) ? folder : companions, name),
      async ask(what, request) {
        asked++;
        try {
          const answer = await request();
          faults.push(...judgedAnswer(what, answer));
          return answer;
        } catch (thrown) {
          refused++;
          faults.push(...judged(what, thrown));
          return undefined;
        }
      },
    },
    files,
    number,
  );
  for (const file of new Set(outside)) {
    // A card may name a model wherever it lies, if it is called as models are.
    if (existsSync(file) && !hasModelEnding(file)) faults.push({ fault: 'a step outside the folder', detail: file });
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (user + system) / 1e6;
  const { slow = SLOW } = target;
  if (seconds > slow) faults.push({ fault: 'slow', detail: `${seconds.toFixed(1)} s of the processor` });
  const rss = process.memoryUsage().rss;
  process.send!({ number, faults, asked, refused, rss });
}

process.on('uncaughtException', (error) => {
  process.send!({ uncaught: String(error.stack) });
  process.exit(70);
});
process.on('message', (number: number) => void run(number));
process.send!({ ready: seeds.length });
