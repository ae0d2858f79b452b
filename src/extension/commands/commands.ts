import { applyFix } from './applyFix.ts';
import { checkLabels } from './checkLabels.ts';
import { checkLabelsAgain } from './checkLabelsAgain.ts';
import { checkLabelsWithPredictions } from './checkLabelsWithPredictions.ts';
import { chooseDevice } from './chooseDevice.ts';
import { chooseModel } from './chooseModel.ts';
import { clearFindings } from './clearFindings.ts';
import type { Command } from './command.ts';
import { discardFix } from './discardFix.ts';
import { explainFinding } from './explainFinding.ts';
import { explainFolder } from './explainFolder.ts';
import { explainImage } from './explainImage.ts';
import { explainSample } from './explainSample.ts';
import { exportLabels } from './exportLabels.ts';
import { exportModel } from './exportModel.ts';
import { filterFindings } from './filterFindings.ts';
import { fixLabel } from './fixLabel.ts';
import { hideJudged } from './hideJudged.ts';
import { importModel } from './importModel.ts';
import { installRuntime } from './installRuntime.ts';
import { keepPanel } from './keepPanel.ts';
import { labelIsRight } from './labelIsRight.ts';
import { labelIsUnsure } from './labelIsUnsure.ts';
import { labelIsWrong } from './labelIsWrong.ts';
import { nextFinding } from './nextFinding.ts';
import { nextImage } from './nextImage.ts';
import { noteOnVerdict } from './noteOnVerdict.ts';
import { openAnnotation } from './openAnnotation.ts';
import { previousFinding } from './previousFinding.ts';
import { previousImage } from './previousImage.ts';
import { recheckDevices } from './recheckDevices.ts';
import { removeRuntime } from './removeRuntime.ts';
import { restartExplainer } from './restartExplainer.ts';
import { setUpModel } from './setUpModel.ts';
import { showCrops } from './showCrops.ts';
import { showJudged } from './showJudged.ts';
import { showLog } from './showLog.ts';
import { showWelcome } from './showWelcome.ts';
import { sortFindings } from './sortFindings.ts';
import { takeAwayCommands } from './takeAway.ts';
import { takeBackVerdict } from './takeBackVerdict.ts';
import { toggleAnnotations } from './toggleAnnotations.ts';
import { toggleOverlay } from './toggleOverlay.ts';
import { viewActionCommands } from './viewActions.ts';
import { writeModelCard } from './writeModelCard.ts';

/** Every command, in the order of package.json. A test fails if a file of this folder is missing here. */
export const COMMANDS: readonly Command[] = [
  explainImage,
  explainFolder,
  nextImage,
  previousImage,
  keepPanel,
  toggleOverlay,
  toggleAnnotations,
  ...viewActionCommands,
  ...takeAwayCommands,
  checkLabels,
  checkLabelsWithPredictions,
  checkLabelsAgain,
  hideJudged,
  showJudged,
  clearFindings,
  explainFinding,
  labelIsRight,
  labelIsWrong,
  labelIsUnsure,
  takeBackVerdict,
  noteOnVerdict,
  nextFinding,
  previousFinding,
  filterFindings,
  sortFindings,
  showCrops,
  fixLabel,
  exportLabels,
  applyFix,
  discardFix,
  openAnnotation,
  chooseModel,
  writeModelCard,
  setUpModel,
  importModel,
  exportModel,
  chooseDevice,
  recheckDevices,
  installRuntime,
  removeRuntime,
  restartExplainer,
  explainSample,
  showWelcome,
  showLog,
];
