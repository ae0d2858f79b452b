// The program of the threads that parse annotation files.
import { programModule } from '../steps/threadPrograms.mjs';

export const file = 'src/explainers/annotations/generated/parserProgram.ts';

export const generate = () => programModule('parser');
