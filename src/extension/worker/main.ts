// The explainer process: a Session behind an endpoint. It is forked by the extension host and does not know VS Code.

import { answersOf } from '../../explainers/process/answers.ts';
import { serveParent } from '../../explainers/process/serveParent.ts';
import type { ExplainerClientSide, ExplainerSide } from '../../explainers/protocol/messages.ts';
import { Session } from '../../explainers/session.ts';
import { processOptions } from './processOptions.ts';

const session = new Session({
  ...processOptions(process.argv[2]),
  onAnnotationsFound: (image) => tell('annotationsFound', { image }),
  onLinkOut: (link) => tell('linkOut', link),
});
const tell = serveParent<ExplainerSide, ExplainerClientSide>(answersOf(session));
