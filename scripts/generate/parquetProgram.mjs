// The program of the thread that reads Parquet files of labels and images.
import { programModule } from '../steps/threadPrograms.mjs';

export const file = 'src/explainers/containers/generated/parquetProgram.ts';

export const generate = () => programModule('parquet');
