import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as vscode from 'vscode';
import { COLOURS, type Colour, SIDE, writeColourModel, writeImage } from '../../explainers/labelCheck/coloured.ts';
import { closeAll, eventually, extension, file } from './workspace.ts';

// Each image is a square of one colour; the fifth of each format is green, and called blue.

const SQUARE = { left: 8, top: 4, side: 14 };
const { left, top, side } = SQUARE;
const [right, bottom] = [left + side, top + side];

interface Format {
  /** The file with the wrong label. */
  readonly wrong: string;
  /** All annotation files. */
  write(images: readonly { readonly name: string; readonly said: Colour }[]): Readonly<Record<string, string>>;
  /** What the fix changes in the file. */
  readonly diff: readonly [from: string, to: string];
}

const perImage =
  (ending: string, content: (name: string, said: Colour) => string): Format['write'] =>
  (images) =>
    Object.fromEntries(images.map(({ name, said }) => [name.replace('.bmp', ending), content(name, said)]));

const FORMATS: Readonly<Record<string, Format>> = {
  yolo: {
    wrong: 'yolo4.txt',
    write: (images) => ({
      'data.yaml': `names: [${COLOURS.join(', ')}]\n`,
      ...perImage(
        '.txt',
        (_, said) =>
          `${COLOURS.indexOf(said)}  ${(left + side / 2) / SIDE} ${(top + side / 2) / SIDE} ${side / SIDE} ${side / SIDE}`,
      )(images),
    }),
    diff: ['2  ', '1  '],
  },
  voc: {
    wrong: 'voc4.xml',
    write: perImage(
      '.xml',
      (name, said) =>
        `<?xml version="1.0"?>\r\n<annotation>\r\n\t<filename>${name}</filename>\r\n\t<size><width>${SIDE}</width><height>${SIDE}</height><depth>3</depth></size>\r\n\t<object>\r\n\t\t<name>${said}</name><!-- drawn by hand -->\r\n\t\t<bndbox><xmin>${left}</xmin><ymin>${top}</ymin><xmax>${right}</xmax><ymax>${bottom}</ymax></bndbox>\r\n\t</object>\r\n</annotation>`,
    ),
    diff: ['<name>blue<', '<name>green<'],
  },
  labelme: {
    wrong: 'labelme4.json',
    write: perImage(
      '.json',
      (name, said) =>
        `{"version": "5.0.1", "flags": {},\n   "shapes": [ {"label":"${said}",\n  "points": [[${left}.0, ${top}], [${right}, ${bottom}]], "group_id": null, "shape_type": "rectangle", "flags": {}}],\n "imagePath": "${name}", "imageData": null, "imageHeight": ${SIDE}, "imageWidth": ${SIDE}}`,
    ),
    diff: ['"label":"blue"', '"label":"green"'],
  },
  cvat: {
    wrong: 'annotations.xml',
    write: (images) => {
      const labels = COLOURS.map((name) => `<label><name>${name}</name></label>`).join('');
      const each = images.map(
        ({ name, said }, id) =>
          `  <image id="${id}" name="${name}" width="${SIDE}" height="${SIDE}">\n    <box label="${said}" occluded="0" xtl="${left}.00" ytl="${top}.00" xbr="${right}.00" ybr="${bottom}.00" z_order="0">\n    </box>\n  </image>\n`,
      );
      return {
        'annotations.xml': `<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n  <meta><task><labels>${labels}</labels></task></meta>\n${each.join('')}</annotations>\n`,
      };
    },
    diff: [
      `name="cvat4.bmp" width="${SIDE}" height="${SIDE}">\n    <box label="blue"`,
      `name="cvat4.bmp" width="${SIDE}" height="${SIDE}">\n    <box label="green"`,
    ],
  },
  csv: {
    wrong: 'labels.csv',
    write: (images) => ({
      'labels.csv': `filename;label;"a note"\r\n${images.map(({ name, said }) => `${name};${said};"seen; twice"\r\n`).join('')}`,
    }),
    diff: ['csv4.bmp;blue;', 'csv4.bmp;green;'],
  },
};

const place = (...parts: string[]) => file('fixes', ...parts);
const ours = (uri: vscode.Uri) =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Saliency Lens');
const text = (uri: vscode.Uri) => fs.readFileSync(uri.fsPath, 'utf8');

describe('Fix Label', () => {
  before(async () => {
    await extension().activate();
    writeColourModel(place().fsPath);
    for (const [format, { write }] of Object.entries(FORMATS)) {
      const images = Array.from({ length: 6 }, (_, i) => {
        const is = COLOURS[i % COLOURS.length]!;
        const name = `${format}${i}.bmp`;
        writeImage(place(format, name).fsPath, { [is]: [left, top, side] });
        return { name, said: i === 4 ? ('blue' as const) : is };
      });
      for (const [name, content] of Object.entries(write(images)))
        fs.writeFileSync(place(format, name).fsPath, content);
    }
    await vscode.commands.executeCommand('saliencyLens.checkLabels', place());
  });
  afterEach(closeAll);
  after(async () => {
    await vscode.commands.executeCommand('saliencyLens.clearFindings');
    fs.rmSync(place().fsPath, { recursive: true });
  });

  for (const [format, { wrong, diff }] of Object.entries(FORMATS)) {
    it(`of ${format} changes exactly these bytes, is undone, and its finding goes`, async () => {
      const uri = place(format, wrong);
      const before = text(uri);
      assert.equal(before.split(diff[0]).length, 2, before);
      const expected = before.replace(...diff);
      const [found, ...more] = await eventually('the finding', () => ours(uri).length > 0 && ours(uri));
      assert.deepEqual(more, []);
      await vscode.window.showTextDocument(uri);
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        found!.range,
      );
      const action = actions.find(({ title }) => title === 'Fix Label…')!;
      const change = { kind: 'class', to: 'green' };
      const fixed = vscode.commands.executeCommand(action.command!.command, ...action.command!.arguments!, change);
      const { modified } = await eventually('the difference', () => {
        const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
        return input instanceof vscode.TabInputTextDiff ? input : undefined;
      });
      // Nothing is written before it is confirmed.
      assert.equal((await vscode.workspace.openTextDocument(modified)).getText(), expected);
      assert.equal(text(uri), before);
      await vscode.commands.executeCommand('saliencyLens.applyFix');
      await fixed;
      assert.equal(text(uri), expected);
      await eventually('no finding', () => ours(uri).length === 0);
      const { document } = await vscode.window.showTextDocument(uri);
      await vscode.commands.executeCommand('undo');
      await document.save();
      assert.equal(text(uri), before);
    });
  }
});
