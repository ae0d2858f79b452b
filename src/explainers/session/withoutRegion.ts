import type { Call } from '../contracts/call.ts';
import { toImageGrid, toImagePoint } from '../contracts/geometry.ts';
import type { Heatmap, ImageAnnotations, MapName } from '../contracts/results.ts';
import type { WhatIf, WhatIfRequest, WhatRegion } from '../contracts/whatIf.ts';
import { ExplainError } from '../errors.ts';
import { mapped } from '../lists.ts';
import { readEvidence } from '../metrics/evidence.ts';
import { above, fixedLevel, hasMask, otsuLevel } from '../metrics/mask/maskLevel.ts';
import { pixelsOf } from '../perturbation/fill.ts';
import { areaOf, changedScores, hiding, movedRegions, outside, type Region } from '../perturbation/region.ts';
import { drawnRegions, onInput } from './drawnRegions.ts';
import { explainContext } from './explainImage.ts';
import type { SessionMaps } from './maps/sessionMaps.ts';
import { contrastedModel } from './models/contrastedModel.ts';
import type { OpenModel } from './models/openModels.ts';
import type { OpenImage, OpenImages } from './openImages.ts';
import { predictImage } from './predictImage.ts';

const CONTROLS = 10;

/** Where a region comes from: the annotations, and the maps that a request names. */
interface RegionSources {
  annotations(): Promise<ImageAnnotations>;
  map(name: MapName): Promise<Heatmap>;
}

/** What the model says without a region, or of it alone, and of random regions for comparison. */
export async function withoutRegion(
  open: OpenModel,
  image: OpenImage,
  images: OpenImages,
  request: WhatIfRequest,
  { annotations, maps }: Pick<RegionSources, 'annotations'> & { readonly maps: SessionMaps },
  call: Call,
): Promise<WhatIf> {
  const { index, hide = 'blur', alone = false, controls = CONTROLS, seed = 0 } = request;
  const { card } = open;
  const map = async ({ against, ...name }: MapName) => {
    const asked = { ...request, ...(against && { against }), maps: [name] };
    return (await maps.named(contrastedModel(open, against), image, asked, call))[0]!;
  };
  open.checkMemory();
  const { scores, geometry } = await predictImage(open, image, images, call);
  const region = await regionOn(request, geometry, { annotations, map });
  const area = areaOf(region);
  if (area === 0)
    throw nothing('The model sees nothing of this region.', 'Choose another one, inside what the model sees.');
  const { input } = images.prepare(image, card.input);
  const context = explainContext(open, { classes: [index], seed }, input, call);
  const without = hiding(context, hide, 'hide');
  const { height, width } = pixelsOf(context);
  const changed = (each: Region) => () => without(alone ? outside(each) : each);
  const moved = movedRegions(region, [height, width], controls, seed);
  const progress = (fraction: number) =>
    call.onProgress?.({ stage: 'predict', message: 'Running the model without the region', fraction });
  const [after, ...others] = (await changedScores(context, [region, ...moved].map(changed), progress)).map((each) =>
    Array.from(each.scores),
  );
  const before = scores.map(({ score }) => score);
  const change = after![index]! - before[index]!;
  const elsewhere = before.map((_, k) => others.reduce((sum, each) => sum + each[k]! / others.length, 0));
  const asMuch = others.filter((each) => (each[index]! - before[index]!) * Math.sign(change) >= Math.abs(change));
  return {
    before,
    after: after!,
    elsewhere: others.length > 0 ? elsewhere : null,
    asMuch: asMuch.length,
    controls: others.length,
    share: area / region.length,
  };
}

type Place = Pick<WhatIfRequest, 'index'>;
type Resolve<K extends WhatRegion['kind']> = (
  region: Extract<WhatRegion, { kind: K }>,
  place: Place & { readonly geometry: Heatmap['geometry'] },
  sources: RegionSources,
) => Promise<Region>;

function regionOn(request: WhatIfRequest, geometry: Heatmap['geometry'], sources: RegionSources): Promise<Region> {
  const resolve = REGIONS[request.region.kind] as Resolve<WhatRegion['kind']>;
  return resolve(request.region, { index: request.index, geometry }, sources);
}

/** The region on the grid of the model's input, by its kind. */
const REGIONS: { readonly [K in WhatRegion['kind']]: Resolve<K> } = {
  box: async ({ x, y, width, height }, { geometry }) => {
    const [rows, columns] = geometry.input;
    const inside = (at: number, from: number, size: number) => at >= from && at < from + size;
    return Uint8Array.from({ length: rows * columns }, (_, i) => {
      const [column, row] = toImagePoint(geometry, [(i % columns) + 0.5, Math.floor(i / columns) + 0.5]);
      return inside(row, y, height) && inside(column, x, width) ? 1 : 0;
    });
  },
  drawn: async (_, { index, geometry }, { annotations }) => {
    const [region] = drawnRegions(await annotations(), [index], geometry);
    if (!region) throw nothing('Nothing is drawn for the class.', 'Choose another region.');
    return region;
  },
  mask: async ({ map: name, options = {} }, { geometry }, { map }) => {
    const { values } = await map(name);
    const grid = toImageGrid(values, geometry);
    const evidence = readEvidence(grid, geometry.image[1], options.evidence ?? 'positive');
    if ('reason' in evidence || !hasMask(evidence)) throw nothing('This map has no mask: its evidence is the same everywhere.', 'Choose another map or region.'); // biome-ignore format: one line
    const { threshold } = options;
    const { level } = threshold?.kind === 'fixed' ? fixedLevel(evidence, threshold.value) : otsuLevel(evidence);
    return onInput(above(evidence, level), geometry);
  },
  superpixels: async ({ map: name, count }, _, { map }) => {
    const { superpixels } = await map(name);
    if (!superpixels) throw nothing('This map is not made of superpixels.', 'Choose a map of LIME or KernelSHAP.');
    const { labels, values } = superpixels;
    const ranked = [...values.keys()].sort((a, b) => values[b]! - values[a]! || a - b).slice(0, count);
    const best = new Set(ranked);
    return mapped(Uint8Array, labels, (label) => (best.has(label) ? 1 : 0));
  },
};

const nothing = (message: string, next: string) =>
  new ExplainError({ kind: 'usage', message, subject: 'region', next });
