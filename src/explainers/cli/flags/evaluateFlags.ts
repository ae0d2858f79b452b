import { ExplainError } from '../../errors.ts';
import { AGREEMENT_FLAGS } from './agreementFlags.ts';
import { EXPLAIN_FLAGS } from './explainFlags.ts';
import type { Arguments, Flags } from './flags.ts';

/** What `explain` can do and `evaluate` does not. */
const LEFT_OUT = ['raw-channels', 'grid', 'out', 'against'];

/** Flags of `evaluate`: those of `agree`, and those of a run over many images. */
export const EVALUATE_FLAGS: Flags = {
  images: {
    value: 'GLOB|DIR',
    multiple: true,
    list: { is: () => true },
    about: 'folders of images, globs in quotes, or image files',
  },
  out: { value: 'DIR', about: 'writes the results: part-*.parquet, manifest.json, failures.jsonl, timings.jsonl' },
  resume: { about: 'computes what an earlier run with this --out did not, and nothing twice' },
  maps: { about: 'also writes the maps, a compressed .npz for each image, into DIR/maps' },
  shard: { value: 'I/N', about: 'evaluates only the I-th of N shares of the images, from 0 (default: by the engine)' },
  shards: {
    value: 'N',
    about: 'how many shares there are, if the environment says only which one this is (Kubernetes)',
  },
  workers: {
    value: 'N',
    about: 'processes that evaluate images at the same time (default: one per core, as far as the memory allows)',
  },
  'part-images': { value: 'N', about: 'images of one part (default 512)' },
  ...Object.fromEntries(
    Object.entries({ ...EXPLAIN_FLAGS, ...AGREEMENT_FLAGS }).filter(([name]) => !LEFT_OUT.includes(name)),
  ),
};

/** @throws ExplainError `usage` for what concerns all images together, and for what would give a row several values */
export function refuseForMany(args: Arguments): void {
  if (args.one('threshold') === 'tuned')
    throw wrong(
      '--threshold tuned needs all images at once, and evaluate sees each only once.',
      '--threshold',
      'Tune on some images with saliency-lens agree --threshold tuned --out DIR, and use DIR/thresholds.csv.',
    );
  if (args.one('readers') === 'each')
    throw wrong(
      '--readers each would give several numbers for one row.',
      '--readers',
      'Choose union, majority or intersection; how well the readers agree is in the column readers.iou.',
    );
  const [first] = args.positionals;
  if (first !== undefined)
    throw wrong(`evaluate does not know what '${first}' is for.`, first, 'Write --images before each path of images.');
  for (const flag of ['images', 'out'])
    if (!args.has(flag)) throw wrong(`evaluate needs --${flag}.`, `--${flag}`, 'See saliency-lens evaluate --help.');
}

const wrong = (message: string, subject: string, next: string) =>
  new ExplainError({ kind: 'usage', message, subject, next });
