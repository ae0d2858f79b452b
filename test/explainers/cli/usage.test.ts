import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findImages } from '../../../src/explainers/cli/flags/imageFiles.ts';
import { className, imageNames, mapName } from '../../../src/explainers/cli/results/fileNames.ts';
import type { Heatmap } from '../../../src/explainers/contracts/results.ts';
import { commonFolder } from '../../../src/explainers/files/commonFolder.ts';
import { cli } from './cli.ts';

const IMAGE = 'examples/photos/coffee.png';
const CARD = 'examples/photos/efficientnet-lite0.explain.json';
const WITH_MODEL = [IMAGE, '--model', CARD];

describe('wrong usage: exit code 2, one clear sentence and what to do next, nothing on stdout', () => {
  test.each([
    [['explan', IMAGE], /no command 'explan'. Did you mean 'explain'/],
    [['assess', 'a.onnx'], /no command 'assess'/],
    [['explain', ...WITH_MODEL, '--modl', 'x'], /no flag --modl. Did you mean '--model'/],
    [['explain', ...WITH_MODEL, '--metod=lrp'], /no flag --metod. Did you mean '--method'/],
    [['explain', '/nowhere/near/any/of/it.png'], /needs a model, but there is none near the images/],
    [['predict', ...WITH_MODEL, '--json', '--text'], /cannot be combined/],
    [['explain', '--model', CARD], /No image was named/],
    [['explain', 'src/explainers', '--model', CARD], /holds no images/],
    [['explain', ...WITH_MODEL, '--out'], /--out needs a value/],
    [['explain', ...WITH_MODEL, '--out', '--seed', '1'], /--out needs a value/],
    [['explain', ...WITH_MODEL, '--batch-memory', '0'], /--batch-memory needs a whole number of at least 1/],
    [['explain', ...WITH_MODEL, '--batch-memory', '1.5'], /--batch-memory needs a whole number/],
    [['explain', ...WITH_MODEL, '--seed', '-1'], /--seed needs a whole number of at least 0/],
    [['explain', ...WITH_MODEL, '--model', CARD], /--model is given twice/],
    [['explain', ...WITH_MODEL, '--raw-channels=yes'], /takes no value/],
    [['explain', ...WITH_MODEL, '--raw-channels', '--grid', 'original'], /cannot be combined/],
    [['explain', ...WITH_MODEL, '--grid', 'orignal'], /cannot be 'orignal'. Did you mean 'original'/],
    [['explain', ...WITH_MODEL, '--engine', 'tfjs'], /TensorFlow\.js is not installed/],
    [['explain', ...WITH_MODEL, '--device', 'gpu'], /--device cannot be 'gpu'/],
    [['explain', ...WITH_MODEL, '--segments', 'slicc'], /'slicc' is not a kind of superpixels. Did you mean 'slic'/],
    [['explain', ...WITH_MODEL, '--method', 'lyme'], /no method 'lyme'. Did you mean 'lime'/],
    [['explain', ...WITH_MODEL, '--preset', 'shamsull'], /no preset 'shamsull'. Did you mean 'shamsul'/],
    [
      ['explain', ...WITH_MODEL, '--preset', 'zennit'],
      /'zennit' sets nothing for gradCam[\s\S]*--method lrp,integratedGradients,occlusion,smoothGrad/,
    ],
    [['explain', ...WITH_MODEL, '--method', 'gradcam'], /Did you mean 'gradCam'/],
    [
      ['explain', ...WITH_MODEL, '--class', 'crane'],
      /Several classes have the name 'crane': 134 \(crane\), 517 \(crane\)/,
    ],
    [['explain', ...WITH_MODEL, '--class', 'tripd'], /Did you mean 'tripod'/],
    [['explain', ...WITH_MODEL, '--class', '1000'], /no class 1000: the model has 1000, 0 to 999/],
    [['explain', ...WITH_MODEL, '--class', 'top:0'], /at least 1/],
    [['explain', ...WITH_MODEL, '--param', 'layer=x'], /METHOD.KEY=VALUE/],
    [['explain', ...WITH_MODEL, '--param', 'gradient.x=1'], /'gradient', which is not run/],
    [['explain', ...WITH_MODEL, '--param', 'gradCam.leyer=x'], /Did you mean 'layer'/],
    [['explain', ...WITH_MODEL, '--param', 'gradCam.layer=head_conv_relu'], /Did you mean 'head_conv_relu6'/],
    [['agree', IMAGE, '--model', 'examples/photos/efficientnet-lite0.onnx'], /agree needs annotations/],
    [['inspect'], /inspect takes one model or card, not 0/],
    [['inspect', 'nowhere.onnx'], /no model file nowhere.onnx/],
    [['inspect', 'nowhere.explain.json'], /no model card 'nowhere.explain.json'/],
    [['inspect', 'package.json'], /neither a model card nor a TensorFlow.js model/],
    [[], /saliency-lens explain IMAGE… \[--model CARD\]/],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await cli(args);
    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.split('\n').length, stderr).toBeGreaterThan(2);
  });
});

