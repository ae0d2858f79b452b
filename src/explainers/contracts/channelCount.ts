import type { Preprocessing } from './card.ts';

/** How many channels of an image feed the model. */
export const channelCount = ({
  bands,
  channels,
}: Pick<Preprocessing, 'channels'> & { readonly bands?: Preprocessing['bands'] | undefined }): number =>
  bands?.length ?? (channels === 'gray' ? 1 : 3);
