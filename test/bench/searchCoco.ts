// `node searchCoco.cjs FILE IMAGE IMAGE`: what a COCO file says of two images, how long each took, and the peak of
// memory.
import { AnnotationStore } from '../../src/explainers/annotations/store.ts';
import { LABELS } from './largeCoco.ts';

const [file, ...images] = process.argv.slice(2) as [string, string, string];
const store = new AnnotationStore();

async function search(image: string) {
  const start = performance.now();
  const request = { ids: [], size: [512, 640] as const, labels: LABELS, aliases: {}, sources: [{ path: file }] };
  const { annotations, files, problems } = await store.annotationsOf({ ...request, path: `/set/${image}` });
  return { annotations, files, problems, ms: performance.now() - start };
}

async function main() {
  const [found, again] = [await search(images[0]!), await search(images[1]!)];
  console.log(JSON.stringify({ found, again, peakMiB: process.resourceUsage().maxRSS / 1024 }));
}
void main();
