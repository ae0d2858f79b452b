import path from 'node:path';
import type { AlikeImages, CheckSummary } from '../../explainers/contracts/results.ts';
import type { Checked } from './checked.ts';

/** A row below the findings: what the check shows about the set as a whole. */
export interface SetFact {
  /** Different from that of every other row. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** Sentences of the tooltip. */
  readonly details: readonly string[];
  readonly icon: string;
  readonly facts: readonly SetFact[];
  /** A click explains it. */
  readonly image?: string;
  /** A click shows all its labels. */
  readonly by?: 'class';
  readonly name?: string;
}

/** Images that are there more than once, classes, pairs of classes that are confused, and images that fit none. */
export function setFacts(checked: Checked | null): readonly SetFact[] {
  const { alike = [], summary = null } = checked ?? {};
  const groups = [
    alikeFacts(alike),
    ...(summary ? [classFacts(summary), confusedFacts(summary), unfitFacts(summary)] : []),
  ];
  return groups.filter(({ facts }) => facts.length > 0);
}

type Row = Omit<SetFact, 'id' | 'icon' | 'facts'> & Partial<Pick<SetFact, 'icon' | 'facts'>>;

function group(title: string, detail: string, icon: string, rows: readonly Row[]): SetFact {
  const facts = rows.map((row, i): SetFact => ({ id: `${title}\n${i}`, icon, facts: [], ...row }));
  return { id: title, title, description: String(facts.length), details: [detail], icon, facts };
}

function alikeFacts(alike: readonly AlikeImages[]): SetFact {
  const rows = alike.map(({ equal, images, labelsDiffer, splitsDiffer }, at): Row => {
    const splits = [...new Set(images.map(({ split }) => split ?? 'no split'))];
    const [first, second, ...more] = images.map(({ image }) => path.basename(image));
    return {
      title: `${first} and ${more.length > 0 ? `${more.length + 1} more` : second}`,
      description: [
        ...(labelsDiffer ? ['different labels'] : []),
        ...(splitsDiffer ? [`in ${splits.join(' and ')}`] : []),
        equal ? 'equal' : 'nearly equal',
      ].join(' · '),
      details: [equal ? 'These files are equal, byte by byte.' : 'These images are nearly equal.'],
      facts: images.map(({ image, labels, split }, i) => ({
        id: `alike\n${at}\n${i}`,
        title: path.basename(image),
        description: [labels.join(', ') || 'no label', ...(split ? [split] : [])].join(' · '),
        details: [image],
        icon: 'file-media',
        facts: [],
        image,
      })),
    };
  });
  return group('Duplicate images', 'Images that are equal or nearly so.', 'files', rows);
}

function classFacts({ classes }: CheckSummary): SetFact {
  const rows = classes.flatMap(({ label, labelled, predicted, agreed, meanScore }): Row[] =>
    labelled + predicted === 0
      ? []
      : [
          {
            title: label,
            description: `${labelled} labelled · ${predicted} predicted · ${agreed} both`,
            details: [
              `${labelled} images have the label, the model predicts it for ${predicted}, and ${agreed} of these have it.`,
              ...(meanScore === null ? [] : [`Mean score of the images with the label: ${meanScore.toFixed(3)}.`]),
            ],
            by: 'class',
            name: label,
          },
        ],
  );
  return group('Classes', 'How often each class is labelled and predicted.', 'symbol-class', rows);
}

function confusedFacts({ confused }: CheckSummary): SetFact {
  const rows = confused.map(
    ({ label, instead, images }): Row => ({
      title: `${label} → ${instead}`,
      description: `${images} ${images === 1 ? 'image' : 'images'}`,
      details: [
        `${images === 1 ? 'One image' : `${images} images`} labelled ${label} ${images === 1 ? 'is' : 'are'} predicted as ${instead} instead.`,
      ],
      by: 'class',
      name: label,
    }),
  );
  return group('Confused classes', 'Pairs of a label and the class that is predicted instead.', 'arrow-both', rows);
}

function unfitFacts({ unfit }: CheckSummary): SetFact {
  const rows = unfit.map(
    ({ image, fit }): Row => ({
      title: path.basename(image),
      description: fit.toFixed(2),
      details: [`Its best score is ${fit.toFixed(2)} of the mean score of that class’s images.`, image],
      icon: 'file-media',
      image,
    }),
  );
  return group('Images that fit no class', 'No class has even half of its usual score.', 'circle-slash', rows);
}
