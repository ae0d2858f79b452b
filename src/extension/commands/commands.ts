import { chooseModel } from './chooseModel.ts';
import type { Command } from './command.ts';
import { explainFolder } from './explainFolder.ts';
import { explainImage } from './explainImage.ts';
import { nextImage } from './nextImage.ts';
import { previousImage } from './previousImage.ts';
import { restartExplainer } from './restartExplainer.ts';
import { showLog } from './showLog.ts';
import { toggleAnnotations } from './toggleAnnotations.ts';
import { toggleOverlay } from './toggleOverlay.ts';
import { writeModelCard } from './writeModelCard.ts';

/** Every command, in the order of package.json. A test holds that no file of this folder is missing here. */
export const COMMANDS: readonly Command[] = [
  explainImage,
  explainFolder,
  nextImage,
  previousImage,
  toggleOverlay,
  toggleAnnotations,
  chooseModel,
  writeModelCard,
  restartExplainer,
  showLog,
];
