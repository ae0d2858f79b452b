import type { AnnotatedImage } from '../../../contracts/labels/annotation.ts';
import { isRecord } from '../../../tables.ts';
import { jsonOutline } from '../../files/jsonOutline.ts';
import { JsonSource } from '../../files/jsonSource.ts';
import { defineFormat } from '../../format.ts';
import { annotationError, Problems, quoted } from '../../problems.ts';

/**
 * FiftyOne's classification JSON (`FiftyOneImageClassificationDataset`): the classes, and the label of each image by
 * its name without an ending: a name, a number, an object with `label` (and a confidence), a list of these, or null.
 */
export const fiftyone = defineFormat({
  id: 'fiftyone',
  title: 'FiftyOne classification JSON',
  page: { shapes: 'labels of whole images', absent: 'yes: every class of the file', image: 'stem' },
  extensions: ['.json'],
  sniff({ bytes }) {
    const { kind, keys } = jsonOutline(bytes);
    return (
      kind === 'object' && keys.get('labels') === '{' && (keys.get('classes') === '[' || keys.get('classes') === 'n')
    );
  },
  parse(file) {
    const source = new JsonSource(file, 'FiftyOne');
    const problems = new Problems();
    const members = new Map(source.members(source.root()));
    const [listed, labels] = [members.get('classes'), members.get('labels')];
    if (labels?.kind !== 'object') {
      const next = 'Export it again as FiftyOneImageClassificationDataset, or name another format for this file.';
      throw annotationError(file.path, 'labels', 'The FiftyOne file has no "labels" by image.', next);
    }
    const value = listed?.kind === 'array' ? (source.value(listed) as unknown[]) : [];
    const classes = value.map((name) => (typeof name === 'string' ? name : ''));
    const images: AnnotatedImage[] = [];
    const found = new Set<string>();
    for (const [image, span] of source.members(labels)) {
      const line = source.line(span);
      if (image === '') {
        problems.add(line, 'the image is missing');
        continue;
      }
      const written = source.value(span);
      const names = (Array.isArray(written) ? written : [written]).flatMap((each) => {
        const name = nameOf(each, classes);
        if (name === null && each !== null)
          problems.add(line, `${quoted(image)} has ${quoted(each)} instead of a label`);
        return name ?? [];
      });
      for (const name of names) found.add(name);
      const annotations = [...new Set(names)].map((label) => ({ label, shape: null, line }));
      // Null: nobody said what is in the image.
      images.push({
        image,
        size: null,
        annotations,
        line,
        ...(names.length === 0 && !Array.isArray(written) && { labels: [] }),
      });
    }
    return {
      path: file.path,
      format: 'fiftyone',
      labels: [...new Set([...classes.filter((name) => name !== ''), ...found])],
      images,
      problems: problems.list(),
    };
  },
});

function nameOf(value: unknown, classes: readonly string[]): string | null {
  if (typeof value === 'number') return classes[value] || null;
  if (typeof value === 'string') return value.trim() || null;
  if (!isRecord(value)) return null;
  const { label } = value;
  return typeof label === 'object' ? null : nameOf(label, classes);
}
