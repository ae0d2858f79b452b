import fs from 'node:fs';
import path from 'node:path';

/**
 * What is known of a case: `failed`: it could not be built or exported; `invalid`: ONNX Runtime cannot run the export.
 * @typedef {{ name: string, set: string, failed?: string, invalid?: string, columns?: object, ms?: object,
 *   peak?: number, numbers?: object }} Found
 */

/** The cases that were measured, one a line in a file: what was killed goes on behind the last whole line. */
export class State {
  #file;
  /** @type {Map<string, Found>} */
  found = new Map();

  constructor(file) {
    this.#file = file;
    fs.mkdirSync(path.dirname(file), { recursive: true });
    for (const line of fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : []) {
      try {
        const found = JSON.parse(line);
        this.found.set(found.name, found);
      } catch {
        // The line that was being written when the process was killed, or the end of the file.
      }
    }
  }

  add(found) {
    this.found.set(found.name, found);
    // A line of its own even behind half a line.
    fs.appendFileSync(this.#file, `\n${JSON.stringify(found)}`);
  }
}
