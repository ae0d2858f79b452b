// `npm run bench -- view`: how smoothly the panel's pictures move, against a plain canvas in the same browser, and
// whether stepping through images leaves its memory flat.
import fs from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { type OpenOptions, PageBrowser } from '../webview/page/browser.ts';

/** As for the tests, which import their runner with it: every request of the page is answered and painted. */
async function settled(page: Page): Promise<void> {
  const drawn = () =>
    page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
        }),
    );
  do await drawn();
  while (await page.evaluate(() => window.host.open > 0));
}

const SIDE = 4096;
const MOVES = 120;
const IMAGES = 200;
const FOUR = ['gradCam', 'gradient', 'inputXGradient', 'lime'];
const VIEW = { width: 1600, height: 900 };

const options = (methods: readonly string[], more: OpenOptions = {}): OpenOptions => ({
  ...{ scene: 'survey', side: SIDE, ...VIEW },
  contents: { settings: { methods, opacity: 0.6, colorMap: 'auto' } },
  ...more,
});

/** A trace event of the browser. */
interface Event {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  /** The same in the thread's own time, in which nothing else runs. */
  readonly tts?: number;
  readonly tdur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: { readonly name?: string };
}

const SCRIPT = new Set([
  'FunctionCall',
  'RunMicrotasks',
  'FireAnimationFrame',
  'EventDispatch',
  'TimerFire',
  'v8.callFunction',
]);

interface Motion {
  /** Milliseconds of script on the main thread per frame, 95th percentile. */
  readonly script: number;
  /** Tasks over 50 ms, and the longest, in milliseconds. */
  readonly longTasks: number;
  readonly longest: number;
  readonly framesPerSecond: number;
}

/** Pans and zooms at a place of the page, a step at a time, as a hand does. */
async function moved(page: Page, x: number, y: number): Promise<Motion> {
  const frames = () => page.evaluate(() => (window as unknown as { frames: number }).frames);
  await page.evaluate(() => {
    const counted = window as unknown as { frames: number };
    counted.frames = 0;
    const tick = () => {
      counted.frames++;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  const browser = page.context().browser()!;
  await browser.startTracing(page, { categories: ['devtools.timeline', 'toplevel', 'v8', '__metadata'] });
  const [first, start] = [await frames(), performance.now()];
  await page.mouse.move(x, y);
  for (let i = 0; i < 6; i++) await page.mouse.wheel(0, -120);
  await page.mouse.down();
  for (let i = 1; i <= MOVES; i++) {
    const angle = (2 * Math.PI * i) / MOVES;
    await page.mouse.move(x + 60 * Math.sin(angle), y + 60 * (1 - Math.cos(angle)));
  }
  await page.mouse.up();
  for (let i = 0; i < 6; i++) await page.mouse.wheel(0, 120);
  const seconds = (performance.now() - start) / 1000;
  const framesPerSecond = ((await frames()) - first) / seconds;
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: readonly Event[] };
  return { ...scriptIn(traceEvents), framesPerSecond };
}

function scriptIn(events: readonly Event[]): Omit<Motion, 'framesPerSecond'> {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  // The page's own renderer is the one that fires the most frames.
  const fired = (main: Event) =>
    events.filter((each) => each.name === 'FireAnimationFrame' && each.pid === main.pid && each.tid === main.tid)
      .length;
  const main = mains.toSorted((a, b) => fired(b) - fired(a))[0]!;
  const here = events
    .filter(({ ph, pid, tid }) => ph === 'X' && pid === main.pid && tid === main.tid)
    .toSorted((a, b) => a.ts - b.ts);
  const starts = here.filter(({ name }) => name === 'FireAnimationFrame').map(({ ts }) => ts);
  const perFrame = new Float64Array(starts.length + 1);
  let end = -1;
  let frame = 0;
  for (const { name, ts, tts = ts, dur = 0, tdur = dur } of here) {
    if (!SCRIPT.has(name)) continue;
    while (frame < starts.length && starts[frame]! <= ts) frame++;
    // What is called by something else has been counted with it.
    if (tts + tdur > end) perFrame[frame]! += (tts + tdur - Math.max(tts, end)) / 1000;
    end = Math.max(end, tts + tdur);
  }
  const tasks = here
    .filter(({ name }) => name === 'RunTask' || name === 'ThreadControllerImpl::RunTask')
    .map(({ dur = 0, tdur = dur }) => tdur / 1000);
  const sorted = perFrame.toSorted();
  return {
    script: sorted[Math.floor(0.95 * (sorted.length - 1))]!,
    longTasks: tasks.filter((each) => each > 50).length,
    longest: tasks.reduce((most, each) => Math.max(most, each), 0),
  };
}

/** A picture of the same size on one canvas, moved by the same hand: what this browser can do at best. */
async function plainCanvas(page: Page): Promise<Motion> {
  await page.setContent('<body style="margin:0"><canvas style="position:fixed;inset:0"></canvas></body>');
  await page.evaluate(
    async ([side, { width, height }]) => {
      const picture = new OffscreenCanvas(side, side);
      const painter = picture.getContext('2d')!;
      const shade = painter.createLinearGradient(0, 0, side, side);
      shade.addColorStop(0, '#333');
      shade.addColorStop(1, '#bbb');
      painter.fillStyle = shade;
      painter.fillRect(0, 0, side, side);
      const bitmap = await createImageBitmap(picture);
      const canvas = document.querySelector('canvas')!;
      Object.assign(canvas, { width, height });
      const context = canvas.getContext('2d')!;
      const at = { x: 0, y: 0, zoom: height / side };
      let asked = false;
      const draw = () => {
        asked = false;
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, width, height);
        context.setTransform(at.zoom, 0, 0, at.zoom, at.x, at.y);
        context.drawImage(bitmap, 0, 0);
      };
      const ask = () => {
        if (!asked) requestAnimationFrame(draw);
        asked = true;
      };
      addEventListener('pointermove', ({ movementX, movementY, buttons }) => {
        if (buttons) Object.assign(at, { x: at.x + movementX, y: at.y + movementY });
        ask();
      });
      addEventListener('wheel', ({ deltaY }) => {
        at.zoom *= Math.exp(-deltaY * 0.002);
        ask();
      });
      draw();
    },
    [SIDE, VIEW] as const,
  );
  return moved(page, 500, 400);
}

/** Bytes of the page's process, after a collection. */
async function memory(
  session: CDPSession,
  browser: CDPSession,
): Promise<{ readonly heap: number; readonly process: number | null }> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const sizes = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentBytes(id));
  return { heap: usedSize, process: sizes.includes(null) ? null : Math.max(...(sizes as number[])) };
}

