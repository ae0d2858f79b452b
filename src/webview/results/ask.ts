import type { Endpoint } from '../../explainers/protocol/endpoint.ts';
import type { ResultsHostSide, ResultsPageSide } from '../../explainers/protocol/resultsMessages.ts';

/** Asks the extension host. */
export type Ask = Endpoint<ResultsPageSide, ResultsHostSide>['request'];
