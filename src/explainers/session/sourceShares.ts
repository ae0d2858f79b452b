import type { Call } from '../contracts/call.ts';
import type { SourceShares, Sources, SourcesRequest, SourceValue } from '../contracts/sources.ts';
import { ExplainError, errorReport } from '../errors.ts';
import { fillOf } from '../perturbation/fill.ts';
import { Coalitions, type Evidence, playersOf } from '../sources/players.ts';
import { type Shapley, shapley } from '../sources/shapley.ts';
import { WITHIN, type Within } from '../sources/withinSources.ts';
import { own } from '../tables.ts';
import { explainContext, resolveRun } from './explainImage.ts';
import { explainedModel } from './models/boundInputs.ts';
import { comparedWithItself } from './models/contrastedModel.ts';
import type { OpenModel } from './models/openModels.ts';
import type { OpenImage, OpenImages } from './openImages.ts';

/** Up to this many sources, all coalitions are evaluated. */
const EXACT = 10;
const SAMPLES = 2000;
export const IMAGE = 'image';

/** How much the image and each further input contribute to classes. */
export async function sourceShares(
  unbound: OpenModel,
  image: OpenImage,
  images: OpenImages,
  request: SourcesRequest,
  call: Call,
): Promise<Sources> {
  const open = await explainedModel(unbound, request);
  const { card } = open;
  const { baselines = {}, classes, seed = 0, methods = [] } = request;
  // The same checks as those of a method's run.
  resolveRun(open, { ...request, method: 'occlusion', classes });
  for (const index of classes) {
    const same = comparedWithItself(index, open);
    if (same) throw same;
  }
  open.checkMemory();
  const inputs = await open.inputs.compared(request.image, request.inputs ?? {}, baselines, seed);
  checkNames(baselines, [IMAGE, ...inputs.map(({ input }) => input.name)]);
  const { input } = images.prepare(image, card.input);
  const context = explainContext(open, request, input, call);
  const fill = own(baselines, IMAGE) ?? 'zero';
  const evidence: Evidence = { context, blank: fillOf(context, fill, 'sources.image'), inputs };
  checkRounds(evidence);
  const progress = (fraction: number) =>
    call.onProgress?.({ stage: 'explain', message: 'Contributions of the sources', fraction });
  const shares: SourceShares[] = [];
  const refused: { method: string; reason: string }[] = [];
  const of = (index: number) => ({
    index,
    label: card.labels[index]!,
    ...(open.against && { against: open.against }),
  });
  if (classes.length > 0) {
    const found = await shapleyOf(evidence, request, (fraction) => progress(fraction / (1 + methods.length)));
    for (const index of classes) shares.push({ ...of(index), ...shapleyShares(evidence, request, found, index) });
  }
  for (const [i, { id, parameters = {} }] of methods.entries()) {
    progress((1 + i) / (1 + methods.length));
    const within = WITHIN.get(id);
    if (!within) {
      refused.push({
        method: id,
        reason: `it explains the image alone; the sources have ${[...WITHIN.keys()].join(', ')}`,
      });
      continue;
    }
    const resolved = resolveRun(open, { ...request, method: id, parameters }).parameters;
    try {
      const results = await within(evidence, classes, resolved);
      for (const [k, index] of classes.entries())
        shares.push({ ...of(index), method: id, ...withinShares(evidence, results[k]!) });
    } catch (thrown) {
      const error = errorReport(thrown);
      if (error.kind !== 'unsupported') throw thrown;
      refused.push({ method: id, reason: error.message });
    }
  }
  const texts = inputs.map(({ input: { name }, text }) => ({ input: name, text }));
  return { shares, refused, baselines: [{ input: IMAGE, text: fill }, ...texts] };
}

async function shapleyOf(
  evidence: Evidence,
  { split = false, samples = SAMPLES, seed = 0 }: SourcesRequest,
  progress: (fraction: number) => void,
): Promise<Shapley> {
  const players = playersOf(evidence, split);
  const coalitions = await Coalitions.open(evidence, players);
  const idle = (player: number) => players[player]!.idle;
  const options = { idle, exact: EXACT, samples, seed, progress };
  return shapley(players.length, (present) => coalitions.logits(present), options);
}

function shapleyShares(evidence: Evidence, { split = false }: SourcesRequest, found: Shapley, index: number) {
  const values = playersOf(evidence, split).map(({ input, part }, player): SourceValue => {
    const { [index]: value } = found.values[player]!;
    const error = found.errors?.[player]?.[index];
    const source = input === null ? null : evidence.inputs[input]!;
    return {
      input: source?.input.name ?? IMAGE,
      ...(part !== null && { part, text: source!.parts[part]! }),
      value: value!,
      ...(error !== undefined && { error }),
    };
  });
  const [logit, baseline] = [found.all[index]!, found.none[index]!];
  const told = found.errors ? 'estimates from orders drawn in pairs, with their standard errors' : 'exact';
  return {
    method: 'shapley',
    logit,
    baseline,
    values,
    gap: gapOf(logit, baseline, values),
    notes: [`Shapley values of ${values.length} sources, ${told}: ${found.evaluated} coalitions.`],
  };
}

function withinShares({ inputs }: Evidence, within: Within) {
  const { image, logit, baseline, complete, notes } = within;
  const values: SourceValue[] = [{ input: IMAGE, value: image }];
  for (const [i, { input, parts }] of inputs.entries()) {
    const found = within.inputs[i]!;
    const whole = input.kind === 'category' || parts.length < 2;
    if (whole) values.push({ input: input.name, value: found.reduce((sum, value) => sum + value, 0) });
    else
      for (const [part, text] of parts.entries()) values.push({ input: input.name, part, text, value: found[part]! });
  }
  return {
    logit,
    baseline,
    values,
    gap: complete && baseline !== null ? gapOf(logit, baseline, values) : null,
    notes,
  };
}

const gapOf = (logit: number, baseline: number, values: readonly SourceValue[]) =>
  values.reduce((rest, { value }) => rest - value, logit - baseline);

function checkNames(baselines: Readonly<Record<string, string>>, known: readonly string[]): void {
  const wrong = Object.keys(baselines).find((name) => !known.includes(name));
  if (wrong === undefined) return;
  throw new ExplainError({
    kind: 'usage',
    message: `There is no source '${wrong}' that could have a baseline.`,
    subject: 'sources',
    next: `The sources are: ${known.join(', ')}.`,
  });
}

function checkRounds({ inputs }: Evidence): void {
  const counts = [...new Set(inputs.map(({ baselines }) => baselines.length).filter((count) => count > 1))];
  if (counts.length < 2) return;
  throw new ExplainError({
    kind: 'usage',
    message: `The inputs have different numbers of rows as their baselines: ${counts.join(', ')}.`,
    subject: 'sources',
    next: 'Take the same number of rows for all of them.',
  });
}
