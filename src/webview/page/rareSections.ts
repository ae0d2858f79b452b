// The sections whose content is loaded when they are unfolded for the first time.
export const FAITHFULNESS = { id: 'faithfulness', title: 'Faithfulness' } as const;
export const VERSIONS = { id: 'versions', title: 'Models compared' } as const;
export const COMPARISON = { id: 'comparison', title: 'Methods compared' } as const;
