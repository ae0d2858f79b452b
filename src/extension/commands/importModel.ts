import { PYTORCH_ENDINGS } from '../../explainers/files/modelFiles.ts';
import { importModel as run } from '../importing/importModel.ts';
import { type Command, ON_DISK } from './command.ts';

const IS_PYTORCH = `resourceExtname =~ /^\\.(${PYTORCH_ENDINGS.join('|')})$/i`;

export const importModel: Command = {
  id: 'saliencyLens.importModel',
  title: 'Import Model from Python…',
  menus: {
    'explorer/context': { when: `${ON_DISK} && (explorerResourceIsFolder || ${IS_PYTORCH})`, group: '2_workspace@4' },
  },
  run: (ctx, clicked) => run(ctx, clicked),
};
