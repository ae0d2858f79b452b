import type { MethodInfo } from '../../explainers/contracts/results.ts';
import { Icon } from '../parts/Icon.tsx';
import { IconButton } from '../parts/toolkit.tsx';
import type { Actions } from '../state/actions.ts';

interface MethodAboutProps {
  readonly info: MethodInfo;
  readonly favourite: boolean;
  readonly actions: Actions;
}

/** What a method shows, when it misleads, where to read more, and whether it is pinned to the top of the list. */
export function MethodAbout({
  info: { id, title, summary, caution, unavailable },
  favourite,
  actions,
}: MethodAboutProps) {
  const measure = () => {
    actions.assess(id);
    document.querySelector('[data-section=faithfulness]')?.scrollIntoView({ block: 'start' });
  };
  return (
    <div class="method-about">
      <p>{summary}</p>
      <p class="caution">
        <Icon name="warning" />
        <span>{caution}</span>
      </p>
      <div class="method-links">
        <button class="link" type="button" data-method-page={id} onClick={() => actions.host.openMethodPage(id)}>
          More: formula and paper
        </button>
        <button
          class="link"
          type="button"
          data-method-faithfulness={id}
          title="Measure whether the map shows what the model uses"
          hidden={unavailable !== undefined}
          onClick={measure}
        >
          Faithfulness…
        </button>
        <IconButton
          icon="pin"
          label={favourite ? `Unpin ${title} from the top of the list` : `Pin ${title} to the top of the list`}
          data-favourite-toggle={id}
          aria-pressed={favourite}
          onClick={() => actions.methods.toggleFavourite(id)}
        />
      </div>
    </div>
  );
}
