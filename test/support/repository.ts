/** The repository's folder, as seen from the compiled tests. */
export const repositoryRoot = new URL('../../../', import.meta.url);
