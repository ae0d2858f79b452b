import type { Call } from '../../contracts/call.ts';
import { channelCount } from '../../contracts/channelCount.ts';
import type { ImageRequest } from '../../contracts/results.ts';
import type { CardChoices, CardDraft, InputChange, InputLook, LookRequest, Trial } from '../../contracts/setUp.ts';
import { ExplainError, throwIfCancelled } from '../../errors.ts';
import { encodePng } from '../../images/encode.ts';
import { parseCardText } from '../../models/card/cardText.ts';
import { draftCard } from '../../models/card/draftCard.ts';
import { bestScores } from '../bestScores.ts';
import { boundModel } from '../models/boundInputs.ts';
import type { OpenModel } from '../models/openModels.ts';
import type { OpenImage } from '../openImages.ts';
import type { Opening } from '../opening.ts';
import { predictImage } from '../predictImage.ts';
import { tensorLook } from './tensorLook.ts';
import { changed, sameInput, usualInputs } from './usualInputs.ts';

/** The image as the network sees it with changed settings. Throws `card` for a change that no card may hold. */
export async function lookAtInput(opening: Opening, request: LookRequest, call: Call): Promise<InputLook> {
  const [open, image] = await boundBoth(opening, request, call);
  checkChange(request.change, open.card.model);
  const settings = changed(open.card.input, request.change);
  checkCount(settings, open.card.model);
  const { input } = opening.images.prepare(image, settings);
  const { samples, size, all, channels } = tensorLook(input, settings.layout);
  const best = await bestOf(opening, open, image, settings, call);
  return { settings, picture: await encodePng(samples, size), size, all, channels, best };
}

/** The best classes with each of the usual preprocessings. */
export async function tryInputs(opening: Opening, request: ImageRequest, call: Call): Promise<readonly Trial[]> {
  const [open, image] = await boundBoth(opening, request, call);
  const usual = usualInputs(open.card.input);
  const trials: Trial[] = [];
  for (const each of usual) {
    throwIfCancelled(call.signal);
    const settings = changed(open.card.input, each.change);
    const best = await bestOf(opening, open, image, settings, call);
    trials.push({ ...each, best, present: sameInput(settings, open.card.input) });
    const message = `Trying preprocessings: ${trials.length} of ${usual.length}`;
    call.onProgress?.({ stage: 'predict', message, fraction: trials.length / usual.length });
  }
  return trials;
}

/** A short card with a person's choices, and the file for a long list of labels. */
export async function draftOf(
  opening: Opening,
  { model, choices }: { readonly model: string; readonly choices: CardChoices },
  call: Call,
): Promise<CardDraft> {
  const open = await opening.model(model, call);
  checkChange(choices.change, model);
  // What a card without any field of its own would say; a model that cannot be opened without one has no defaults.
  const bare =
    open.card.path === null
      ? open.card
      : await opening.model(open.card.model, call).then(
          ({ card }) => card,
          () => null,
        );
  const input = changed(open.card.input, choices.change);
  checkCount(input, model);
  return draftCard(open.card, bare, { ...choices, input });
}

async function boundBoth(opening: Opening, request: ImageRequest, call: Call): Promise<[OpenModel, OpenImage]> {
  const [unbound, image] = await opening.imageAndModel(request, call);
  return [await boundModel(unbound, request), image];
}

async function bestOf(
  { images }: Opening,
  open: OpenModel,
  image: OpenImage,
  input: InputLook['settings'],
  { signal }: Call,
): Promise<InputLook['best']> {
  const { scores } = await predictImage({ ...open, card: { ...open.card, input } }, image, images, { ...(signal && { signal }) }); // biome-ignore format: one line
  return bestScores(scores);
}

/** The card's schema says which values are possible. */
function checkChange(change: InputChange, model: string): void {
  parseCardText(JSON.stringify({ model: 'model', input: change }), model);
}

function checkCount(settings: InputLook['settings'], model: string): void {
  const { mean, std } = settings;
  const count = channelCount(settings);
  if (mean.length === count && std.length === count) return;
  throw new ExplainError({
    kind: 'card',
    message: `The mean has ${mean.length} numbers and the deviation ${std.length}, but the model takes ${count} channel${count === 1 ? '' : 's'}.`,
    subject: model,
    next: 'Give one number per channel, or one for all.',
  });
}
