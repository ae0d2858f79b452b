import path from 'node:path';
import { damagedBytes } from './bytes.ts';
import type { Files, Target } from './target.ts';

/** The beginning of a ZIP archive with one stored member, as torch.save writes it. */
function zipped(name: string, content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt32LE(content.length, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name), content]);
}

/** A pickle of a dictionary that names a class. */
const PICKLE = Buffer.from('\x80\x02}q\0X\x06\0\0\0weightq\x01ctorch._utils\n_rebuild_tensor_v2\nq\x02s.', 'latin1');

function safetensors(): Uint8Array {
  const header = Buffer.from('{"weight":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.alloc(8)]);
}

const HF = Buffer.from('{"model_type": "vit", "architectures": ["ViTForImageClassification"]}');

const SEEDS: readonly Files[] = [
  new Map([['net.pt', zipped('net/data.pkl', PICKLE)]]),
  new Map([['net.pt2', zipped('net/archive_format', Buffer.from('pt2'))]]),
  new Map([['net.pth', PICKLE]]),
  new Map([['net.ckpt', zipped('archive/data.pkl', PICKLE)]]),
  new Map([['net.safetensors', safetensors()]]),
  new Map([
    ['model.safetensors', safetensors()],
    ['config.json', HF],
  ]),
  new Map([['saved_model.pb', Buffer.from('\x08\x01\x12\x10\x0a\x0e\x22\x052.20.0', 'latin1')]]),
  new Map([['net.tflite', Buffer.from('\x1c\0\0\0TFL3\x14\0\x20\0', 'latin1')]]),
];

/** Files that Python imports, or that are only recognised: each leads to one sentence, and no pickle is opened. */
export const otherModels: Target = {
  id: 'otherModels',
  seeds: () => SEEDS,
  damage(files, random) {
    const damaged = [...files.keys()][Math.floor(random.random() * files.size)]!;
    return new Map([...files].map(([name, bytes]) => [name, name === damaged ? damagedBytes(bytes, random) : bytes]));
  },
  async exercise({ session, path: at, ask }, files) {
    const [name] = files.keys();
    const folder = path.dirname(at(name!));
    await ask('describe', () => session.describe({ model: at(name!) }));
    await ask('plan', () => session.planImport({ source: name!, folder }));
    await ask('plan of the folder', () => session.planImport({ source: '.', folder }));
  },
};
