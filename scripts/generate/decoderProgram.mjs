// The program of the threads that decode images.
import { programModule } from '../steps/threadPrograms.mjs';

export const file = 'src/explainers/images/generated/decoderProgram.ts';

export const generate = () => programModule('decoder');
