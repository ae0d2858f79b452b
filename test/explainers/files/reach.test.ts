import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type LinkOut, leadsOut, namesMachine, Reach } from '../../../src/explainers/files/reach.ts';

const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'reach-')));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (...steps: string[]) => path.join(folder, ...steps);

describe('how far a file reaches', () => {
  test('its workspace folder, and nothing else; without one the folder above, and the one that the person works in', () => {
    const file = at('project', 'models', 'a.explain.json');
    expect(new Reach({ workspace: [at('project')] }).of(file)).toEqual([at('project')]);
    expect(new Reach({ workspace: [at('other')] }).of(file)).toEqual([at('project')]);
    expect(new Reach({ named: [folder, at('other')] }).of(file)).toEqual([at('project'), folder]);
  });

  test('never a whole home, all that is temporary, or a disk', () => {
    const home = path.join(os.homedir(), 'Downloads', 'a.explain.json');
    expect(new Reach({ named: [os.homedir(), path.parse(folder).root] }).of(home)).toEqual([path.dirname(home)]);
    expect(new Reach().of(at('a.explain.json'))).toEqual([folder]);
  });
});

describe('folders that a person allowed', () => {
  const workspace = at('allowing');
  const cache = at('cache');
  const files = [path.join(workspace, 'a.png'), at('elsewhere', 'a.png')] as const;

  test('are within reach of the workspace and of nothing else, and never a home or a folder that has become a link', () => {
    mkdirSync(cache, { recursive: true });
    mkdirSync(at('moved-to'));
    symlinkSync(at('moved-to'), at('moved'));
    const reach = new Reach({ workspace: [workspace], linked: [cache, os.homedir(), os.tmpdir(), at('moved')] });
    expect(reach.of(files[0])).toEqual([workspace, cache]);
    expect(reach.around(workspace)).toEqual([workspace, workspace, cache]);
    expect(reach.of(files[1])).toEqual([folder]);
    expect(reach.around(at('elsewhere'))).toEqual([at('elsewhere')]);
  });

  test('only a link in the workspace that leads out is asked about, and each folder once', () => {
    mkdirSync(path.join(workspace, 'in'), { recursive: true });
    writeFileSync(path.join(cache, 'x.txt'), '');
    const links = [
      ['file', path.join(cache, 'x.txt')],
      ['folder', cache],
      ['home', os.homedir()],
      ['disk', path.parse(folder).root],
      ['within', path.join(workspace, 'in')],
      ['dead', at('gone')],
    ] as const;
    for (const [name, to] of links) symlinkSync(to, path.join(workspace, name));
    const met: LinkOut[] = [];
    const reach = new Reach({ workspace: [workspace], onLinkOut: (link) => met.push(link) });
    for (const [name] of links) reach.refused(path.join(workspace, name));
    // A path that names the place itself, with or without '..', is no link of the workspace.
    for (const named of [cache, path.join(workspace, '..', 'cache', 'x.txt'), at('moved', 'x')]) reach.refused(named);
    expect(met).toEqual([{ link: path.join(workspace, 'file'), folder: cache }]);
  });
});

describe('what leads out', () => {
  test('links, chains of links, linked folders and .. are followed before it is judged', () => {
    mkdirSync(at('in', 'below'), { recursive: true });
    mkdirSync(at('out'));
    writeFileSync(at('out', 'x.txt'), '');
    writeFileSync(at('in', 'x.txt'), '');
    symlinkSync(at('out', 'x.txt'), at('in', 'link.txt'));
    symlinkSync(at('in', 'link.txt'), at('in', 'chain.txt'));
    symlinkSync(at('out'), at('in', 'folder'));
    symlinkSync(at('in', 'x.txt'), at('in', 'below', 'within.txt'));
    symlinkSync(at('in'), at('same'));
    const out = (...steps: string[]) => leadsOut(path.join(at('in'), ...steps), [at('in')]);
    expect([out('link.txt'), out('chain.txt'), out('folder', 'x.txt'), out('..', 'out', 'x.txt'), out('folder', 'gone')]).toEqual([true, true, true, true, false]); // biome-ignore format: one line
    expect([out('x.txt'), out('below', 'within.txt'), out('gone.txt'), out('below', '..', 'x.txt')]).toEqual([false, false, false, false]); // biome-ignore format: one line
    // The same folder by another name.
    expect(leadsOut(at('same', 'x.txt'), [at('in')])).toBe(false);
    expect(leadsOut(at('in', 'x.txt'), [at('same')])).toBe(false);
    // A name that only begins like the folder's.
    expect(leadsOut(at('in-other', 'x'), [at('in')])).toBe(true);
  });

  test.each([
    ['\\\\server\\share\\labels.txt', true],
    ['//server/share/labels.txt', true],
    ['\\\\?\\C:\\labels.txt', true],
    ['/labels.txt', false],
    ['..\\labels.txt', false],
    ['labels//a.txt', false],
  ])('%s names another machine: %s', (text, is) => {
    expect(namesMachine(text)).toBe(is);
  });
});
