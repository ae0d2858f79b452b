import path from 'node:path';
import * as vscode from 'vscode';
import { greatest } from '../../../explainers/lists.ts';
import { CATALOGUE } from '../../generated/catalogue.ts';
import { browseModel } from '../../models/pickModel.ts';
import { pickMany, say, withCancel } from '../../say.ts';
import { requireTrust } from '../../trust.ts';
import { type Command, IS_MODEL, ON_DISK } from '../command.ts';

const TITLE = 'Export Explanation as ONNX';

export const exportModel: Command = {
  id: 'saliencyLens.exportModel',
  title: `${TITLE}…`,
  menus: { 'explorer/context': { when: `${IS_MODEL} && ${ON_DISK}`, group: '2_workspace@3' } },
  async run(ctx, clicked) {
    const model =
      clicked instanceof vscode.Uri
        ? clicked.fsPath
        : (ctx.panels.active?.model ?? (await browseModel(TITLE, 'Export')));
    if (!model) return;
    requireTrust(model);
    const methods = await pickMethods();
    if (!methods || methods.length === 0) return;
    const out = await vscode.window.showSaveDialog({
      title: TITLE,
      defaultUri: vscode.Uri.file(model.replace(/(?:\.explain)?\.[^.\\/]*$/, '.explained.onnx')),
      filters: { ONNX: ['onnx'] },
    });
    if (!out) return;
    const request = { model, methods: methods.map((id) => ({ id })), classes: [], out: out.fsPath };
    const written = await withCancel(`Writing ${path.basename(out.fsPath)}`, (call) =>
      ctx.client.request('exportModel', request, call),
    );
    const off = greatest(written.maps.map(({ difference }) => difference));
    await say.information(
      `${path.basename(written.file)} is written: ${(written.bytes / 1e6).toFixed(1)} MB. Its maps of a test image differ from ours by ${off.toExponential(0)} of the largest value.`,
    );
  },
};

async function pickMethods(): Promise<readonly string[] | undefined> {
  const able = CATALOGUE.methods.filter((method) => method.exports);
  const items = able.map(({ id, title, summary }, i) => ({ label: title, detail: summary, id, picked: i === 0 }));
  const picked = await pickMany(items, {
    title: TITLE,
    placeHolder: 'Methods that the file computes besides the scores',
  });
  return picked?.map(({ id }) => id);
}
