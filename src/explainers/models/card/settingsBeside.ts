import path from 'node:path';
import { ExplainError } from '../../errors.ts';
import { leadsOut } from '../../files/reach.ts';
import type { Opening } from '../../importers/importer.ts';
import { huggingFaceOrigin } from '../origin/huggingFace.ts';
import { fieldOf, type Settings, settingsOf } from '../origin/origin.ts';
import { timmLabels, timmOrigin } from '../origin/timm.ts';
import { readText } from './nearbyFiles.ts';

type Json = Readonly<Record<string, unknown>>;

const NEXT_TO = 'next to the model';

/**
 * What Hugging Face's and timm's files next to a model say of its classes and images: those in its folder, or one
 * folder up from a folder called onnx. Undefined: there are none.
 */
export function settingsBeside(model: string, within: readonly string[], opening?: Opening): Settings | undefined {
  const json = (name: string) => jsonBeside(model, name, within, opening);
  const config = json('config.json');
  const cfg = fieldOf(config, 'pretrained_cfg');
  if (typeof cfg === 'object' && cfg !== null) {
    return settingsOf(timmOrigin(cfg, timmLabels(config) ?? timmLabels(cfg)), `config.json ${NEXT_TO}`);
  }
  const own = json('preprocessor_config.json');
  const joined = own ? undefined : fieldOf(json('processor_config.json'), 'image_processor');
  const origin = huggingFaceOrigin(config, own ?? joined);
  const found = settingsOf(
    origin,
    `${joined ? 'processor_config.json' : 'preprocessor_config.json'} ${NEXT_TO}`,
    `config.json ${NEXT_TO}`,
  );
  return found.pixels || found.size || found.labels || found.task ? found : undefined;
}

/** A JSON object next to a model; undefined if there is none, or it leads elsewhere. */
function jsonBeside(model: string, name: string, within: readonly string[], opening?: Opening): Json | undefined {
  const folder = path.dirname(model);
  const folders = path.basename(folder) === 'onnx' ? [folder, path.dirname(folder)] : [folder];
  for (const place of folders) {
    const file = path.join(place, name);
    opening?.(file);
    if (leadsOut(file, [folder, ...within])) continue;
    const json = parsed(file);
    if (json) return json;
  }
  return undefined;
}

/** Files of these names may have any other purpose, so an unreadable one says nothing. */
function parsed(file: string): Json | undefined {
  try {
    const text = readText(file, 'card');
    const json: unknown = text === undefined ? undefined : JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch (thrown) {
    if (thrown instanceof ExplainError || thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
