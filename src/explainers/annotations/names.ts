import type { AnnotatedImage } from './annotation.ts';

/** What annotation files may call an image: its path, and ids such as a DICOM SOP Instance UID. */
export interface ImageName {
  readonly path: string;
  readonly ids: readonly string[];
}

export interface NameMatch {
  readonly images: readonly AnnotatedImage[];
  /** The image could be several entries of the file: their names. */
  readonly ambiguous: readonly string[];
}

const ENDING = /\.(?:png|jpe?g|jfif|webp|bmp|tiff?|gif|dcm|dicom|avif|heic|npy)$/i;

const parts = (path: string) => path.split(/[/\\]+/).filter((part) => part !== '' && part !== '.');
const fold = (name: string) => name.normalize('NFC').toLowerCase().trim();
/** Without its ending, if that is one of an image: the dots of a DICOM UID are not. */
const stem = (name: string) => name.replace(ENDING, '');

/** The entries of one file by the names they go by; built once per file. */
export class ImageIndex {
  readonly #byName = new Map<string, AnnotatedImage[]>();
  readonly #byStem = new Map<string, AnnotatedImage[]>();
  /** 'view1_frontal.jpg' of many patients: then a file name alone says nothing, and the folder must agree. */
  #namesRepeat = false;

  constructor(images: readonly AnnotatedImage[]) {
    for (const image of images) {
      const name = fold(parts(image.image).at(-1) ?? '');
      if (name === '') continue;
      const same = this.#byName.get(name);
      if (same?.some((other) => fold(other.image) !== fold(image.image))) this.#namesRepeat = true;
      add(this.#byName, name, image);
      add(this.#byStem, stem(name), image);
    }
  }

  /**
   * By file name; else by the name without its ending; else by an id; else by the last folders and the name joined by '_', as
   * CheXlocalize writes them. Among entries of the same name the one that shares most folders with the path.
   */
  find({ path, ids }: ImageName): NameMatch {
    const steps = parts(path);
    const name = fold(steps.at(-1) ?? '');
    const joined = [2, 3, 4].filter((n) => n <= steps.length).map((n) => stem(fold(steps.slice(-n).join('_'))));
    const tries = [
      this.#byName.get(name),
      this.#byStem.get(stem(name)),
      ...ids.map((id) => this.#byStem.get(stem(fold(id)))),
      ...joined.map((key) => this.#byStem.get(key)),
    ];
    const found = tries.find((images) => images !== undefined) ?? [];
    return closest(found, steps.slice(0, -1), this.#namesRepeat);
  }
}

function add(map: Map<string, AnnotatedImage[]>, key: string, image: AnnotatedImage): void {
  const known = map.get(key);
  if (known) known.push(image);
  else map.set(key, [image]);
}

function closest(found: readonly AnnotatedImage[], folders: readonly string[], folderMustAgree: boolean): NameMatch {
  const names = new Set(found.map(({ image }) => fold(image)));
  const declared = found.map((image) => parts(image.image).slice(0, -1));
  const shared = declared.map((theirs) => sharedEnd(theirs, folders));
  const best = Math.max(0, ...shared);
  const images = found.filter(
    (_, i) => shared[i] === best && !(folderMustAgree && best === 0 && declared[i]!.length > 0),
  );
  if (names.size > 1 && new Set(images.map(({ image }) => fold(image))).size > 1) {
    return { images: [], ambiguous: images.map(({ image }) => image) };
  }
  return { images, ambiguous: [] };
}

/** How many folders agree, counted from the file. */
function sharedEnd(a: readonly string[], b: readonly string[]): number {
  let n = 0;
  while (n < a.length && n < b.length && fold(a.at(-1 - n)!) === fold(b.at(-1 - n)!)) n++;
  return n;
}
