// What is rarely opened, in a file that the page loads when it is first needed.
import { alikeness } from '../comparison/alikeness.ts';
import { Comparison } from '../comparison/Comparison.tsx';
import { Faithfulness } from '../faithfulness/Faithfulness.tsx';
import { faithfulness } from '../faithfulness/faithfulness.ts';
import { Grid } from '../layouts/Grid.tsx';
import { Split } from '../layouts/Split.tsx';
import { MethodAbout } from '../methods/MethodAbout.tsx';
import { ParametersForm } from '../methods/ParametersForm.tsx';
import { ModelsCompared } from '../models/ModelsCompared.tsx';
import { modelsCompared } from '../models/modelsCompared.ts';
import { takeAway } from '../takeAway/takeAway.ts';

export const later = {
  ...{ Grid, Split, takeAway },
  ...{ MethodAbout, ParametersForm },
  ...{ Faithfulness, faithfulness, ModelsCompared, modelsCompared, Comparison, alikeness },
};

export type Later = typeof later;
