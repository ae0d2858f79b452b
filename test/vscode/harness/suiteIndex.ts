// The entry of the test suite inside the extension host, as VS Code wants it: run() settles when the tests are done.
// The results also go to a file after every test, as a crash of the extension host looks like success from outside.
// `npm test -- --grep` and `--shuffle` reach it by the environment.
import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import { Draw } from '../../laws/parts/random.ts';

export interface SuiteResults {
  done: boolean;
  tests: { title: string; state: 'passed' | 'failed' | 'pending'; error?: string; milliseconds?: number }[];
}

export async function run(): Promise<void> {
  const file = process.env['SALIENCY_LENS_SUITE_RESULTS'];
  const results: SuiteResults = { done: false, tests: [] };
  const write = () => {
    if (!file) return;
    fs.writeFileSync(`${file}.new`, JSON.stringify(results));
    fs.renameSync(`${file}.new`, file);
  };
  const grep = process.env['SALIENCY_LENS_GREP'];
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, ...(grep ? { grep: new RegExp(grep) } : {}) });
  for (const name of fs.readdirSync(__dirname).sort()) {
    if (name.endsWith('.test.js')) mocha.addFile(path.join(__dirname, name));
  }
  write();
  await new Promise<void>((done, failed) => {
    const runner = mocha.run((failures) => {
      results.done = true;
      write();
      if (failures > 0) failed(new Error(`${failures} tests failed.`));
      else done();
    });
    const add = (test: Mocha.Test, state: 'passed' | 'failed' | 'pending', error?: Error) => {
      results.tests.push({ title: test.fullTitle(), state, error: error?.stack, milliseconds: test.duration });
      write();
    };
    const seed = process.env['SALIENCY_LENS_SHUFFLE'];
    if (seed) {
      const draw = new Draw(Number(seed));
      runner.on('suite', (suite) => {
        shuffle(suite.tests, draw);
        shuffle(suite.suites, draw);
      });
    }
    runner.on('pass', (test) => add(test, 'passed'));
    runner.on('fail', (test, error) => add(test, 'failed', error));
    runner.on('pending', (test) => add(test, 'pending'));
  });
}

/** Fisher and Yates' shuffle, in place. */
function shuffle(list: unknown[], draw: Draw): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = draw.int(0, i);
    [list[i], list[j]] = [list[j], list[i]];
  }
}
