import path from 'node:path';
import type { Call } from '../contracts/call.ts';
import type { ImageRequest } from '../contracts/results.ts';
import { throwIfCancelled } from '../errors.ts';
import type { OpenModel, OpenModels } from './models/openModels.ts';
import { type OpenImage, OpenImages } from './openImages.ts';

/** Opens the models and images that requests name. */
export class Opening {
  readonly models: OpenModels;
  readonly images = new OpenImages();

  constructor(models: OpenModels) {
    this.models = models;
  }

  async model(file: string, call: Call): Promise<OpenModel> {
    throwIfCancelled(call.signal);
    call.onProgress?.({ stage: 'model', message: `Opening ${path.basename(file)}`, fraction: null });
    const open = await this.models.open(file, (message) =>
      call.onProgress?.({ stage: 'model', message, fraction: null }),
    );
    throwIfCancelled(call.signal);
    return open;
  }

  /** The model and the image. */
  imageAndModel(request: ImageRequest, call: Call): Promise<[OpenModel, OpenImage]> {
    return both(this.model(request.model, call), this.images.open(request.image, call.signal));
  }

  async dispose(): Promise<void> {
    this.images.dispose();
    await this.models.dispose();
  }
}

/** Both results, or the first one's error, even if the second fails earlier. */
export async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  second.catch(() => {});
  return [await first, await second];
}
