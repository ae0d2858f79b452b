// `npm run bench -- click`: how long people wait from the click on Explain Image to the first heatmap, in a real VS Code,
// and where the time goes. With `--against REVISION` that version's package is clicked in turn with this one's.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../steps/child.mjs';
import { machine } from '../steps/machine.mjs';
import { median } from '../steps/median.mjs';
import { vscode } from '../test/vscode.mjs';
import { writeSection } from './page.mjs';
import { revisionSide } from './revision.mjs';

const PAIRS = 20;
/** Of the earlier version's time beyond painting the picture. */
const GOAL = 0.5;

const seconds = (ms) => (ms / 1000).toFixed(2);
const quartiles = (times) => {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => seconds(sorted[Math.round(share * (sorted.length - 1))]);
  return `${seconds(median(times))} (${at(0.25)}–${at(0.75)})`;
};

/** The package of an earlier version, built in its own folder. */
function packageOf(revision) {
  const { revision: name } = revisionSide(revision);
  const folder = path.join(root, 'out/bench', name);
  const file = () => fs.readdirSync(path.join(folder, 'out')).find((each) => each.endsWith('.vsix'));
  if (!fs.existsSync(path.join(folder, 'out')) || !file()) {
    const code =
      "import('./scripts/steps/build.mjs').then((m) => m.buildAll()).then(() => import('./scripts/start/hostPackage.mjs')).then((m) => m.hostPackage())";
    execFileSync(process.execPath, ['-e', code], { cwd: folder, stdio: 'inherit' });
  }
  return path.join(folder, 'out', file());
}

/** The stages of the panels that were opened warm: milliseconds after the command began, the median of each. */
function budget(stages) {
  const parsed = stages.map((text) =>
    Object.fromEntries([...text.matchAll(/([a-z ]+) (\d+)/g)].map(([, name, at]) => [name.trim(), Number(at)])),
  );
  const names = [...new Set(parsed.flatMap((each) => Object.keys(each)))];
  return names
    .map((name) => [name, median(parsed.flatMap((each) => (name in each ? [each[name]] : [])))])
    .sort((a, b) => a[1] - b[1]);
}

/** Measures, prints, and with `write` puts the section into docs/benchmarks.md. */
export async function benchClick({ against, write, pairs = PAIRS }) {
  if (against) process.env.SALIENCY_LENS_EARLIER = packageOf(against);
  process.env.SALIENCY_LENS_PAIRS = String(pairs);
  const test = await vscode({ onLine: console.log });
  const outcome = await test();
  if (outcome.failed > 0 || outcome.passed === 0) {
    console.error(JSON.stringify(outcome, null, 1));
    process.exit(1);
  }
  const { warm, first, stages } = JSON.parse(fs.readFileSync(path.join(root, 'out/bench/click.json'), 'utf8'));
  const beyond = (times, name) => median(times[name].map((time, i) => time - times.paint[i]));
  const rows = [
    ['In a panel of its own, the explainer warm', warm],
    ['The first image of an explainer, which loads the model', first],
  ].map(([title, times]) => {
    const cells = [quartiles(times.ours), times.earlier ? quartiles(times.earlier) : '–', quartiles(times.paint)];
    const [ours, theirs] = [beyond(times, 'ours'), times.earlier && beyond(times, 'earlier')];
    const share = theirs ? ours / theirs : null;
    const mark = share === null ? '' : `${share.toFixed(2)} ≤ ${GOAL} ${share <= GOAL ? '✓' : '✗'}`;
    return `| ${title} (${times.ours.length} times) | ${cells.join(' | ')} | ${seconds(ours)} | ${theirs ? seconds(theirs) : '–'} | ${mark} |`;
  });
  const lines = [
    `${machine()}; median of the clicks and, in brackets, the middle half of them; all in turn, in a Chromium without a graphics card.`,
    '',
    `| from the click to the heatmap | this version, s | ${against ?? 'an earlier one'}, s | only the picture, s | beyond that, s | earlier, s | of the earlier |`,
    '|---|---:|---:|---:|---:|---:|---:|',
    ...rows,
    '',
    '| reached, warm | ms after the command began |',
    '|---|---:|',
    ...budget(stages.slice(1, pairs + 1)).map(([name, at]) => `| ${name} | ${at.toFixed(0)} |`),
  ].join('\n');
  console.log(lines);
  if (write) writeSection('click', lines);
}
