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

export const selectionChanged = new EventEmitter<unknown>();
export const TextEditorSelectionChangeKind = { Keyboard: 1, Mouse: 2, Command: 3 };
export const tabsChanged = new EventEmitter<unknown>();
export class TabInputText {
  readonly uri: { readonly fsPath: string };

  constructor(uri: { readonly fsPath: string }) {
    this.uri = uri;
  }
}
export const Disposable = {
  from: (...all: { dispose(): unknown }[]) => ({ dispose: () => all.forEach((each) => void each.dispose()) }),
};
Object.assign(window, {
  onDidChangeTextEditorSelection: selectionChanged.event,
  tabGroups: { onDidChangeTabs: tabsChanged.event },
});

export class Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };

  constructor(startLine: number, startCharacter: number, endLine: number, endCharacter: number) {
    this.start = { line: startLine, character: startCharacter };
    this.end = { line: endLine, character: endCharacter };
  }

  get isEmpty(): boolean {
    return this.isEqual({ start: this.start, end: this.start });
  }

  isEqual({ start, end }: Pick<Range, 'start' | 'end'>): boolean {
    return JSON.stringify([this.start, this.end]) === JSON.stringify([start, end]);
  }
}

export class Memento {
  readonly #values = new Map<string, unknown>();
  get(key: string): unknown {
    return this.#values.get(key);
  }
  async update(key: string, value: unknown): Promise<void> {
    this.#values.set(key, value);
  }
}
