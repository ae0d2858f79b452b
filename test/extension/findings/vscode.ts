// As much of VS Code as the findings need without a window.
import path from 'node:path';

export class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly event = (listener: (value: T) => void) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };
  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

export const ProgressLocation = { Notification: 15 };
export const reports: { message?: string; increment?: number }[] = [];
/** Presses the button of the progress notification. */
export const cancel = new EventEmitter<void>();
export const window = {
  withProgress: (_: unknown, run: (progress: unknown, token: unknown) => Promise<unknown>) =>
    run({ report: (value: never) => reports.push(value) }, { onCancellationRequested: cancel.event }),
};
export const Uri = { file: (fsPath: string) => ({ fsPath, scheme: 'file' }) };
export const workspace = {
  isTrusted: true,
  getWorkspaceFolder: ({ fsPath }: { fsPath: string }) =>
    fsPath.startsWith(`${path.sep}data`) ? { uri: Uri.file(`${path.sep}data`) } : undefined,
};
