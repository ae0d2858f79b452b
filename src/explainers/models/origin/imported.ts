import { huggingFaceOrigin } from './huggingFace.ts';
import { fieldOf, namesIn, type Settings, settingsOf, textIn } from './origin.ts';
import { timmLabels, timmOrigin } from './timm.ts';
import { torchvisionOrigin } from './torchvision.ts';

/** What the script that exported a model found out about its classes and its images. */
export function importedSettings(about: unknown): Settings {
  const labels = namesIn(about, 'labels');
  const timm = fieldOf(about, 'timm');
  if (timm !== undefined) return settingsOf(timmOrigin(timm, labels ?? timmLabels(timm)), 'pretrained_cfg of timm');
  const theirs = fieldOf(about, 'huggingFace');
  if (theirs !== undefined) {
    const origin = huggingFaceOrigin(fieldOf(theirs, 'config'), fieldOf(theirs, 'processor'));
    return settingsOf(origin, 'preprocessor_config.json of Hugging Face', 'config.json of Hugging Face');
  }
  const torchvision = fieldOf(about, 'torchvision');
  if (torchvision !== undefined) {
    const weights = `torchvision with its weights ${textIn(torchvision, 'weights') ?? ''}`.trim();
    return settingsOf(torchvisionOrigin(torchvision, labels), weights);
  }
  return settingsOf({ input: {}, ...(labels && { labels }) }, 'the checkpoint');
}
