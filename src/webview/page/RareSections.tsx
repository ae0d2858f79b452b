import '../faithfulness/faithfulness.css';
import '../models/modelsCompared.css';
import '../regions/regions.css';
import '../sources/sources.css';
import type { ComponentChildren } from 'preact';
import { furtherInputs } from '../inputs/inputFields.ts';
import type { Later } from '../later/later.ts';
import { useLater } from '../later/useLater.ts';
import type { MethodRow } from '../methods/methodRows.ts';
import { Section } from '../parts/Section.tsx';
import type { Actions } from '../state/actions.ts';
import type { Scene } from '../state/scene.ts';

interface RareSectionsProps {
  readonly actions: Actions;
  readonly scene: Scene;
  readonly on: readonly MethodRow[];
}

interface RareSection {
  readonly id: string;
  readonly title: string;
  /** Whether there can be something in it; default: always. */
  shown?(scene: Scene): boolean;
  /** Made only while the section is unfolded. */
  content(later: Later, props: RareSectionsProps): ComponentChildren;
}

const SECTIONS: readonly RareSection[] = [
  {
    id: 'sources',
    title: 'Sources',
    shown: ({ description }) => description !== null && furtherInputs(description.card).length > 0,
    content: ({ Sources, sourcesModel }, { actions, scene }) => {
      const model = sourcesModel(scene);
      return model && <Sources actions={actions} model={model} />;
    },
  },
  {
    id: 'region',
    title: 'What if it were gone?',
    content: ({ RegionGone, regionModel }, { actions, scene }) => {
      const model = regionModel(scene);
      return model && <RegionGone actions={actions} model={model} />;
    },
  },
  {
    id: 'faithfulness',
    title: 'Faithfulness',
    content: ({ Faithfulness, faithfulness }, { actions, scene, on }) => {
      const found = faithfulness(scene, on);
      return found && <Faithfulness actions={actions} faithfulness={found} />;
    },
  },
  {
    id: 'versions',
    title: 'Models compared',
    content: ({ ModelsCompared, modelsCompared }, { actions, scene }) => {
      const found = modelsCompared(scene);
      return found && <ModelsCompared actions={actions} compared={found} />;
    },
  },
  {
    id: 'comparison',
    title: 'Methods compared',
    content: ({ Comparison, alikeness }, { actions, scene }) => {
      const found = alikeness(scene);
      return found && <Comparison actions={actions} alikeness={found} />;
    },
  },
];

/**
 * Sections that are folded at first. Their headings are there from the start and stay, so that the focus does; their
 * content is loaded when one of them is unfolded.
 */
export function RareSections(props: RareSectionsProps) {
  const { actions, scene } = props;
  const sections = SECTIONS.filter(({ shown }) => !shown || shown(scene));
  const later = useLater(sections.some(({ id }) => !scene.folded(id)));
  return sections.map(({ id, title, content }) => (
    <Section key={id} id={id} title={title} collapsed={scene.folded(id)} actions={actions}>
      {later && !scene.folded(id) && content(later, props)}
    </Section>
  ));
}
