import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openEngine } from '../../../src/explainers/engines/openEngine.ts';
import { writeOnnx } from '../../../src/explainers/importers/onnx/write.ts';
import { numbers, type TinyOptions, tinyClassifier } from '../../tinyModels.ts';

/** Why stand-ins for Python cannot be used here; undefined: they can. */
export const noStandIn = process.platform === 'win32' ? 'a script cannot stand in for Python on Windows' : undefined;

/**
 * A program in the place of Python. Its code runs in Node with `job`, what the extension asks of the script, `say`,
 * which writes a line of the protocol, and Node's `fs`, `path` and `spawn`.
 */
export function standIn(folder: string, name: string, code: string): string {
  const file = path.join(folder, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    file,
    `#!${process.execPath}
const fs = require('node:fs'), path = require('node:path'), { spawn } = require('node:child_process');
const job = JSON.parse(process.argv[3]);
const say = (line) => fs.writeSync(1, JSON.stringify(line) + '\\n');
${code}
`,
  );
  chmodSync(file, 0o755);
  return file;
}

/** What a real script would leave for a tiny classifier: the export, and the model's answers for batches of 1 and 3. */
export interface Answers {
  readonly folder: string;
  readonly done: {
    readonly about: object;
    readonly compare: readonly object[];
    readonly noise: number;
    readonly notes: readonly string[];
  };
}

/** @param off added to the model's answers, so that the export differs from the model */
export async function answersIn(folder: string, options: TinyOptions = {}, off = 0): Promise<Answers> {
  mkdirSync(folder, { recursive: true });
  const graph = tinyClassifier({ activation: null, ...options });
  const { size = 8, classes = 3, channels = 3 } = options;
  writeFileSync(path.join(folder, 'model.onnx'), writeOnnx(graph));
  const engine = await openEngine({ device: 'cpu' });
  const executable = await engine.compile(graph);
  const compare = [];
  for (const [i, batch] of [1, 3].entries()) {
    const image = numbers([batch, channels, Number(size), Number(size)], batch);
    const logits = (await executable.run(new Map([['image', image]]))).get(graph.outputs[0]!)!.data as Float32Array;
    writeFileSync(path.join(folder, `image${i}.f32`), image.data);
    writeFileSync(
      path.join(folder, `logits${i}.f32`),
      logits.map((each) => each + off),
    );
    compare.push({ batch, image: image.shape, logits: [batch, classes] });
  }
  await executable.dispose();
  await engine.dispose();
  return { folder, done: { about: {}, compare, noise: 1e-7, notes: [] } };
}

/** Code for {@link standIn} that gives these answers. */
export function giving({ folder, done }: Answers, about: object = done.about): string {
  return `
for (const name of fs.readdirSync(${JSON.stringify(folder)}))
  fs.copyFileSync(path.join(${JSON.stringify(folder)}, name), path.join(job.out, name === 'model.onnx' ? job.name : name));
say({ step: 'Exporting to ONNX' });
say({ done: ${JSON.stringify({ ...done, about })} });`;
}
