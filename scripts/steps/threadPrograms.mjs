// The program of each thread as one text, and the files that went into it.
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The threads' programs by what they do. */
const PROGRAMS = {
  decoder: 'src/explainers/images/thread/program.ts',
  inputs: 'src/explainers/inputs/thread/program.ts',
  parquet: 'src/explainers/containers/thread/program.ts',
  parser: 'src/explainers/annotations/thread/program.ts',
};

async function bundled(entry) {
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none', // the licences are in THIRD-PARTY-NOTICES.md
    logLevel: 'warning',
  });
  return { text: outputFiles[0].text, inputs: Object.keys(metafile.inputs) };
}

/** A module that exports the program as a text, because a file of its own would have to be found in every bundle. */
export async function programModule(name) {
  const { text } = await bundled(PROGRAMS[name]);
  const entry = PROGRAMS[name].replace('src/explainers/', '');
  return `// Made by npm run generate from ${entry}.\nexport const PROGRAM: string = ${JSON.stringify(text)};\n`;
}

/** The files that are in the programs. */
export async function programInputs() {
  const all = await Promise.all(Object.values(PROGRAMS).map(bundled));
  return all.flatMap(({ inputs }) => inputs);
}
