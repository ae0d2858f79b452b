import { fork } from 'node:child_process';
import fs from 'node:fs';

/** Seconds of the processor that one case may take before its process is ended. */
const HANG = 60;
/** The same by the clock, for a process that waits instead of computing: the machine may be busy. */
const SILENT = 900;

/** Seconds of the processor that a process has taken; NaN if the system does not say. */
function processorSeconds(pid) {
  try {
    const [, fields] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const [user, system] = fields.split(' ').slice(11, 13);
    return (Number(user) + Number(system)) / 100;
  } catch {
    return Number.NaN;
  }
}

/** A process that runs cases one by one, and a new one after its death. */
export class Runner {
  #child;
  #log;

  constructor(program, kind, folder) {
    this.start = () => {
      fs.mkdirSync(folder, { recursive: true });
      this.#log = '';
      this.#child = fork(program, [kind, folder], {
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        execArgv: ['--max-old-space-size=1500'],
        env: { MALLOC_ARENA_MAX: '2', ...process.env }, // as src/explainers/process/processEnv.ts has it
      });
      for (const stream of [this.#child.stdout, this.#child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
          this.#log = (this.#log + text).slice(-4000);
        });
      }
      return new Promise((resolve, reject) => {
        this.#child.once('message', resolve);
        this.#child.once('exit', (code) =>
          reject(new Error(`The process ended before it was ready (${code}): ${this.#log}`)),
        );
      });
    };
  }

  /** What the case gave; `death`: the process did not survive it. */
  async run(number) {
    if (!this.#child) await this.start();
    const child = this.#child;
    return new Promise((resolve) => {
      let hung = '';
      let uncaught = '';
      const begun = { clock: Date.now(), processor: processorSeconds(child.pid) };
      const limit = setInterval(() => {
        const seconds = (Date.now() - begun.clock) / 1000;
        const computed = processorSeconds(child.pid) - begun.processor;
        if (seconds < HANG || (computed < HANG && seconds < SILENT)) return;
        hung = Number.isNaN(computed) ? `${seconds.toFixed()} s` : `${computed.toFixed()} s of the processor`;
        child.kill('SIGKILL');
      }, 5000);
      const onMessage = (message) => {
        if (message.uncaught) {
          uncaught = message.uncaught;
          return;
        }
        if (message.number !== number) return;
        clearInterval(limit);
        child.off('message', onMessage);
        child.off('exit', onExit);
        resolve(message);
      };
      const onExit = (code, signal) => {
        clearInterval(limit);
        this.#child = undefined;
        const death = hung ? 'hang' : uncaught ? 'uncaught error' : 'crash';
        resolve({
          death,
          detail: hung ? `no answer in ${hung}` : uncaught || `${signal ?? code} ${this.#log.trim()}`,
        });
      };
      child.on('message', onMessage);
      child.on('exit', onExit);
      child.send(number);
    });
  }

  async stop() {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return;
    child.removeAllListeners();
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}
