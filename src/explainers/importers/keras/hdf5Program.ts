/** Limits on what one HDF5 file may hold, far above any model's. */
export const LIMITS = {
  objects: 200_000,
  depth: 64,
  /** Declared bytes for each byte of the file: gzip unpacks one byte to at most a thousand. */
  growth: 1000,
  /** Bytes of one weight: Keras' own limit. */
  bytes: 2 ** 32,
};

/**
 * The whole program of a thread that reads one HDF5 file and ends: nothing of a hostile file survives in WebAssembly's
 * memory, and one that makes the library run for ever costs a thread. The file is read through its descriptor, as the
 * library asks for its parts; there is no other file that it could open. It is text, as a file of its own would have to
 * be found in every bundle.
 */
export const PROGRAM = `
const { parentPort, workerData: { library, source, offset, length, skip, limits } } = require('node:worker_threads');
const { readSync } = require('node:fs');

class Refused extends Error {}

async function main() {
  const { ready, File, Group, Dataset } = await import(library);
  const module = await ready;
  const { FS } = module;
  module.set_throwing_error_handler?.();
  module.deactivate_error_handler?.();
  FS.writeFile('/model.h5', new Uint8Array(0));
  const { node } = FS.lookupPath('/model.h5');
  node.usedBytes = length;
  node.stream_ops = {
    ...node.stream_ops,
    read(stream, buffer, at, wanted, position) {
      const count = Math.max(Math.min(wanted, length - position), 0);
      const target = new Uint8Array(buffer.buffer, buffer.byteOffset + at, count);
      if (count === 0) return 0;
      if (typeof source === 'number') return readSync(source, target, 0, count, offset + position);
      target.set(source.subarray(offset + position, offset + position + count));
      return count;
    },
  };
  const file = new File('/model.h5', 'r');
  parentPort.postMessage({ begun: true });
  const { H5T_INTEGER, H5T_FLOAT, H5T_STRING, H5T_OPAQUE } = module.H5T_class_t;
  let objects = 0;
  let declared = 0;

  const attributesOf = (item) => {
    const found = [];
    for (const name of module.get_attribute_names(item.file_id, item.path)) {
      const metadata = module.get_attribute_metadata(item.file_id, item.path, name);
      const bytes = Number(metadata.size) * Number(metadata.total_size);
      if (!(bytes <= length * 16 + 2 ** 20)) throw new Refused('declares an attribute of ' + bytes + ' bytes');
      if (metadata.type !== H5T_STRING.value && !metadata.vlen) continue;
      const value = item.attrs[name].json_value;
      if (typeof value === 'string' || (Array.isArray(value) && value.every((each) => typeof each === 'string'))) found.push([name, value]);
    }
    return found;
  };

  const walk = (group, depth) => {
    if (depth > limits.depth) throw new Refused('nests its groups more than ' + limits.depth + ' deep');
    parentPort.postMessage({ group: group.path, attributes: attributesOf(group) });
    for (const name of group.keys()) {
      if (depth === 0 && skip.includes(name)) continue;
      if (++objects > limits.objects) throw new Refused('holds more than ' + limits.objects + ' objects');
      const item = group.get(name);
      if (item instanceof Group) walk(item, depth + 1);
      else if (item instanceof Dataset) read(item);
      else throw new Refused("has a link ('" + name + "') that leads out of it or nowhere");
    }
  };

  const read = (dataset) => {
    const { type, size, shape, total_size: total, signed, littleEndian, virtual_sources: sources } = dataset.metadata;
    if (sources) throw new Refused("keeps the data of '" + dataset.path + "' in other files");
    const kind = type === H5T_FLOAT.value ? 'float' : type === H5T_INTEGER.value ? 'integer' : type === H5T_OPAQUE.value && Number(size) === 2 ? 'opaque' : undefined;
    if (!kind || !shape) return;
    const bytes = Number(size) * Number(total);
    declared += bytes;
    if (!(bytes <= limits.bytes) || !(declared <= length * limits.growth)) {
      throw new Refused("declares " + bytes + " bytes for '" + dataset.path + "', which is more than it can hold");
    }
    const pointer = module._malloc(bytes);
    if (pointer === 0 && bytes > 0) throw new Refused("has no room for '" + dataset.path + "' in memory");
    let data;
    try {
      module.get_dataset_data(dataset.file_id, dataset.path, null, null, null, BigInt(pointer));
      data = module.HEAPU8.slice(pointer, pointer + bytes);
    } finally {
      module._free(pointer);
    }
    const marked = module.get_attribute_names(dataset.file_id, dataset.path).includes('dtype') ? dataset.attrs.dtype.json_value : null;
    const element = { kind, size, signed, littleEndian, marked: typeof marked === 'string' ? marked : null };
    parentPort.postMessage({ dataset: dataset.path, shape: shape.map(Number), element, data }, [data.buffer]);
  };

  walk(file, 0);
}

main().then(
  () => parentPort.postMessage({ done: true }),
  (thrown) => parentPort.postMessage(thrown instanceof Refused ? { refused: thrown.message } : { failed: String(thrown?.message ?? thrown).slice(0, 200) }),
);
`;
