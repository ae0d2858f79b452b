import { gridClasses } from '../state/gridClasses.ts';
import type { Scene } from '../state/scene.ts';
import { givenInputs, ownParameters } from '../state/selection.ts';
import { splitSides } from '../state/splitSides.ts';

/**
 * The arguments with which the command line makes the maps of this view, byte for byte; null while there is no model or
 * no class. Parameters of the card are in force there as they are here.
 */
export function cliArguments(scene: Scene): readonly string[] | null {
  const { state, image, index, active, description } = scene;
  const { model, against } = state.navigation;
  if (image === undefined || model === null || index === null || !description || active.length === 0) return null;
  const methods = active.map(({ id }) => id);
  const parameters = methods.flatMap((id) =>
    Object.entries(ownParameters(state, id)).flatMap(([name, value]) => ['--param', `${id}.${name}=${value}`]),
  );
  const given = Object.entries(givenInputs(state, image) ?? {});
  const inputs = given.flatMap(([name, value]) => ['--input', `${name}=${value}`]);
  const { device, id: engine } = description.engine;
  return [
    ...['explain', image, '--model', model],
    ...['--method', methods.join(',')],
    ...classesOf(scene, index).flatMap((each) => ['--class', String(each)]),
    ...(against === null ? [] : ['--against', String(against)]),
    ...parameters,
    ...inputs,
    ...['--seed', '0', '--engine', engine, '--device', device, '--out', 'explained'],
  ];
}

function classesOf(scene: Scene, index: number): readonly number[] {
  const { layout } = scene.state.ui;
  if (layout === 'grid') return gridClasses(scene);
  if (layout === 'overlay') return [index];
  const shown = splitSides(scene).filter(({ method }) => method !== null);
  return [...new Set(shown.map((side) => side.index ?? index))];
}
