import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { ErrorReport } from '../errors.ts';
import { Endpoint, type Handlers, type Port, type Side } from '../protocol/endpoint.ts';
import { exitReport, outOfMemoryKillCount } from './exitReport.ts';
import { isEnding } from './isEnding.ts';

const STDERR_KEPT = 8192;
const REPLACED: ErrorReport = { kind: 'cancelled', message: 'The explainer process was restarted.' };

/** The parent from the view of an explainer process: it receives the reason why the process is about to end. */
export interface ParentSide {
  readonly requests: Record<never, never>;
  readonly notifications: { readonly dying: ErrorReport & { readonly stack?: string } };
}

export interface ProcessLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface ProcessOptions<Here extends ParentSide> {
  readonly log: ProcessLog;
  /** What the parent does with notifications, other than the reason of an end. */
  readonly notifications: Omit<Handlers<Here>['notifications'], 'dying'>;
  /** Called once; with the reason, unless we ended it ourselves. */
  ended(report?: ErrorReport): void;
  /** The next step if the process ended or did not start: a sentence each. */
  readonly again: string;
  readonly start: string;
}

/** One forked explainer process from its start to its end, and the endpoint for requests to it. */
export class ExplainerProcess<Here extends ParentSide, There extends Side> {
  readonly endpoint: Endpoint<Here, There>;
  readonly #child: ChildProcess;
  readonly #killsBefore = outOfMemoryKillCount();
  #replaced = false;
  #dying: ErrorReport | undefined;
  #stderr = '';

  constructor(child: ChildProcess, { log, notifications, ended, again, start }: ProcessOptions<Here>) {
    this.#child = child;
    log.info(`Explainer process ${child.pid ?? '(not started)'} started.`);
    forwardLines(child.stdout, (line) => log.info(line));
    forwardLines(child.stderr, (line) => log.warn(line));
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_KEPT);
    });
    const dying = (report: ErrorReport & { readonly stack?: string }) => {
      this.#dying = report;
      log.error(report.stack ?? report.message);
    };
    const handlers = { requests: {}, notifications: { ...notifications, dying } };
    this.endpoint = new Endpoint<Here, There>(childPort(child), handlers as unknown as Handlers<Here>);
    let over = false;
    const finish = (report: ErrorReport) => {
      if (over) return;
      over = true;
      this.endpoint.dispose(this.#replaced ? REPLACED : report);
      if (this.#replaced) log.info(`Explainer process ${child.pid} ended.`);
      else log.error(`${report.message} ${report.next}`);
      ended(this.#replaced ? undefined : report);
    };
    child.on('error', (error) => {
      // Also raised for a message that could not be sent, which alone does not end the process.
      if (child.pid !== undefined) log.warn(`Explainer process ${child.pid}: ${error.message}`);
      else finish({ kind: 'engine', message: `The explainer process did not start: ${error.message}`, next: start });
    });
    // 'close' comes after 'exit', when all of stderr, which gives the reason, has been read.
    child.on('close', (code, signal) => {
      const kills = outOfMemoryKillCount();
      const outOfMemoryKills = kills === null || this.#killsBefore === null ? null : kills > this.#killsBefore;
      const end = { code, signal, stderr: this.#stderr, outOfMemoryKills, dying: this.#dying };
      finish(exitReport(end, again));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** We ended it ourselves, so unanswered requests may go to its successor. */
  get replaced(): boolean {
    return this.#replaced;
  }

  /** It is ending or has ended, although that is not reported yet; it will not read messages sent now. */
  get ending(): boolean {
    const { connected, exitCode, signalCode, pid } = this.#child;
    return !connected || exitCode !== null || signalCode !== null || (pid !== undefined && isEnding(pid));
  }

  replace(): void {
    this.#replaced = true;
    this.endpoint.dispose(REPLACED);
    this.#child.kill('SIGKILL');
  }
}

function childPort(child: ChildProcess): Port {
  return {
    post: (message) => {
      if (!child.connected) return; // its end is about to be reported, with the reason
      child.send(message as object, () => {});
    },
    listen: (receive) => {
      child.on('message', receive);
      return () => child.off('message', receive);
    },
  };
}

function forwardLines(stream: Readable | null, write: (line: string) => void): void {
  let rest = '';
  stream?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim()) write(line);
  });
  stream?.on('end', () => {
    if (rest.trim()) write(rest);
  });
}
