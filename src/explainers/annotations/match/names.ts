import { imageEndings } from '../../contracts/imageEndings.ts';

/** Possible names of an image in annotation files: its path, and ids such as a DICOM SOP Instance UID. */
export interface ImageName {
  readonly path: string;
  readonly ids: readonly string[];
}

export interface NameMatch {
  /** Positions among the file's images. */
  readonly places: readonly number[];
  /** If the image could be several entries of the file: their names. */
  readonly ambiguous: readonly string[];
}

/** Annotation files also name pictures of formats that are not explained, and arrays. */
const ENDING = new RegExp(`\\.(?:${[...imageEndings, 'heic', 'npy'].join('|')})$`, 'i');

const parts = (path: string) =>
  withoutAddress(path)
    .split(/[/\\]+/)
    .filter((part) => part !== '' && part !== '.');
/** `a%20b.png`, which web tools write, and `a b.png` are one name. */
const fold = (name: string) => decoded(name).normalize('NFC').toLowerCase().trim();
/** Eight digits that Label Studio puts before the name of an uploaded file. */
const UPLOADED = /^[0-9a-f]{8}(?:-|__)(?=.)/;
/** Without its extension, if that is an image's; the dots of a DICOM UID are not. */
const stem = (name: string) => name.replace(ENDING, '');

/** Without the server and the query of a URL. */
function withoutAddress(path: string): string {
  const url = /^[a-z][a-z\d+.-]*:\/\//i.exec(path);
  return url ? path.slice(url[0].length).split(/[?#]/, 1)[0]! : path;
}

function decoded(name: string): string {
  if (!/%[\da-f]{2}/i.test(name)) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Does a file's entry stand for all images of a folder? */
const isFolder = (name: string) => /[/\\]$/.test(name);

/**
 * An image's name for comparison: without folders and its extension, in lower case. An entry for all images of a folder
 * (`p10/s50/`) keeps its slash.
 */
export function imageStem(path: string): string {
  const last = fold(parts(path).at(-1) ?? '');
  return isFolder(path) ? `${last}/` : stem(last);
}

/** All names under which a file's entry for an image is looked for: its own, and the one before it was uploaded. */
export function stemsOfEntry(name: string): readonly string[] {
  const own = imageStem(name);
  return UPLOADED.test(own) ? [own, own.replace(UPLOADED, '')] : [own];
}

/**
 * All possible names of an image, in the form of {@link imageStem}: its name, its ids, its folders and its name joined
 * by '_'.
 */
export function namesOf({ path, ids }: ImageName): readonly string[] {
  const steps = parts(path);
  const joined = [2, 3, 4].filter((n) => n <= steps.length).map((n) => stem(fold(steps.slice(-n).join('_'))));
  return [imageStem(path), ...ids.map((id) => stem(fold(id))), ...joined, ...folderOf(steps)];
}

/** The image's folder, as an entry for all its images is named. */
function folderOf(steps: readonly string[]): readonly string[] {
  return steps.length > 1 ? [`${fold(steps.at(-2)!)}/`] : [];
}

/** Judged by its extension. */
export function isImageName(name: string): boolean {
  return ENDING.test(name);
}

/** The images of one file by all their names; built once per file. */
export class ImageIndex {
  readonly #names: readonly string[];
  readonly #byName = new Map<string, number | number[]>();
  readonly #byStem = new Map<string, number | number[]>();
  /** Entries whose names begin like uploads, by the rest of their names. */
  readonly #uploaded = new Map<string, number | number[]>();
  /** If 'view1_frontal.jpg' exists for many patients, a file name alone says nothing, and the folder must match. */
  #namesRepeat = false;

  constructor(names: readonly string[]) {
    this.#names = names;
    for (const [place, image] of names.entries()) {
      const name = fold(parts(image).at(-1) ?? '');
      if (name === '') continue;
      if (isFolder(image)) {
        add(this.#byStem, imageStem(image), place);
        continue;
      }
      const same = places(this.#byName.get(name));
      if (same.some((other) => fold(names[other]!) !== fold(image))) this.#namesRepeat = true;
      add(this.#byName, name, place);
      const own = imageStem(image);
      add(this.#byStem, own, place);
      if (UPLOADED.test(own)) add(this.#uploaded, own.replace(UPLOADED, ''), place);
    }
  }

  /**
   * By file name; else by the name without its extension; else by an id; else by the last folders and the name joined
   * by '_', as in CheXlocalize; else by its folder; else by its name before it was uploaded. Among entries of the same
   * name, the one that shares most folders with the path.
   */
  find({ path, ids }: ImageName): NameMatch {
    const steps = parts(path);
    const name = fold(steps.at(-1) ?? '');
    const tries = namesOf({ path, ids }).map((each) => this.#byStem.get(each));
    const uploaded = this.#uploaded.get(imageStem(path));
    const alike = places(this.#byName.get(name) ?? tries.find((each) => each !== undefined) ?? uploaded);
    // 'A.png' and 'a.png' are two images if both are listed.
    const exact = alike.filter((place) => parts(this.#names[place]!).at(-1) === steps.at(-1));
    const found = exact.length > 0 ? exact : alike;
    return closest(found, this.#names, steps.slice(0, -1), this.#namesRepeat);
  }
}

/** Most names belong to one image, and need no array. */
function add(map: Map<string, number | number[]>, key: string, place: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, place);
  else if (typeof known === 'number') map.set(key, [known, place]);
  else known.push(place);
}

function places(found: number | readonly number[] | undefined): readonly number[] {
  return found === undefined ? [] : typeof found === 'number' ? [found] : found;
}

function closest(
  found: readonly number[],
  names: readonly string[],
  folders: readonly string[],
  folderMustAgree: boolean,
): NameMatch {
  const declared = found.map((place) => parts(names[place]!).slice(0, isFolder(names[place]!) ? undefined : -1));
  const shared = declared.map((theirs) => sharedEnd(theirs, folders));
  const best = shared.reduce((a, b) => Math.max(a, b), 0);
  const near = found.filter(
    (_, i) => shared[i] === best && !(folderMustAgree && best === 0 && declared[i]!.length > 0),
  );
  if (new Set(near.map((place) => fold(names[place]!))).size > 1)
    return { places: [], ambiguous: near.map((place) => names[place]!) };
  return { places: near, ambiguous: [] };
}

/** How many folders are the same, counted from the file. */
function sharedEnd(a: readonly string[], b: readonly string[]): number {
  let n = 0;
  while (n < a.length && n < b.length && fold(a.at(-1 - n)!) === fold(b.at(-1 - n)!)) n++;
  return n;
}
