/** In the data folder. */
export const databaseFileName = 'nightjar.sqlite';
