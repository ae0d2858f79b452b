import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { examples } from '../../data.ts';
import { cli } from './cli.ts';

const METHODS = ['lime', 'kernelShap', 'gradCam', 'lrp'];
const FEW = ['lime.samples=60', 'kernelShap.samples=120'].flatMap((each) => ['--param', each]);

/**
 * Runs the study's four methods with its preset on a model of 14 findings in two files, and expects the same maps of
 * both.
 * @param file the model's file, by its kind
 * @param folder where the maps go
 */
export async function shamsulMaps(file: (kind: string) => string, folder: string): Promise<void> {
  const maps = await Promise.all(
    ['h5', 'keras'].map(async (kind) => {
      const model = file(kind);
      const out = path.join(folder, kind);
      const picture = path.join(examples, 'photos/coffee.png');
      const asked = ['--preset', 'shamsul', '--method', METHODS.join(','), ...FEW, '--class', '2,13', '--out', out];
      const { code, stderr, lines } = await cli(['explain', picture, '--model', model, ...asked, '--json']);
      expect({ code, error: lines[0]?.error }, stderr).toEqual({ code: 0, error: null });
      const [{ scores, maps: made }] = lines as [(typeof lines)[0]];
      expect(scores).toHaveLength(14);
      // Sigmoids: the scores of 14 findings do not add up to one.
      expect(scores.reduce((sum, { score }) => sum + score, 0)).not.toBeCloseTo(1, 2);
      expect(made.map(({ method, index }) => `${method} ${index}`).sort()).toEqual(
        METHODS.flatMap((method) => [`${method} 13`, `${method} 2`]).sort(),
      );
      const manifest = JSON.parse(readFileSync(path.join(out, 'manifest.json'), 'utf8'));
      const used = manifest.methods.find(({ id }: { id: string }) => id === 'gradCam');
      expect(JSON.stringify(used)).toContain('"guided":true');
      return new Map(made.map(({ method, index, npy }) => [`${method} ${index}`, readFileSync(npy!)]));
    }),
  );
  // Of two classes, no map is the same.
  for (const method of ['lime', 'gradCam', 'lrp']) {
    expect(maps[0]!.get(`${method} 2`)!.equals(maps[0]!.get(`${method} 13`)!), method).toBe(false);
  }
  for (const [name, bytes] of maps[0]!) expect(maps[1]!.get(name)!.equals(bytes), name).toBe(true);
}
