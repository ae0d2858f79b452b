import type { Command } from './command.ts';
import { evaluateFolder } from './evaluateFolder.ts';
import { explainFolder } from './explainFolder.ts';
import { explainImage } from './explainImage.ts';
import { explainSample } from './explainSample.ts';
import { keepPanel } from './keepPanel.ts';
import { applyFix } from './labels/applyFix.ts';
import { checkLabels } from './labels/checkLabels.ts';
import { checkLabelsAgain } from './labels/checkLabelsAgain.ts';
import { checkLabelsWithPredictions } from './labels/checkLabelsWithPredictions.ts';
import { clearFindings } from './labels/clearFindings.ts';
import { discardFix } from './labels/discardFix.ts';
import { explainFinding } from './labels/explainFinding.ts';
import { exportLabels } from './labels/exportLabels.ts';
import { filterFindings } from './labels/filterFindings.ts';
import { fixLabel } from './labels/fixLabel.ts';
import { forgetLinkedFolders } from './labels/forgetLinkedFolders.ts';
import { hideJudged } from './labels/hideJudged.ts';
import { labelIsRight } from './labels/labelIsRight.ts';
import { labelIsUnsure } from './labels/labelIsUnsure.ts';
import { labelIsWrong } from './labels/labelIsWrong.ts';
import { nextFinding } from './labels/nextFinding.ts';
import { noteOnVerdict } from './labels/noteOnVerdict.ts';
import { openAnnotation } from './labels/openAnnotation.ts';
import { previousFinding } from './labels/previousFinding.ts';
import { showCrops } from './labels/showCrops.ts';
import { showJudged } from './labels/showJudged.ts';
import { sortFindings } from './labels/sortFindings.ts';
import { takeBackVerdict } from './labels/takeBackVerdict.ts';
import { chooseDevice } from './models/chooseDevice.ts';
import { chooseModel } from './models/chooseModel.ts';
import { exportModel } from './models/exportModel.ts';
import { importModel } from './models/importModel.ts';
import { installRuntime } from './models/installRuntime.ts';
import { recheckDevices } from './models/recheckDevices.ts';
import { removeRuntime } from './models/removeRuntime.ts';
import { restartExplainer } from './models/restartExplainer.ts';
import { setUpModel } from './models/setUpModel.ts';
import { writeModelCard } from './models/writeModelCard.ts';
import { nextImage } from './nextImage.ts';
import { openResults } from './openResults.ts';
import { previousImage } from './previousImage.ts';
import { showLog } from './showLog.ts';
import { showWelcome } from './showWelcome.ts';
import { takeAwayCommands } from './takeAway.ts';
import { toggleAnnotations } from './toggleAnnotations.ts';
import { toggleOverlay } from './toggleOverlay.ts';
import { viewActionCommands } from './viewActions.ts';

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
  forgetLinkedFolders,
  evaluateFolder,
  openResults,
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
