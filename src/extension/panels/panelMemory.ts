import path from 'node:path';
import type * as vscode from 'vscode';
import { own } from '../../explainers/tables.ts';
import { MAX_IMAGES } from '../images.ts';

/** What a panel shows, as far as it is to come back after the window was reloaded. */
export interface RememberedPanel {
  readonly images: readonly string[];
  readonly current: number;
  /** Null: to be found. */
  readonly model: string | null;
  /** It walks through the folder of its image, whose other images are not remembered. */
  readonly walks?: boolean;
  /** The user wants to keep it as it is. */
  readonly pinned?: boolean;
}

/** The panels that changed last are remembered, and no more. */
const MAX_PANELS = 50;
const PREFIX = 'panel:';

/**
 * What each panel shows, in the extension's own storage for this workspace, by an id that cannot be guessed. A page
 * persists the id and never the files, because its state may be forged, and files that the user never opened would be
 * read after a reload.
 */
export class PanelMemory {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  keep(id: string, { images, current, model, walks = false, pinned = false }: RememberedPanel): void {
    const shown = walks ? { images: images.slice(current, current + 1), current: 0 } : { images, current };
    void this.#state.update(PREFIX + id, { ...shown, model, walks, pinned, time: Date.now() });
    const others = this.#state.keys().filter((key) => key.startsWith(PREFIX) && key !== PREFIX + id);
    if (others.length < MAX_PANELS) return;
    const oldest = others.map((key) => ({ key, time: Number(field(this.#state.get(key), 'time')) }));
    oldest.sort((a, b) => a.time - b.time);
    for (const { key } of oldest.slice(0, others.length + 1 - MAX_PANELS)) void this.#state.update(key, undefined);
  }

  /** The panel was closed. */
  forget(id: string): void {
    void this.#state.update(PREFIX + id, undefined);
  }

  /**
   * @param state what a page persisted
   * @returns what its panel showed; undefined where it names no panel of this workspace
   */
  recall(state: unknown): { readonly id: string; readonly shown: RememberedPanel } | undefined {
    const id = field(state, 'panel');
    if (typeof id !== 'string') return undefined;
    const shown = soundly(this.#state.get(PREFIX + id));
    return shown && { id, shown };
  }
}

/** What was stored; undefined where that makes no sense (an older version's, say). */
function soundly(stored: unknown): RememberedPanel | undefined {
  const listed = field(stored, 'images');
  if (!Array.isArray(listed)) return undefined;
  const images = listed.filter(isAbsolutePath).slice(0, MAX_IMAGES);
  if (images.length === 0) return undefined;
  const current = field(stored, 'current');
  const model = field(stored, 'model');
  return {
    images,
    current: Number.isInteger(current) ? Math.min(Math.max(0, current as number), images.length - 1) : 0,
    model: isAbsolutePath(model) ? model : null,
    ...(field(stored, 'walks') === true && { walks: true }),
    ...(field(stored, 'pinned') === true && { pinned: true }),
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? own(value as Record<string, unknown>, name) : undefined;
}

function isAbsolutePath(value: unknown): value is string {
  return typeof value === 'string' && path.isAbsolute(value);
}
