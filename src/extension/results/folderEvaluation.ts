import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import * as vscode from 'vscode';
import { ExplainError } from '../../explainers/errors.ts';
import { modelProcessEnv } from '../../explainers/process/processEnv.ts';
import { isRecord, own } from '../../explainers/tables.ts';
import type { Log } from '../log.ts';
import { withProgress } from '../say.ts';

/** An evaluation, as the next window has to know it. */
export interface FolderRun {
  readonly folder: string;
  readonly model: string;
  /** Where the results are written. */
  readonly out: string;
  readonly methods: readonly string[];
}

export interface FolderEvaluationDeps {
  /** bin/saliency-lens.cjs of the extension. */
  readonly program: string;
  readonly runtimes: string;
  readonly log: Log;
  readonly state: vscode.Memento;
  /** Results are there. */
  readonly written: (out: string) => void;
}

const KEY = 'evaluation';
/** Exit codes of `evaluate`. */
const CODES = { done: 0, someFailed: 1, endedEarly: 3 } as const;

/**
 * Evaluates a folder of images in a process of its own: the command line’s engine, so that results are the same, and
 * panels do not wait for it. A window that is reloaded continues where the last one stopped.
 */
export class FolderEvaluation implements vscode.Disposable {
  readonly #deps: FolderEvaluationDeps;
  #child: ChildProcess | null = null;
  #disposed = false;

  constructor(deps: FolderEvaluationDeps) {
    this.#deps = deps;
  }

  /** The evaluation that the last window did not finish. */
  get unfinished(): FolderRun | undefined {
    return this.#deps.state.get<FolderRun>(KEY);
  }

  /** Ends when the results are written, or the user stopped it. Rejects with the reason if it could not run. */
  async run(run: FolderRun): Promise<void> {
    this.stop();
    await this.#deps.state.update(KEY, run);
    const title = `Evaluating ${path.basename(run.folder)}`;
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await withProgress(options, async (progress, token) => {
      let shown = 0;
      const ended = await this.#start(run, token, (done, of, message) => {
        const percent = of === 0 ? 0 : (100 * done) / of;
        progress.report({ message, increment: Math.max(0, percent - shown) });
        shown = Math.max(shown, percent);
      });
      // The window is reloaded: the next one continues.
      if (this.#disposed) return;
      await this.#deps.state.update(KEY, undefined);
      if (ended.code === CODES.done || ended.code === CODES.someFailed) this.#deps.written(run.out);
      else if (!token.isCancellationRequested) throw failure(run, ended);
    });
  }

  stop(): void {
    // It ends after the images in hand, as by Ctrl-C.
    if (this.#child?.connected) this.#child.disconnect();
    this.#child = null;
  }

  dispose(): void {
    this.#disposed = true;
    this.stop();
  }

  #start(
    { folder, model, out, methods }: FolderRun,
    token: vscode.CancellationToken,
    tell: (done: number, of: number, message: string) => void,
  ): Promise<{ readonly code: number | null; readonly said: string }> {
    const { program, runtimes, log } = this.#deps;
    const args = ['evaluate', '--images', folder, '--model', model, '--out', out, '--resume', '--json', '--method', methods.join(',')]; // biome-ignore format: one line
    const env = modelProcessEnv(process.env, runtimes);
    const child = fork(program, args, { cwd: path.dirname(folder), env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    this.#child = child;
    token.onCancellationRequested(() => this.stop());
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log.info(`Evaluate Folder: ${text.trimEnd()}`);
      said = (said + text).slice(-4000);
    });
    child.on('message', (message) => {
      const progress = isRecord(message) ? own(message, 'progress') : undefined;
      if (isRecord(progress))
        tell(Number(own(progress, 'done')), Number(own(progress, 'of')), String(own(progress, 'text')));
    });
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => {
        if (this.#child === child) this.#child = null;
        resolve({ code, said });
      });
    });
  }
}

function failure(
  run: FolderRun,
  { code, said }: { readonly code: number | null; readonly said: string },
): ExplainError {
  const lines = said.trim().split('\n').filter(Boolean);
  const why = lines.at(-2)?.trim() ?? lines.at(-1)?.trim() ?? `it ended with code ${code}`;
  return new ExplainError({
    kind: 'engine',
    message: `The evaluation has stopped: ${why.slice(0, 300)}`,
    subject: run.folder,
    next: 'Evaluate the folder again to continue where it stopped; the log has the details.',
  });
}
