// `npm run bench -- click`: from the click on Explain Image to the first heatmap, in turn with an extension that only
// paints the picture, and with an earlier package of ours (SALIENCY_LENS_EARLIER) if there is one. Each image is
// painted by each, in a window of its own, the one after the other; then again as the first image of an explainer.
import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Launched, launch } from './harness/launch.ts';
import { sleep } from './harness/processes.ts';
import { vsix } from './harness/product.ts';
import { root } from './harness/tools.ts';

const PAIRS = Number(process.env['SALIENCY_LENS_PAIRS'] ?? 20);
const FIRST = Math.ceil(PAIRS / 4);
const images = ['chelsea.png', 'coffee.png', 'camera.png', 'rocket.jpg', 'astronaut.png'];
const SETTLED = 8000; // a fresh window is busy for a while, with what is not ours
const PAUSE = 1500;

interface Side {
  readonly vsix?: string;
  readonly command: string;
  readonly painted: string;
  readonly stages: boolean;
}

const earlier = process.env['SALIENCY_LENS_EARLIER'];
const OURS = { command: 'Explain Image', painted: 'canvas[data-layer=heatmap][data-painted*="heatmap:gradCam:"]' };
const SIDES: Readonly<Record<string, Side>> = {
  ours: { ...OURS, vsix: vsix(), stages: true },
  ...(earlier && { earlier: { ...OURS, vsix: earlier, stages: false } }),
  paint: { command: 'Paint Image', painted: 'canvas[data-painted]', stages: false },
};

/** When the page of this document showed for the first time what is waited for; null: it has no picture yet. */
const paintedAt = (selector: string) =>
  document.querySelector('canvas') &&
  new Promise<number>((done) => {
    const look = () => (document.querySelector(selector) ? done(Date.now()) : setTimeout(look, 4));
    look();
  });

async function open({ vsix: file }: Side): Promise<Launched> {
  const extension = file ? { vsix: [file] } : { dev: [path.join(root, 'test/vscode/fixtures/paint-only')] };
  const settings = { 'saliencyLens.reusePanel': false };
  const launched = await launch({ workspace: path.join(root, 'examples'), ...extension, ...(file && { settings }) });
  await launched.workbench.expand('photos');
  return launched;
}

/** Milliseconds from the click to the painting. */
async function clickOn({ workbench }: Launched, { command, painted }: Side, image: string): Promise<number> {
  const clicked = await workbench.choose(workbench.explorerItem(image), command);
  while (Date.now() - clicked < 30_000) {
    for (const frame of workbench.page.frames().slice(1)) {
      const at = await frame.evaluate(paintedAt, painted).catch(() => null);
      if (at) return at - clicked;
    }
    await sleep(15);
  }
  throw new Error(`${command} of ${image}: nothing was painted in 30 s.`);
}

test(`${PAIRS} clicks in turn`, { timeout: 1_800_000 }, async () => {
  const windows: Record<string, Launched> = {};
  const warm: Record<string, number[]> = {};
  const first: Record<string, number[]> = {};
  try {
    for (const [name, side] of Object.entries(SIDES)) {
      windows[name] = await open(side);
      [warm[name], first[name]] = [[], []];
    }
    await sleep(SETTLED);
    for (let i = -1; i < PAIRS + FIRST; i++) {
      for (const [name, side] of Object.entries(SIDES)) {
        const { workbench } = windows[name]!;
        if (i >= PAIRS && side.vsix) await workbench.runCommand('Saliency Lens: Restart Explainer');
        await sleep(PAUSE);
        const time = await clickOn(windows[name]!, side, images[(i + 1) % images.length]!);
        if (i >= PAIRS) first[name]!.push(time);
        else if (i >= 0) warm[name]!.push(time);
        await sleep(PAUSE);
        await workbench.closeEditors();
      }
    }
    const stages = [...windows['ours']!.server.channelLog('Saliency Lens').matchAll(/heatmap is painted, ms: (.*)/g)];
    const found = { warm, first, stages: stages.map(([, text]) => text), pairs: PAIRS };
    fs.mkdirSync(path.join(root, 'out/bench'), { recursive: true });
    fs.writeFileSync(path.join(root, 'out/bench/click.json'), JSON.stringify(found, null, 1));
    expect(warm['ours']).toHaveLength(PAIRS);
  } finally {
    for (const each of Object.values(windows)) await each.close();
  }
});
