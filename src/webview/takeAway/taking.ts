import type { TakeAway } from '../../explainers/protocol/takeAway.ts';
import { type Host, reportOf } from '../host.ts';
import { loadLater } from '../later/useLater.ts';
import type { Replies } from '../state/replies.ts';
import { Scene } from '../state/scene.ts';
import type { Store } from '../state/store.ts';

/** Takes out of the page what the user asked VS Code for. */
export class Taking {
  readonly #store: Store;
  readonly #replies: Replies;
  readonly #host: Host;

  constructor(store: Store, replies: Replies, host: Host) {
    this.#store = store;
    this.#replies = replies;
    this.#host = host;
  }

  /** Makes what the user wants of the view, and hands it to VS Code or the clipboard. */
  async take(what: TakeAway): Promise<void> {
    try {
      await this.#take(what);
    } catch (thrown) {
      const { kind, message, next } = reportOf(thrown);
      if (kind !== 'cancelled') this.#tell(message, next);
    }
  }

  async #take(what: TakeAway): Promise<void> {
    const scene = new Scene(this.#store.state, this.#replies);
    const { takeAway } = await loadLater();
    const taken = await takeAway(what, scene, () => this.#modelHash());
    if ('nothing' in taken) return this.#tell(taken.nothing);
    const leaves = taken.to === 'pictureClipboard' || (taken.to === 'file' && taken.picture);
    const dicom = scene.replies.value('display', scene.keys.display)?.info.format === 'dicom';
    if (leaves && dicom && !(await this.#host.request('mayLeave', {}))) return;
    if (taken.to === 'file') await this.#host.request('saveFile', { name: taken.name, bytes: taken.bytes });
    else if (taken.to === 'clipboard') await this.#host.request('copyText', { text: taken.text });
    else if (taken.to === 'command') await this.#host.request('copyCommand', { args: taken.args });
    else await this.#copyPicture(taken.png);
  }

  async #copyPicture(png: Blob): Promise<void> {
    try {
      window.focus(); // a menu of VS Code had it
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]);
    } catch (thrown) {
      this.#tell('The picture could not be copied.', `${reportOf(thrown).message} Save it as PNG instead.`);
    }
  }

  async #modelHash(): Promise<string | null> {
    const { model } = this.#store.state.navigation;
    if (model === null) return null;
    const description = await this.#host.request('describe', { model, hash: true });
    return description.sha256;
  }

  #tell(text: string, next?: string): void {
    this.#store.receive({ notice: { id: 'actionFailed', tone: 'error', text, ...(next && { next }) } });
  }
}
