import { PYTORCH_ENDINGS } from '../../../explainers/files/modelFiles.ts';
import { importModel as run } from '../../importing/importModel.ts';
import { type Command, ON_DISK } from '../command.ts';

const IS_IMPORTED = `resourceExtname =~ /^\\.(${PYTORCH_ENDINGS.join('|')})$/i || resourceFilename == saved_model.pb`;

export const importModel: Command = {
  id: 'saliencyLens.importModel',
  title: 'Import Model from Python…',
  menus: {
    'explorer/context': { when: `${ON_DISK} && (explorerResourceIsFolder || ${IS_IMPORTED})`, group: '2_workspace@4' },
  },
  run: (ctx, clicked) => run(ctx, clicked),
};
