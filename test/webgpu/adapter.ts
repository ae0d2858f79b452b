import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadNative } from '../../src/explainers/engines/ortModule.ts';
import { writeOnnx } from '../../src/explainers/importers/onnx/write.ts';
import { tinyClassifier } from '../tinyModels.ts';

/** Where a browser leaves the manifest of SwiftShader, the Vulkan driver that computes on the processor. */
const FOLDERS = [
  ...(process.env['SALIENCY_LENS_BROWSER'] ? [path.dirname(process.env['SALIENCY_LENS_BROWSER'])] : []),
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
];

/**
 * Why no WebGPU adapter can be had, null: one is there. Uses the driver that the environment names, else SwiftShader.
 */
export async function missingAdapter(): Promise<string | null> {
  if (process.platform === 'linux' && !process.env['VK_ICD_FILENAMES'] && !process.env['VK_DRIVER_FILES']) {
    const manifests = FOLDERS.map((folder) => path.join(folder, 'vk_swiftshader_icd.json'));
    const found = manifests.find((file) => existsSync(file));
    if (found) process.env['VK_ICD_FILENAMES'] = found;
  }
  try {
    const { ort } = await loadNative();
    const session = await ort.InferenceSession.create(writeOnnx(tinyClassifier()), { executionProviders: ['webgpu'] });
    await session.release();
    return null;
  } catch {
    return 'no WebGPU adapter: on Linux install libvulkan1 and Chromium, whose SwiftShader is one, or set VK_ICD_FILENAMES';
  }
}
