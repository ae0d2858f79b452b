import path from 'node:path';
import { ExplainError } from '../../errors.ts';
import { WorkThreads } from '../../images/thread/workThreads.ts';
import { PROGRAM } from '../generated/inputsProgram.ts';
import type { ScoresAnswer, ScoresRequest, TableAnswer, TableRequest, TokensAnswer, TokensRequest } from './tasks.ts';

/** The time limits, in milliseconds: for any file, and for each MiB of it. */
const BASE = 10_000;
const PER_MIB = 1000;

/** One, because it remembers the tokenizer that it used last. */
const threads = new WorkThreads(PROGRAM, 1);

/** @throws ExplainError `card` */
export const readTable = (request: TableRequest): Promise<TableAnswer> =>
  onThread('table', request, request.bytes.length, request.path) as Promise<TableAnswer>;

/** @throws ExplainError `usage`, `card` */
export const readScores = (request: ScoresRequest): Promise<ScoresAnswer> =>
  onThread('scores', request, request.bytes.length, request.path) as Promise<ScoresAnswer>;

/** @throws ExplainError `card` */
export const splitText = (request: TokensRequest, file: string, base = BASE): Promise<TokensAnswer> =>
  onThread('tokens', request, request.tokenizer.length + request.text.length, file, base) as Promise<TokensAnswer>;

async function onThread(name: string, request: unknown, size: number, file: string, base = BASE): Promise<unknown> {
  const limit = base + (PER_MIB * size) / 2 ** 20;
  const told = (why: string) =>
    new ExplainError({
      kind: 'card',
      message: `'${path.basename(file)}' ${why}.`,
      subject: file,
      next: 'The file is probably damaged; write it again with the program that made it.',
    });
  const tooSlow = () =>
    told(`could not be read within ${Math.round(limit / 100) / 10} s, which is the limit for its size`);
  try {
    return await threads.run({ name, request, limit, tooSlow });
  } catch (thrown) {
    // Out of memory, or a fault of the library in a damaged file.
    throw thrown instanceof ExplainError ? thrown : told(`cannot be read (${String(thrown)})`);
  }
}
