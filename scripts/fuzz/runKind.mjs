// All cases of one kind, dealt out to processes that may die.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { since } from '../steps/child.mjs';
import { Runner } from './runner.mjs';

/** Bytes: a process that holds more after a case is at fault, and replaced. */
const LARGE = 1.5e9;
/** Cases between two looks at the memory. */
const LOOK = 500;

/**
 * @typedef {{ done: number, asked: number, refused: number, faults: number, memory: number[], died: number }} State
 * done: cases 0 … done − 1 have been run.
 */

/**
 * Runs the cases that have not been run yet; what was done is kept in KIND.state.json, what is wrong in
 * KIND.faults.jsonl.
 */
export async function runKind({ kind, cases, only, program, out, workers }) {
  const stateFile = path.join(out, `${kind}.state.json`);
  /** @type {State} */
  const state =
    fs.existsSync(stateFile) && only === undefined
      ? JSON.parse(fs.readFileSync(stateFile, 'utf8'))
      : { done: 0, asked: 0, refused: 0, faults: 0, memory: [], died: 0 };
  const start = Date.now();
  const first = state.done;
  if (only === undefined) console.log(`${kind}: cases ${first} … ${cases - 1}`);

  const report = (number, fault, detail) => {
    state.faults++;
    fs.appendFileSync(path.join(out, `${kind}.faults.jsonl`), `${JSON.stringify({ number, fault, detail })}\n`);
    console.log(`  ${kind} ${number}: ${fault}\n    ${detail.split('\n').slice(0, 4).join('\n    ')}`);
  };
  /** Cases that are finished beyond `done`, until those before them are too. */
  const finished = new Set();
  const finish = (number) => {
    finished.add(number);
    while (finished.delete(state.done)) state.done++;
    if (only === undefined && (number % 100 === 0 || state.done === cases)) {
      const { lastSaid: _, ...kept } = state;
      fs.writeFileSync(`${stateFile}.new`, JSON.stringify(kept));
      fs.renameSync(`${stateFile}.new`, stateFile);
    }
    if (Date.now() - (state.lastSaid ?? start) > 30_000) {
      state.lastSaid = Date.now();
      const rate = (state.done - first) / ((Date.now() - start) / 1000);
      console.log(`  … ${state.done} of ${cases}, ${rate.toFixed(0)} a second, ${state.faults} faults`);
    }
  };

  let next = only ?? state.done;
  const end = only === undefined ? cases : only + 1;
  await Promise.all(
    Array.from({ length: only === undefined ? workers : 1 }, async (_, lane) => {
      const folder =
        only === undefined
          ? path.join(os.tmpdir(), `saliency-lens-fuzz-${process.pid}-${kind}-${lane}`)
          : path.join(out, `${kind}-${only}`);
      const runner = new Runner(program, kind, folder);
      for (let number = next++; number < end; number = next++) {
        const answer = await runner.run(number);
        if (answer.death) {
          state.died++;
          report(number, answer.death, answer.detail);
        } else {
          state.asked += answer.asked;
          state.refused += answer.refused;
          for (const { fault, detail } of answer.faults) report(number, fault, detail);
          if (answer.rss > LARGE) {
            report(number, 'large', `${Math.round(answer.rss / 1e6)} MB`);
            await runner.stop();
          } else if (number % LOOK === 0) state.memory.push(Math.round(answer.rss / 1e6));
        }
        finish(number);
      }
      await runner.stop();
      if (only === undefined) fs.rmSync(folder, { recursive: true, force: true });
    }),
  );
  console.log(`  ${kind}: ${end - (only ?? 0)} cases, ${state.faults} faults, ${since(start)}`);
  return { kind, cases: only === undefined ? cases : 1, ...state };
}
