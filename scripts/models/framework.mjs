import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../steps/child.mjs';
import { limited } from './limits.mjs';

/** Models that one process builds before another takes its place: libraries keep memory. */
const MODELS = 12;

/** The Python process that builds, exports and judges models: test/models/serve.py. */
export class Framework {
  #child = null;
  #built = 0;

  constructor(python, framework) {
    this.python = python;
    this.framework = framework;
  }

  #start() {
    const child = spawn(this.python, [path.join(root, 'test/models/serve.py'), this.framework], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' },
    });
    this.log = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      this.log = (this.log + text).slice(-2000);
    });
    child.stdin.on('error', () => {}); // its end is seen below
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.#child = child;
    this.#built = 0;
  }

  /** The answer to a request; `error` also where the process died of it. */
  async ask(request) {
    if (request.do === 'build' && this.#built >= MODELS) this.stop();
    if (!this.#child) this.#start();
    if (request.do === 'build') this.#built++;
    const limit = limited(this.#child);
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.lines.next();
    limit.stop();
    if (!done) return JSON.parse(value);
    this.#child = null;
    return { error: limit.why() ?? `The process ended: ${this.log.trim().split('\n').at(-1)}` };
  }

  stop() {
    this.#child?.kill();
    this.#child = null;
  }
}
