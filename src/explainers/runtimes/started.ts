import { type Ended, type Program, runProgram } from '../programs/runProgram.ts';
import { missingProgram } from './faults.ts';

/** Runs a program that an installation needs. @throws ExplainError `usage` if there is none, `cancelled` */
export async function started(program: Program): Promise<Ended> {
  try {
    return await runProgram(program);
  } catch (thrown) {
    throw (thrown as NodeJS.ErrnoException).code === 'ENOENT' ? missingProgram(program.program, thrown) : thrown;
  }
}
