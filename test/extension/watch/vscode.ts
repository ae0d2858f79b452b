// As much of VS Code as watching files needs without a window.

type Listener = (uri: { readonly fsPath: string }) => void;

/** The watchers that are not disposed: the folder and the glob of each, and how it hears of a change. */
export const watched = new Map<object, { readonly place: string; readonly tell: (file: string) => void }>();

export const Uri = { file: (fsPath: string) => ({ fsPath }) };

export class RelativePattern {
  readonly place: string;
  constructor({ fsPath }: { readonly fsPath: string }, glob: string) {
    this.place = `${fsPath}/${glob}`;
  }
}

export const workspace = {
  getWorkspaceFolder: () => undefined,
  createFileSystemWatcher: ({ place }: RelativePattern) => {
    const listeners: Listener[] = [];
    const watcher = { dispose: () => watched.delete(watcher) };
    const tell = (fsPath: string) => {
      for (const listener of listeners) listener({ fsPath });
    };
    watched.set(watcher, { place, tell });
    const on = (listener: Listener) => {
      listeners.push(listener);
      return { dispose: () => {} };
    };
    return Object.assign(watcher, { onDidChange: on, onDidCreate: on, onDidDelete: on });
  },
};
