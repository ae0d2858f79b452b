// Our panel as a test sees it: by the attributes that src/webview/main.tsx lists.
import type { FrameLocator, Locator } from 'playwright-core';
import { expect } from 'vitest';
import { product } from './product.ts';
import type { Workbench } from './workbench.ts';

export interface Pixels {
  /** How many pixels are not fully transparent. */
  readonly painted: number;
  /** A checksum over all of them. */
  readonly sum: number;
}

export class Panel {
  readonly frame: FrameLocator;

  constructor(workbench: Workbench) {
    this.frame = workbench.webview(product);
  }

  /** The classes with their scores, as they are read. */
  scores(): Promise<string[]> {
    return this.frame.locator('[data-class-index]').allTextContents();
  }

  /** The line over the page, of this kind. */
  notice(id: string): Locator {
    return this.frame.locator(`[data-notice="${id}"]`);
  }

  layer(name: 'image' | 'heatmap' | 'outline' | 'annotations'): Locator {
    return this.frame.locator(`canvas[data-layer="${name}"]`);
  }

  /** The canvas with a heatmap of this method on it. */
  heatmap(method = 'gradCam'): Locator {
    return this.frame.locator(`canvas[data-layer="heatmap"][data-painted*="heatmap:${method}:"]`);
  }

  /** The canvas with the map so far of a heatmap that is being refined. */
  refining(method: string): Locator {
    return this.frame.locator(`canvas[data-layer="heatmap"][data-painted*="partial:${method}:"]`);
  }

  /** Waits for the image of this name, and a heatmap over it. */
  async shows(image: string, method?: string): Promise<void> {
    await this.frame.locator(`canvas[data-layer="image"][data-painted$="/${image}"]`).waitFor({ state: 'attached' });
    await this.heatmap(method).waitFor({ state: 'attached', timeout: 60_000 });
  }

  classRow(label: string): Locator {
    return this.frame.locator('[data-class-index]').filter({ hasText: label }).first();
  }

  /** What Check Labels found in the image, by a part of its text. */
  finding(text: string): Locator {
    return this.frame.locator('[data-finding]').filter({ hasText: text }).first();
  }

  method(id: string): Locator {
    return this.frame.locator(`[data-method="${id}"]`);
  }

  /** Also of a method that is not among the favourites: these are behind a door. */
  async toggleMethod(id: string): Promise<void> {
    const toggle = this.frame.locator(`[data-method-toggle="${id}"]`);
    if ((await toggle.count()) === 0) await this.frame.locator('[data-methods-door]').click();
    await toggle.click();
  }

  /** Ids of the methods that are switched on. */
  async methodsOn(): Promise<string[]> {
    const on = this.frame.locator('[data-method].on');
    return on.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-method') ?? ''));
  }

  async agreement(metric: string): Promise<number> {
    const cell = this.frame.locator(`[data-agreement-value][data-metric="${metric}"]`).first();
    return Number(await cell.getAttribute('data-agreement-value'));
  }

  /** The rows of the table of agreement: methods, then what they are read against. */
  async agreementRows(): Promise<(string | null)[]> {
    const rows = this.frame.locator('[data-agreement-row]');
    return rows.evaluateAll((all) => all.map((each) => each.getAttribute('data-agreement-row')));
  }

  /** The slider of the mask's threshold. */
  get threshold(): Locator {
    return this.frame.locator('[data-threshold]');
  }

  /** What is on a canvas. */
  async pixels(name: 'image' | 'heatmap' | 'outline' | 'annotations'): Promise<Pixels> {
    return this.layer(name).evaluate((element) => {
      const canvas = element as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let painted = 0;
      let sum = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3]) painted++;
        sum = (sum * 31 + data[i]! + 3 * data[i + 1]! + 7 * data[i + 2]! + 13 * data[i + 3]!) % 1_000_000_007;
      }
      return { painted, sum };
    });
  }

  /** Where image pixels lie on the canvas: x ↦ left + x · zoom. */
  async view(): Promise<{ left: number; top: number; zoom: number }> {
    const text = await this.frame.locator('[data-stage]').getAttribute('data-view');
    const [left, top, zoom] = (text ?? '').split(' ').map(Number);
    expect([left, top, zoom].every((value) => Number.isFinite(value))).toBe(true);
    return { left: left!, top: top!, zoom: zoom! };
  }

  /**
   * How opaque a canvas is along the four sides of a box given in image pixels, and in the middle of the box: 0 … 1.
   */
  async boxOpacity(name: 'annotations', box: readonly [x: number, y: number, width: number, height: number]) {
    const view = await this.view();
    return this.layer(name).evaluate(
      (element, { box: [x, y, width, height], view: { left, top, zoom } }) => {
        const canvas = element as HTMLCanvasElement;
        const context = canvas.getContext('2d')!;
        const opaque = (px: number, py: number) => {
          // The stroke is a few pixels wide, its middle on the side.
          const { data } = context.getImageData(
            Math.round(left + px * zoom) - 1,
            Math.round(top + py * zoom) - 1,
            3,
            3,
          );
          return data.some((value, i) => i % 4 === 3 && value > 128);
        };
        const share = (point: (t: number) => readonly [number, number]) => {
          const steps = Array.from({ length: 21 }, (_, i) => 0.1 + (0.8 * i) / 20);
          return steps.filter((t) => opaque(...point(t))).length / steps.length;
        };
        return {
          sides: [
            share((t) => [x + t * width, y]),
            share((t) => [x + t * width, y + height]),
            share((t) => [x, y + t * height]),
            share((t) => [x + width, y + t * height]),
          ],
          middle: opaque(x + width / 2, y + height / 2) ? 1 : 0,
          /** A box of the same size elsewhere: nothing lies along its sides. */
          moved: share((t) => [x + 0.11 * width + t * 0.7 * width, y + 0.13 * height]),
        };
      },
      { box, view },
    );
  }
}

/** A fresh panel with an image of a folder of the workspace: no other editor is open then. */
export async function explain(workbench: Workbench, folder: string, image: string): Promise<Panel> {
  await workbench.closeEditors();
  await workbench.expand(folder);
  await workbench.choose(workbench.explorerItem(image), 'Explain Image');
  const panel = new Panel(workbench);
  await panel.shows(image);
  return panel;
}
