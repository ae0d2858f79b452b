import { forgetLinkedFolders as forget } from '../../links/followLinks.ts';
import { requireTrust } from '../../trust.ts';
import type { Command } from '../command.ts';

export const forgetLinkedFolders: Command = {
  id: 'saliencyLens.forgetLinkedFolders',
  title: 'Forget Answers About Linked Folders…',
  async run(ctx) {
    requireTrust();
    await forget(ctx);
  },
};
