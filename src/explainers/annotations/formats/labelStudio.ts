import type { Size } from '../../contracts/geometry.ts';
import type { AnnotatedImage, Annotation } from '../../contracts/labels/annotation.ts';
import { isRecord } from '../../tables.ts';
import { jsonOutline } from '../files/jsonOutline.ts';
import { JsonSource } from '../files/jsonSource.ts';
import { defineFormat } from '../format.ts';
import { Problems } from '../problems.ts';
import { declaredSize } from '../shapes/shapes.ts';
import { drawnShape } from './drawnShape.ts';
import { drawn, imageOf, labelsOf, listOf, type Result } from './labelStudioRegions.ts';

/**
 * Label Studio's JSON: a list of tasks with their annotations, each by one annotator (the reader). Coordinates are
 * percentages of the image; boxes rotate about their top left corner, ellipses about their centre. Predictions and
 * cancelled work are ignored.
 */
export const labelStudio = defineFormat({
  id: 'labelStudio',
  title: 'Label Studio JSON',
  page: {
    shapes: 'rectangles, polygons, ellipses, brushes; several annotators',
    absent: 'no',
    image: 'the task’s image',
  },
  extensions: ['.json'],

  masks: true,
  sniff({ bytes }) {
    const { kind, keys } = jsonOutline(bytes);
    if (kind === 'none' || keys.get('data') !== '{' || keys.has('images')) return false;
    return ['annotations', 'completions'].some((key) => keys.get(key) === '[');
  },

  parse(file) {
    const source = new JsonSource(file, 'Label Studio');
    const root = source.root();
    const problems = new Problems();
    const images: AnnotatedImage[] = [];
    // A single task, as its API returns it.
    for (const span of root.kind === 'array' ? source.items(root) : [root]) {
      const line = source.line(span);
      const task = span.kind === 'object' ? (source.value(span) as Task) : {};
      const image = imageOf(task.data);
      if (image === null) problems.add(line, 'a task has no image among its "data"');
      else images.push({ image, ...contentOf(task, line, problems) });
    }
    return { path: file.path, format: 'labelStudio', labels: null, images, problems: problems.list() };
  },
});

interface Task {
  readonly data?: unknown;
  readonly annotations?: unknown;
  readonly completions?: unknown;
}

interface Work {
  readonly result?: unknown;
  readonly was_cancelled?: unknown;
  readonly completed_by?: unknown;
}

function contentOf(task: Task, line: number, problems: Problems): Omit<AnnotatedImage, 'image'> {
  const works = (listOf(task.annotations) ?? listOf(task.completions) ?? []).filter(isRecord) as Work[];
  const done = works.filter(({ was_cancelled: cancelled }) => cancelled !== true);
  let size: Size | null = null;
  const annotations: Annotation[] = [];
  for (const work of done) {
    const reader = readerOf(work.completed_by);
    for (const result of regionsOf(work)) {
      size ??= declaredSize(result.original_height, result.original_width);
      for (const { label, checked } of drawn(result, problems, line)) {
        annotations.push({
          label,
          shape: drawnShape(checked, label, line, problems),
          line,
          ...(typeof result.id === 'string' && { id: result.id }),
          ...(reader !== null && { reader }),
        });
      }
    }
  }
  return { size, annotations };
}

/** A region and its label may be two results with one id ('rectangle' and 'labels'); the one with labels is used. */
function regionsOf({ result }: Work): Result[] {
  const all = (listOf(result) ?? []).filter(isRecord) as Result[];
  return all.filter((one) => labelsOf(one).length > 0);
}

export function readerOf(who: unknown): string | null {
  if (isRecord(who)) {
    const { email, username, id } = who;
    return readerOf(email || username || id);
  }
  return typeof who === 'number' || (typeof who === 'string' && who !== '') ? String(who) : null;
}