/** Null where the system does not say. */
function residentBytes(pid: number): number | null {
  try {
    return 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
  } catch {
    return null;
  }
}

async function stepped(browser: PageBrowser) {
  const images = Array.from({ length: IMAGES + 1 }, (_, i) => `/workspace/examples/image${i}.png`);
  const { page, close } = await browser.open(
    options(['gradCam'], {
      side: 512,
      contents: { images, settings: { methods: ['gradCam'], opacity: 0.6, colorMap: 'auto' } },
    }),
  );
  await settled(page);
  const session = await page.context().newCDPSession(page);
  const whole = await page.context().browser()!.newBrowserCDPSession();
  const sizes: { readonly step: number; readonly heap: number; readonly process: number | null }[] = [];
  for (let step = 1; step <= IMAGES; step++) {
    await page.keyboard.press('n');
    await settled(page);
    await page.evaluate(() => window.host.asked.splice(0));
    if (step % 50 === 0) sizes.push({ step, ...(await memory(session, whole)) });
  }
  await close();
  return sizes;
}

async function measure() {
  const browser = await PageBrowser.start(() => "default-src * data: blob: 'unsafe-inline'");
  const motion = async (methods: readonly string[], click: string | null, target: string) => {
    const { page, close } = await browser.open(options(methods));
    await settled(page);
    if (click) await page.locator(click).click();
    await settled(page);
    if (click) {
      await page.locator('[data-add-column]').selectOption('3');
      await settled(page);
    }
    await page.waitForTimeout(1500);
    const { x, y, width, height } = (await page.locator(target).first().boundingBox())!;
    const found = await moved(page, x + width / 2, y + height / 2);
    const tiles = await page.locator('[data-tile]').count();
    await close();
    return { ...found, tiles };
  };
  const plain = async () => {
    const { page, close } = await browser.open(options([]));
    await page.goto('about:blank');
    const found = await plainCanvas(page);
    await close();
    return found;
  };
  const rounds = [];
  for (let round = 0; round < Number(process.argv[2] ?? 3); round++) {
    rounds.push({
      plain: await plain(),
      overlay: await motion(FOUR, null, '[data-stage]'),
      grid: await motion(FOUR, '[data-layout=grid]', '.tile-surface'),
    });
  }
  const memory = await stepped(browser);
  await browser.close();
  return { rounds, memory };
}

measure().then(
  (result) => process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0)),
  (problem: Error) => {
    process.stderr.write(`${problem.stack}\n`);
    process.exit(1);
  },
);
