import type { State } from './state.ts';

/**
 * Whether the user has made something of this panel that another image in it would take away: parameters, values of
 * further inputs, a comparison, a grid of their own, or measurements that they asked for.
 */
export function isChanged({ navigation, ui, wishes }: State): boolean {
  const own = [...Object.values(ui.parameters), ...Object.values(ui.inputs)].flatMap((each) => Object.values(each));
  return (
    own.some((values) => Object.keys(values).length > 0) ||
    navigation.other !== null ||
    navigation.against !== null ||
    navigation.columns !== null ||
    ui.layout !== 'overlay' ||
    wishes.assess.length > 0 ||
    wishes.compare
  );
}
