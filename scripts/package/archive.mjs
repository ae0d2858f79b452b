// Reading a .vsix (a zip file) back.
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import yauzl from 'yauzl';

/** Calls `visit` with each file's name in the archive and a function that opens it. */
async function eachFile(archive, visit) {
  const zip = await promisify(yauzl.open)(archive, { lazyEntries: true });
  const open = promisify(zip.openReadStream.bind(zip));
  await new Promise((done, failed) => {
    zip.on('error', failed).on('end', done);
    zip.on('entry', (entry) => {
      Promise.resolve(visit(entry, () => open(entry))).then(() => zip.readEntry(), failed);
    });
    zip.readEntry();
  });
}

/** Every file: its name → its unpacked size. */
export async function list(archive) {
  const files = new Map();
  await eachFile(archive, (entry) => files.set(entry.fileName, entry.uncompressedSize));
  return files;
}

/** Unpacks what lies under `prefix` into a folder. */
export async function unpack(archive, folder, prefix = 'extension/') {
  await eachFile(archive, async (entry, open) => {
    if (!entry.fileName.startsWith(prefix) || entry.fileName.endsWith('/')) return;
    const file = path.join(folder, entry.fileName.slice(prefix.length));
    fs.mkdirSync(path.dirname(file), { recursive: true });
    await pipeline(await open(), fs.createWriteStream(file));
  });
}

/** One file as text. */
export async function read(archive, name) {
  let text = '';
  await eachFile(archive, async (entry, open) => {
    if (entry.fileName !== name) return;
    for await (const chunk of await open()) text += chunk;
  });
  return text;
}
