import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Call } from '../contracts/call.ts';
import type { CheckRequest, CheckResult } from '../contracts/results.ts';
import { ExplainError, errorReport } from '../errors.ts';
import type { ExplainerSide } from '../protocol/messages.ts';
import { isProcessEnd } from '../protocol/processEnd.ts';
import { type AskedBy, askedBy } from '../protocol/requests.ts';
import type { SessionOptions } from '../session/options.ts';
import { Session } from '../session.ts';
import { ExplainerProcess, type ParentSide } from './explainerProcess.ts';
import { modelProcessEnv } from './processEnv.ts';
import { SERVE } from './serveSession.ts';

type Running = ExplainerProcess<ParentSide, ExplainerSide>;
type Remote = AskedBy<'cli'>;

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };
const AGAIN =
  'Other requests run in a new process. If it ends again, leave out this image or method, and report it with the model.';
const START_HELP = 'Check that Node may start further processes here.';

/**
 * After this many consecutive images that kill the process, a check gives up, because the images are not the reason.
 */
const CRASHES_IN_A_ROW = 3;

/**
 * A session in a separate process: if a native library kills the process, the current request throws `engine` or
 * `memory`, and the next one starts a new process. The process ends with {@link dispose}, or with this one.
 */
export class SessionProcess extends Session {
  readonly #program: string;
  readonly #options: SessionOptions;
  #running: Running | undefined;
  #disposed = false;

  /** @param program a script that holds a session when its first argument is {@link SERVE} */
  constructor(program: string, options: SessionOptions = {}) {
    super();
    this.#program = program;
    this.#options = options;
    // Methods that read files or run a model go to the process. The rest is tables and arithmetic.
    const remote = askedBy('cli').map((method) => [
      method,
      (request: unknown, call?: Call) => this.#ask(method, request, call),
    ]);
    Object.assign(this, Object.fromEntries(remote), { checkLabels: this.#checkLabels.bind(this) });
    this.#process();
  }

  /** An image that kills the process is left out, with the reason, and the check continues after it. */
  async #checkLabels(request: CheckRequest, call: Call = {}): Promise<CheckResult> {
    const folder = request.journal ? null : await mkdtemp(path.join(os.tmpdir(), 'saliency-lens-check-'));
    try {
      return await this.#check({ ...request, journal: request.journal ?? path.join(folder!, 'journal.jsonl') }, call);
    } finally {
      if (folder) await rm(folder, { recursive: true, force: true });
    }
  }

  async #check(request: CheckRequest, call: Call): Promise<CheckResult> {
    const lost: { image: string; reason: string }[] = [];
    // Several images are in work: an end may then be the fault of any of them.
    let several = true;
    let row = 0;
    let resumed: number | undefined;
    for (;;) {
      let image: string | undefined;
      let seen = 0;
      let late = false;
      let clock: NodeJS.Timeout | undefined;
      try {
        const result = await this.#ask(
          'checkLabels',
          {
            ...request,
            oneByOne: !several,
            leaveOut: [...(request.leaveOut ?? []), ...lost.map((each) => each.image)],
          },
          {
            ...call,
            onProgress: (progress) => {
              if (progress.image !== undefined && progress.image !== image) {
                seen++;
                clearTimeout(clock);
                clock = setLimit(call.imageLimit, () => {
                  late = true;
                  if (this.#running) this.#end(this.#running);
                });
              }
              image = progress.image ?? image;
              call.onProgress?.(progress);
            },
          },
        );
        const skipped = [...lost, ...result.skipped];
        // Lines that this run itself wrote do not count as resumed.
        return { ...result, skipped, resumed: resumed ?? result.resumed };
      } catch (thrown) {
        const report = errorReport(thrown);
        if (!(late || isProcessEnd(report)) || image === undefined) throw thrown;
        resumed ??= 0;
        if (several) {
          several = false;
          continue;
        }
        row = seen > 1 ? 1 : row + 1;
        if (row > CRASHES_IN_A_ROW) throw thrown;
        lost.push({ image, reason: late ? `It took longer than ${call.imageLimit! / 1000} s.` : report.message });
      } finally {
        clearTimeout(clock);
      }
    }
  }

  override async dispose(): Promise<void> {
    this.#disposed = true;
    this.#running?.replace();
    this.#running = undefined;
    await super.dispose();
  }

  #ask<K extends Remote>(method: K, request: unknown, call: Call = {}): ReturnType<Session[K]> {
    if (this.#disposed) {
      const closed = new ExplainError({ kind: 'cancelled', message: 'The session is closed.' });
      return Promise.reject(closed) as unknown as ReturnType<Session[K]>;
    }
    const running = this.#process();
    const answer = running.endpoint.request(method, request as never, call);
    answer.catch(() => {
      // A run that took too long may compute for ever, and a cancel that it ignores would leave the next request
      // waiting.
      if (isTimeout(call.signal)) this.#end(running);
    });
    return answer as unknown as ReturnType<Session[K]>;
  }

  #end(running: Running): void {
    running.replace();
    if (this.#running === running) this.#running = undefined;
  }

  #process(): Running {
    // Its end is reported once the reason is known; a request in the meantime goes to its successor.
    if (this.#running?.ending) this.#running = undefined;
    this.#running ??= this.#fork();
    return this.#running;
  }

  #fork(): Running {
    const { onAnnotationsFound: _, onLinkOut: __, ...options } = this.#options;
    const child = fork(this.#program, [SERVE, JSON.stringify(options)], {
      env: modelProcessEnv(process.env, options.runtimes),
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const running: Running = new ExplainerProcess(child, {
      log: SILENT,
      notifications: {},
      again: AGAIN,
      start: START_HELP,
      ended: () => {
        if (this.#running === running) this.#running = undefined;
      },
    });
    return running;
  }
}

const isTimeout = (signal: AbortSignal | undefined): boolean =>
  signal?.aborted === true && (signal.reason as Error | undefined)?.name === 'TimeoutError';

const setLimit = (limit: number | undefined, over: () => void): NodeJS.Timeout | undefined =>
  limit === undefined ? undefined : setTimeout(over, limit);
