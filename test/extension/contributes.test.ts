import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { imageEndings } from '../../src/explainers/contracts/imageEndings.ts';
import { TAKE_AWAY } from '../../src/explainers/protocol/takeAway.ts';
import { VIEW_ACTIONS } from '../../src/explainers/protocol/viewActions.ts';
import { IS_IMAGE } from '../../src/extension/images.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const manifest = JSON.parse(read('package.json'));

describe('package.json', () => {
  it('knows a command for each file of src/extension/commands', () => {
    const plumbing = ['command.ts', 'commands.ts', 'selection.ts', 'takeAway.ts', 'viewActions.ts'];
    const folder = path.join(root, 'src/extension/commands');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => !plumbing.includes(file));
    const ids = manifest.contributes.commands.map(({ command }: { command: string }) => command);
    // Two files declare a command for each thing that can be taken out of a panel, and that its view can do.
    const names = [
      ...files.map((file) => path.basename(file, '.ts')),
      ...Object.keys(TAKE_AWAY),
      ...Object.keys(VIEW_ACTIONS),
    ];
    expect(names.map((name) => `saliencyLens.${name}`).sort()).toEqual([...ids].sort());
  });

  it('binds and shows only commands that exist', () => {
    const { commands, menus, keybindings } = manifest.contributes;
    const ids = new Set(commands.map(({ command }: { command: string }) => command));
    const used = [...Object.values<{ command?: string; submenu?: string }[]>(menus).flat(), ...keybindings];
    const opened = manifest.contributes.submenus.map(({ id }: { id: string }) => id);
    for (const { command, submenu } of used) expect([...ids, ...opened]).toContain(command ?? submenu);
  });

  it('offers Explain Image for image files in both context menus, whatever the case of their extension', () => {
    for (const menu of ['explorer/context', 'editor/title/context']) {
      const item = manifest.contributes.menus[menu].find(
        (each: { command: string }) => each.command === 'saliencyLens.explainImage',
      );
      expect(item.when).toContain(IS_IMAGE);
    }
    const [, source, flags] = /\/(.*)\/(\w*)/.exec(IS_IMAGE)!;
    const pattern = new RegExp(source!, flags);
    for (const extension of imageEndings) {
      expect(pattern.test(`.${extension}`)).toBe(true);
      expect(pattern.test(`.${extension.toUpperCase()}`)).toBe(true);
    }
    for (const other of ['.txt', '.onnx', '.pngx', '.apng', '']) expect(pattern.test(other)).toBe(false);
  });

  it('shows the label findings in the Explorer, and offers for each the commands that are about it', () => {
    const { views, viewsWelcome, menus, commands } = manifest.contributes;
    expect(views.explorer).toMatchObject([{ id: 'saliencyLens.findings', visibility: 'collapsed' }]);
    for (const { view, contents } of viewsWelcome) {
      expect(view).toBe('saliencyLens.findings');
      expect(contents).toMatch(/\]\(command:/);
    }
    const inRow = menus['view/item/context'] as { command: string; when: string; group: string }[];
    expect(inRow.map(({ command }) => command).sort()).toEqual(
      ['fixLabel', 'labelIsRight', 'labelIsUnsure', 'labelIsWrong', 'noteOnVerdict', 'openAnnotation', 'showCrops'].map(
        (id) => `saliencyLens.${id}`,
      ),
    );
    // A verdict that was given is not offered again.
    expect(inRow.find(({ command }) => command === 'saliencyLens.labelIsRight')?.when).toMatch(/!= finding\.right$/);
    // What stands in a title bar or a row is a button: it needs an icon.
    const buttons = [...inRow, ...menus['view/title']].filter(({ group }) => /^(?:inline|navigation)/.test(group));
    for (const { command } of buttons) {
      const { icon } = commands.find((each: { command: string }) => each.command === command);
      expect(icon, command).toMatch(/^\$\([a-z-]+\)$/);
    }
  });

  it('has no command in the palette that needs something handed over', () => {
    const hidden = manifest.contributes.menus.commandPalette.filter(({ when }: { when: string }) => when === 'false');
    expect(hidden.map(({ command }: { command: string }) => command).sort()).toEqual(
      ['explainFinding', 'openAnnotation'].map((id) => `saliencyLens.${id}`),
    );
  });

  it('names only files that exist', () => {
    const { walkthroughs, jsonValidation } = manifest.contributes;
    const media = walkthroughs.flatMap(({ steps }: { steps: { media: Record<string, string> }[] }) =>
      steps.map((step) => step.media['svg'] ?? step.media['markdown']),
    );
    for (const file of [manifest.icon, ...media, ...jsonValidation.map(({ url }: { url: string }) => url)]) {
      expect(existsSync(path.join(root, file)), file).toBe(true);
    }
  });

  it('runs where the files are, asks for trust before a model, and says why virtual workspaces do not work', () => {
    expect(manifest.extensionKind).toEqual(['workspace']);
    expect(manifest.capabilities.untrustedWorkspaces).toMatchObject({
      supported: 'limited',
      description: expect.stringContaining('model'),
    });
    expect(manifest.capabilities.virtualWorkspaces).toMatchObject({
      supported: false,
      description: expect.stringContaining('disk'),
    });
  });
});
