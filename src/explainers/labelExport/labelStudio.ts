import { pathToFileURL } from 'node:url';
import type { Size } from '../contracts/geometry.ts';
import { type ExportedImage, type ExportedLabel, labelsOf, withMissing } from './exportedImage.ts';

/** The names in the labelling configuration that docs/check-labels.md gives. */
const NAMES = { box: ['box', 'image'], choice: ['choice', 'image'] } as const;

/**
 * Label Studio's tasks: the labels as they are, as an annotation, and as they would be if the findings were right, as a
 * prediction, whose score is that of the most suspicious finding.
 */
export function labelStudioTasks(images: readonly ExportedImage[], modelSha256: string | null): string {
  const tasks = images.map((image, i) => {
    const { path, size, findings } = image;
    const labels = labelsOf(image);
    const corrected = withMissing(image).flatMap(correctedLabel);
    return {
      id: i + 1,
      data: { image: pathToFileURL(path).href, findings: findings.map(({ message }) => message).join(' ') },
      annotations: [{ id: i + 1, result: resultsOf(labels, size, `a${i}`) }],
      predictions: [
        {
          model_version: modelSha256?.slice(0, 12) ?? 'predictions',
          score: findings.reduce((most, { score }) => Math.max(most, score), 0),
          result: resultsOf(corrected, size, `p${i}`),
        },
      ],
    };
  });
  return `${JSON.stringify(tasks, null, 1)}\n`;
}

/** What a label would be if its finding were right. */
function correctedLabel(label: ExportedLabel): readonly ExportedLabel[] {
  const { finding } = label;
  if (finding?.instead) return [{ ...label, label: finding.instead.label }];
  return finding?.kind === 'doubtful' || finding?.kind === 'duplicate' ? [] : [label];
}

function resultsOf(labels: readonly ExportedLabel[], [height, width]: Size, name: string): readonly object[] {
  const boxes = labels.flatMap(({ label, box }, k) => {
    if (!box) return [];
    const [x, y, w, h] = box;
    const value = {
      x: (100 * x) / width,
      y: (100 * y) / height,
      width: (100 * w) / width,
      height: (100 * h) / height,
      rotation: 0,
      rectanglelabels: [label],
    };
    const [from, to] = NAMES.box;
    const size = { original_width: width, original_height: height, image_rotation: 0 };
    return [{ id: `${name}-${k}`, type: 'rectanglelabels', from_name: from, to_name: to, ...size, value }];
  });
  const choices = [...new Set(labels.flatMap(({ label, box }) => (box ? [] : [label])))];
  if (choices.length === 0) return boxes;
  const [from, to] = NAMES.choice;
  return [...boxes, { id: `${name}-c`, type: 'choices', from_name: from, to_name: to, value: { choices } }];
}
