import { pixelsOf } from '../perturbation/fill.ts';
import { areaOf, changedScores, hideParameter, hiding, movedRegions, outside } from '../perturbation/region.ts';
import { type Assessed, type AssessmentContext, defineAssessment, REASONS } from './assessment.ts';

export const regionEffect = defineAssessment({
  id: 'regionEffect',
  title: 'Region effect',
  summary:
    'How far the class’s score falls without the annotated region, compared with random regions of the same size and shape. It tests model and drawing, and is the same for every method.',
  caution:
    'What fills the region matters: a hole may itself look like something. The score may also fall because the model uses the surroundings that a moved region hides; look at the controls.',
  formula: 's(x) − s(x without the region); control: the mean over the region moved to random places',
  cite: 'The expert’s region as an intervention: MedFocus (arXiv 2605.20158) keeps only samples whose region is verified in this way',
  better: 'up',
  range: [-1, 1],
  group: 'faithfulness',
  regions: true,
  parameters: {
    hide: hideParameter('blur'),
    controls: {
      kind: 'integer',
      default: 10,
      min: 0,
      max: 200,
      about: 'How many random regions of the same size and shape are hidden for comparison.',
    },
  },
  async compute(context, { hide, controls }) {
    const results: Assessed[] = [];
    for (const [k, { target }] of context.maps.entries()) {
      const progress = (fraction: number) => context.progress((k + fraction) / context.maps.length);
      results.push(await effectOf(context, k, target, { hide, controls, progress }));
      progress(1);
    }
    return results;
  },
});

interface Options {
  readonly hide: string;
  readonly controls: number;
  readonly progress: (fraction: number) => void;
}

async function effectOf(
  { run, regions = [] }: AssessmentContext,
  k: number,
  target: number,
  { hide, controls, progress }: Options,
): Promise<Assessed> {
  const without = hiding(run, hide, 'regionEffect.hide');
  const region = regions[k] ?? null;
  if (region === null) return { value: null, reason: REASONS.notDrawn, notes: [] };
  const area = areaOf(region);
  if (area === 0) return { value: null, reason: REASONS.notSeen, notes: [] };
  const { height, width } = pixelsOf(run);
  const moved = movedRegions(region, [height, width], controls, run.seed);
  const images = [region, ...moved].flatMap((each) => [() => without(each), () => without(outside(each))]);
  const all = await changedScores(run, [() => run.input, ...images], progress);
  const scores = all.map((each) => each.scores[target]!);
  if (!scores.every(Number.isFinite)) return { value: null, reason: REASONS.scoreNotFinite, notes: [] };
  const [whole, gone, alone, ...others] = scores as [number, number, number, ...number[]];
  const [othersGone, othersAlone] = [0, 1].map((part) => others.filter((_, i) => i % 2 === part));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const drops = othersGone!.map((score) => whole - score);
  const value = whole - gone;
  const told = (score: number) => score.toPrecision(3);
  const notes = [
    `Score ${told(whole)}; without the region ${told(gone)}; the region alone ${told(alone)} (${((100 * area) / region.length).toFixed(0)}% of the image).`,
  ];
  if (moved.length === 0) {
    const why = controls === 0 ? 'None were asked for' : 'The region leaves no other place for itself';
    return { value, notes: [...notes, `${why}, so there are no controls.`], figures: { score: whole, without: gone, alone } }; // biome-ignore format: one line
  }
  const larger = drops.filter((drop) => drop >= value).length;
  notes.push(
    `${moved.length} random regions of its size and shape: ${told(mean(othersGone!))} without, ${told(mean(othersAlone!))} alone; ${larger === 0 ? 'none of them matters as much' : `${larger} of them ${larger === 1 ? 'matters' : 'matter'} as much or more`}.`,
  );
  return {
    value,
    moved: mean(drops),
    notes,
    figures: {
      score: whole,
      without: gone,
      alone,
      controlWithout: mean(othersGone!),
      controlAlone: mean(othersAlone!),
      // The share of random regions that matter less: 1 is as clear as it can be.
      above: 1 - larger / moved.length,
    },
  };
}
