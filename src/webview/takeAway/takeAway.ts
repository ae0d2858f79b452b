// What can be taken out of the page: pictures, maps, numbers, a report, a command. The page makes it; VS Code asks
// where it goes and writes it.
import type { TakeAway } from '../../explainers/protocol/takeAway.ts';
import { writeNpy } from '../../explainers/tensor/npy.ts';
import { fileName } from '../format.ts';
import { shownIn } from '../page/shown.ts';
import type { Scene } from '../state/scene.ts';
import { cliArguments } from './cliArguments.ts';
import { compositionOf, drawComposition } from './compose.ts';
import { htmlReport } from './htmlReport.ts';
import { dataUrl, svgOf } from './svg.ts';
import { viewCsv } from './viewCsv.ts';
import { viewMarkdown } from './viewMarkdown.ts';
import { type ViewReport, viewReport } from './viewReport.ts';

/** A file to be written, a text or a picture for the clipboard, or a command line. */
export type Taken =
  | { readonly to: 'file'; readonly name: string; readonly bytes: Uint8Array; readonly picture: boolean }
  | { readonly to: 'clipboard'; readonly text: string }
  | { readonly to: 'pictureClipboard'; readonly png: Blob }
  | { readonly to: 'command'; readonly args: readonly string[] };

/** Why there is nothing to take: a sentence. */
export interface Nothing {
  readonly nothing: string;
}

const NO_PICTURE: Nothing = { nothing: 'There is no picture yet.' };
const NO_MAP: Nothing = { nothing: 'No heatmap is shown. Switch on a method first.' };
const NO_NUMBERS: Nothing = { nothing: 'There are no scores yet.' };

export const DICOM_NOTE =
  'This picture comes from a DICOM file: patient data may be burned into its pixels. The tags of the file are not written.';

/** @param sha256 hashes the model; only what names the model asks for it */
type Make = (scene: Scene, sha256: () => Promise<string | null>) => Promise<Taken | Nothing>;

const MAKERS: Readonly<Record<TakeAway, Make>> = {
  copyPicture: async (scene) => {
    const png = await pngOf(scene);
    return png ? { to: 'pictureClipboard', png } : NO_PICTURE;
  },
  savePicture: async (scene) => {
    const png = await pngOf(scene);
    return png ? file(`${nameOf(scene)}.png`, new Uint8Array(await png.arrayBuffer()), true) : NO_PICTURE;
  },
  saveVector: async (scene) => {
    const composition = compositionOf(scene);
    if (!composition) return NO_PICTURE;
    return file(`${nameOf(scene)}.svg`, utf8(await svgOf(composition)), true);
  },
  saveMap: async (scene) => {
    const map = shownIn(scene).top?.explained.map;
    if (!map) return NO_MAP;
    const bytes = writeNpy({ dtype: 'float32', shape: [...map.size], data: map.values });
    return file(`${imageName(scene)}.${map.method}.${map.index}.npy`, bytes, false);
  },
  copyMarkdown: async (scene, sha256) => text(viewReport(scene, await sha256()), viewMarkdown),
  copyCsv: async (scene, sha256) => text(viewReport(scene, await sha256()), viewCsv),
  saveReport: async (scene, sha256) => {
    const report = viewReport(scene, await sha256());
    const png = await pngOf(scene);
    if (!report || !png) return report ? NO_PICTURE : NO_NUMBERS;
    const note = shownIn(scene).picture?.info.format === 'dicom' ? DICOM_NOTE : null;
    return file(`${nameOf(scene)}.html`, utf8(htmlReport(report, await dataUrl(png), note)), true);
  },
  copyCommand: async (scene) => {
    const args = cliArguments(scene);
    return args ? { to: 'command', args } : NO_MAP;
  },
};

/** What the user asked for, made from what the page shows. */
export function takeAway(what: TakeAway, scene: Scene, sha256: () => Promise<string | null>): Promise<Taken | Nothing> {
  return MAKERS[what](scene, sha256);
}

async function pngOf(scene: Scene): Promise<Blob | null> {
  const composition = compositionOf(scene);
  return composition && drawComposition(composition).convertToBlob({ type: 'image/png' });
}

function text(report: ViewReport | null, write: (report: ViewReport) => string): Taken | Nothing {
  return report ? { to: 'clipboard', text: write(report) } : NO_NUMBERS;
}

const file = (name: string, bytes: Uint8Array, picture: boolean): Taken => ({ to: 'file', name, bytes, picture });
const utf8 = (content: string) => new TextEncoder().encode(content);
const imageName = ({ image }: Scene) => fileName(image ?? 'image');
/** As the command line names its files: the image, the methods, the class. */
const nameOf = (scene: Scene) =>
  [imageName(scene), ...scene.active.slice(0, 3).map(({ id }) => id), scene.index ?? ''].filter(String).join('.');
