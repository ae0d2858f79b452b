import '../faithfulness/faithfulness.css';
import '../models/modelsCompared.css';
import { useLater } from '../later/useLater.ts';
import type { MethodRow } from '../methods/methodRows.ts';
import { Section } from '../parts/Section.tsx';
import type { Actions } from '../state/actions.ts';
import type { Scene } from '../state/scene.ts';
import { COMPARISON, FAITHFULNESS, VERSIONS } from './rareSections.ts';

interface RareSectionsProps {
  readonly actions: Actions;
  readonly scene: Scene;
  readonly on: readonly MethodRow[];
}

/** Sections that are folded at first: their content is loaded when one of them is unfolded. */
export function RareSections({ actions, scene, on }: RareSectionsProps) {
  const all = [FAITHFULNESS, VERSIONS, COMPARISON];
  const later = useLater(all.some(({ id }) => !scene.folded(id)));
  if (!later) {
    return all.map((each) => (
      <Section key={each.id} {...each} collapsed={scene.folded(each.id)} actions={actions}>
        {null}
      </Section>
    ));
  }
  const { Faithfulness, ModelsCompared, Comparison } = later;
  const [faithful, versions, alike] = [
    later.faithfulness(scene, on),
    later.modelsCompared(scene),
    later.alikeness(scene),
  ];
  return (
    <>
      {faithful && (
        <Faithfulness
          key={FAITHFULNESS.id}
          actions={actions}
          faithfulness={faithful}
          collapsed={scene.folded(FAITHFULNESS.id)}
        />
      )}
      {versions && (
        <ModelsCompared key={VERSIONS.id} actions={actions} compared={versions} collapsed={scene.folded(VERSIONS.id)} />
      )}
      {alike && (
        <Comparison key={COMPARISON.id} actions={actions} alikeness={alike} collapsed={scene.folded(COMPARISON.id)} />
      )}
    </>
  );
}
