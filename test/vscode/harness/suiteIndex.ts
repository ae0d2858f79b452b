// The entry of the test suite inside the extension host, as VS Code wants it: run() settles when the tests are done. The
// results also go to a file after every test, as a crash of the extension host looks like success from outside.
import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

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
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000 });
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
    runner.on('pass', (test) => add(test, 'passed'));
    runner.on('fail', (test, error) => add(test, 'failed', error));
    runner.on('pending', (test) => add(test, 'pending'));
  });
}