describe('help', () => {
  test('the overview names every command and the exit codes', async () => {
    const { code, stdout } = await cli(['--help']);
    expect(code).toBe(0);
    for (const verb of ['inspect', 'predict', 'explain', 'agree']) expect(stdout).toContain(`saliency-lens ${verb} `);
    expect(stdout).toContain('Exit codes: 0');
  });

  test('of a command, its flags', async () => {
    for (const args of [
      ['explain', '--help'],
      ['help', 'explain'],
    ]) {
      const { code, stdout } = await cli(args);
      expect(code).toBe(0);
      expect(stdout).toContain('--class NAME|INDEX|top:K|all');
      expect(stdout).toContain('--segments FILE.npy|');
    }
  });

  test('the version', async () => {
    expect((await cli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe('file names', () => {
  test.each([
    [4, 'Mass', '4-Mass'],
    [0, 'a/b\\c:d*e?"<>|', '0-a_b_c_d_e_____'],
    [1, 'ends with dots...', '1-ends with dots_'],
    [2, '', '2'],
    [3, 'x'.repeat(200), `3-${'x'.repeat(60)}`],
    [5, 'zwei\nZeilen', '5-zwei_Zeilen'],
  ])('class %i %j is %s', (index, label, name) => {
    expect(className(index, label)).toBe(name);
  });

  test('images keep their path below the common folder', () => {
    const paths = ['/data/a/1.png', '/data/a/b/2.png', '/data/ab/3.png'];
    const images = paths.map((path) => ({ name: path, path }));
    expect(commonFolder(paths)).toBe('/data');
    expect(commonFolder(paths.slice(0, 2))).toBe('/data/a');
    const map = { method: 'gradCam', index: 4, label: 'Mass' } as Heatmap;
    expect(mapName(imageNames(images, '/data').get('/data/a/b/2.png')!, map)).toBe('a/b/2.png.gradCam.4-Mass');
  });

  test('images on two drives have no common folder', () => {
    const images = ['C:\\a\\1.png', 'D:\\2.png'];
    expect(commonFolder(images, path.win32)).toBe('C:\\');
  });
});

describe('images of a folder', () => {
  test('every kind that can be read, links among them, in order; not what only hangs in a linked folder', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'saliency-lens-images-'));
    try {
      mkdirSync(path.join(folder, 'set', 'below'), { recursive: true });
      for (const file of ['other.png', 'set/b.jfif', 'set/c.txt', 'set/below/a.IMA'])
        writeFileSync(path.join(folder, file), '');
      symlinkSync(path.join(folder, 'other.png'), path.join(folder, 'set', 'link.png'));
      symlinkSync(path.join(folder, 'set'), path.join(folder, 'set', 'round.png'));
      const found = await findImages(['set'], folder);
      expect(found.map(({ name }) => name)).toEqual(
        ['b.jfif', 'below/a.IMA', 'link.png'].map((file) => path.join('set', file)),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
