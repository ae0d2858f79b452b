// What is rarely opened, in a file that the page loads when it is first needed.
import { alikeness } from '../comparison/alikeness.ts';
import { Comparison } from '../comparison/Comparison.tsx';
import { Drawing } from '../drawing/Drawing.tsx';
import { Faithfulness } from '../faithfulness/Faithfulness.tsx';
import { faithfulness } from '../faithfulness/faithfulness.ts';
import { Findings } from '../findings/Findings.tsx';
import { Inputs } from '../inputs/Inputs.tsx';
import { Grid } from '../layouts/Grid.tsx';
import { Split } from '../layouts/Split.tsx';
import { MethodAbout } from '../methods/MethodAbout.tsx';
import { ParametersForm } from '../methods/ParametersForm.tsx';
import { SuperpixelControls } from '../methods/SuperpixelControls.tsx';
import { ModelsCompared } from '../models/ModelsCompared.tsx';
import { modelsCompared } from '../models/modelsCompared.ts';
import { RegionGone } from '../regions/RegionGone.tsx';
import { regionModel } from '../regions/regionGone.ts';
import { Sources } from '../sources/Sources.tsx';
import { sourcesModel } from '../sources/sourceShares.ts';
import { takeAway } from '../takeAway/takeAway.ts';

export const later = {
  ...{ Drawing, Grid, Split, takeAway },
  ...{ Findings, Inputs, MethodAbout, ParametersForm, SuperpixelControls },
  ...{ Faithfulness, faithfulness, ModelsCompared, modelsCompared, Comparison, alikeness },
  ...{ Sources, sourcesModel, RegionGone, regionModel },
};

export type Later = typeof later;
