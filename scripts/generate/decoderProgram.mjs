// The program of the decoder thread, as text: a file of its own would have to be found in every bundle.
import { decoderThread } from '../steps/decoderThread.mjs';

export const file = 'src/explainers/images/generated/decoderProgram.ts';

export async function generate() {
  const { text } = await decoderThread();
  return `// Made by npm run generate from images/thread/program.ts.\nexport const PROGRAM: string = ${JSON.stringify(text)};\n`;
}
