import type { ReportInput } from '../reportInput.ts';

/** How the study's four methods were set. */
export type Variant = 'published' | 'corrected' | 'own';

export const VARIANTS: Readonly<Record<Variant, { readonly title: string; readonly about: string }>> = {
  published: {
    title: 'As published',
    about: 'The settings of the study’s code, with their quirks (--preset shamsul).',
  },
  corrected: { title: 'Corrected', about: 'The same four methods without the quirks (--preset shamsul-corrected).' },
  own: { title: 'Own settings', about: 'Neither the study’s settings nor the corrected ones.' },
};

/** Results of one variant. */
export interface StudyInput extends ReportInput {
  readonly variant: Variant;
}
