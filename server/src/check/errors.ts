/** Why a check or a reindexing cannot be done; one line for a person. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
}
