/** The words of a vocabulary, parted by blanks. */
export function wordSet(vocabulary: string): ReadonlySet<string> {
  return new Set(vocabulary.trim().split(/\s+/));
}
