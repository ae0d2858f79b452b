// The program of the thread that reads tables and splits texts for further inputs.
import { programModule } from '../steps/threadPrograms.mjs';

export const file = 'src/explainers/inputs/generated/inputsProgram.ts';

export const generate = () => programModule('inputs');
