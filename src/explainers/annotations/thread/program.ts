// The program of the parser thread; `npm run generate` bundles it into generated/parserProgram.ts.
import { serveTasks } from '../../images/thread/serveTasks.ts';
import { segmentRuns } from '../files/segmentPng.ts';
import { formatById } from '../formats/formats.ts';
import type { SegmentsRequest } from '../segments.ts';
import { partsOf } from './parts.ts';
import type { ParseAnswer, ParseRequest } from './tasks.ts';

const send = serveTasks(
  new Map<string, (request: never) => unknown>([
    ['parse', parse],
    ['segments', ({ bytes, size, ids }: SegmentsRequest) => segmentRuns(bytes, size, ids)],
  ]),
);

async function parse({ format, file }: ParseRequest): Promise<ParseAnswer> {
  const { images, ...answer } = formatById(format)!.parse(file);
  for (const part of partsOf(images)) await send(part);
  return answer;
}
