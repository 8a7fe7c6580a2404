/** Of which numbers the mean becomes 0 and the variance 1: of each column, of all numbers together, or of none. */
export const STANDARDISE = ['columns', 'all', 'none'] as const
export type Standardise = (typeof STANDARDISE)[number]
