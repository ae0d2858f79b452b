// What vitest found, as numbers and sentences in a file; on the console a line per file that fails, and a sign of life.
import fs from 'node:fs';
import path from 'node:path';

export default class Reporter {
  #file = process.env.SALIENCY_LENS_REPORT;
  #done = 0;

  onTestModuleEnd(module) {
    this.#done++;
    const name = path.relative(process.cwd(), module.moduleId);
    if (module.state() === 'failed') console.log(`FAILED ${name}`);
    else console.log(`file ${this.#done}: ${name}`);
  }

  onTestRunEnd(modules, unhandled) {
    const report = { passed: 0, failed: 0, failures: [], skipped: [] };
    const fail = (name, errors) => {
      report.failed++;
      report.failures.push({ name, message: errors.map(described).join('\n') });
    };
    for (const module of modules) {
      const file = path.relative(process.cwd(), module.moduleId);
      for (const test of module.children.allTests()) {
        const { state, errors, note } = test.result();
        if (state === 'passed') report.passed++;
        else if (state === 'failed') fail(`${file} > ${test.fullName}`, errors ?? []);
        else if (note || !process.env.SALIENCY_LENS_GREP)
          report.skipped.push({ name: `${file} > ${test.fullName}`, reason: note || skippedBecause(test, file) });
      }
      // A file that could not be loaded, or a hook around its tests.
      const around = [module, ...module.children.allSuites()].flatMap((suite) => suite.errors());
      if (around.length > 0) fail(file, around);
    }
    for (const error of unhandled) fail('outside of any test', [error]);
    if (this.#file) fs.writeFileSync(this.#file, JSON.stringify(report));
  }
}

/** Vitest's own errors, a time-out for one, have a stack that does not say what happened. */
const described = ({ message, stack = '' }) => (stack.includes(message) ? stack : `${message}\n${stack}`);

/** Who skips a whole group says why in the group's title, or in the test's. */
function skippedBecause(test, file) {
  const title = test.parent.type === 'suite' ? test.parent.fullName : test.name;
  return `${file}: ${/skip|not found|set |no /i.test(test.name) ? test.name : title}`;
}
