import { existsSync } from 'node:fs';
import path from 'node:path';
import { here } from '../here.ts';

/** A file of the package's folder `media/import`, whichever bundle or module runs. */
function shipped(name: string): string {
  for (let folder = path.dirname(here); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'media/import', name);
    if (existsSync(file) || folder === path.dirname(folder)) return file;
  }
}

/** The Python script that exports a PyTorch model. */
export const SCRIPT = shipped('import_model.py');

/** The Python script that exports a TensorFlow SavedModel. */
export const SAVED_MODEL_SCRIPT = shipped('import_saved_model.py');

/** The picture on which a model and its export are compared, unless the user names another. */
export const PHOTO = shipped('photo.jpg');
