// The program of the thread that reads Parquet files; `npm run generate` bundles it into generated/parquetProgram.ts.
import { serveTasks } from '../../images/thread/serveTasks.ts';
import { readImages, readRows } from './parquet.ts';

serveTasks(
  new Map<string, (request: never) => unknown>([
    ['rows', readRows],
    ['images', readImages],
  ]),
);
