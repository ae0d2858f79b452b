import path from 'node:path';
import { own } from '../../explainers/tables.ts';
import { MAX_IMAGES } from '../images.ts';
import type { PanelStart } from './explainPanel.ts';

/**
 * The start of a panel from its page's stored state; undefined if that is invalid (from an older version, for example).
 */
export function restoredStart(state: unknown): PanelStart | undefined {
  const navigation = field(state, 'navigation');
  const listed = field(navigation, 'images');
  if (!Array.isArray(listed)) return undefined;
  const images = listed.filter(isAbsolutePath).slice(0, MAX_IMAGES);
  if (images.length === 0) return undefined;
  const current = field(navigation, 'current');
  const model = field(navigation, 'model');
  return {
    images,
    current: Number.isInteger(current) ? Math.min(Math.max(0, current as number), images.length - 1) : 0,
    model: isAbsolutePath(model) ? model : null,
    focus: null,
  };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? own(value as Record<string, unknown>, name) : undefined;
}

function isAbsolutePath(value: unknown): value is string {
  return typeof value === 'string' && path.isAbsolute(value);
}
