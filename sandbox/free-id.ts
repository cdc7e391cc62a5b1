// New ids for the stand-ins: they grow with the clock, so a reset does not hand out an id that something outside
// still remembers.

/** The first number from `start` on whose text is not `taken`. */
export function freeId(start: bigint, taken: (id: string) => boolean, format = (n: bigint) => String(n)): string {
  let n = start;
  while (taken(format(n))) n += 1n;
  return format(n);
}
