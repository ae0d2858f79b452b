// The explainer process: a Session behind an endpoint. It is forked by the extension host and knows no VS Code.

import { serveParent } from '../../explainers/process/serveParent.ts';
import type { Handlers, RequestContext } from '../../explainers/protocol/endpoint.ts';
import type { ExplainerClientSide, ExplainerSide } from '../../explainers/protocol/messages.ts';
import { Session } from '../../explainers/session.ts';
import { processOptions } from './processOptions.ts';

/** Pages that are hidden hold no maps: they ask for them again. */
const KEPT_MAPS = 64 * 2 ** 20;

const session = new Session({
  ...processOptions(process.argv[2]),
  keptMaps: KEPT_MAPS,
  onAnnotationsFound: (image) => tell('annotationsFound', { image }),
});
const call = ({ signal, stop, progress }: RequestContext) => ({ signal, stop, onProgress: progress });

const tell = serveParent<ExplainerSide, ExplainerClientSide>({
  describe: (request, context) => session.describe({ ...request, hash: false }, call(context)),
  modelFiles: (request) => session.modelFiles(request),
  display: (request, context) => session.display(request, call(context)),
  predict: (request, context) => session.predict(request, call(context)),
  annotations: (request, context) => session.annotations(request, call(context)),
  annotationFilesChanged: (request) => session.annotationFilesChanged(request),
  explain: (request, context) => session.explain(request, call(context)),
  agreement: (request, context) => session.agreement(request, call(context)),
  assess: (request, context) => session.assess(request, call(context)),
  compareMethods: (request, context) => session.compareMethods(request, call(context)),
  assessments: () => session.assessments(),
  comparisons: () => session.comparisons(),
  metrics: () => session.metrics(),
  presets: () => session.presets(),
  inferredCard: (request, context) => session.inferredCard(request, call(context)),
  checkLabels: (request, context) => session.checkLabels(request, call(context)),
  review: (request) => session.review(request),
  verdicts: (request) => session.verdicts(request),
} satisfies Handlers<ExplainerSide>['requests']);
