// The part of a search that lies in R2: the links stay in D1 with their terms, so only the files of links that have all of
// them are read, a few for one page. Rule: a line is found as it would have been in D1, by its own terms and time.
import type { RolledSignal } from "#contract/rolled-signal.ts";
import type { RolledFiles } from "./read-model.ts";
import type { Place, Search } from "./read-search.ts";

/** At 250 signals and a few hundred kilobytes each, this is what a page may wait for and an isolate may hold. */
export const FILES_A_PAGE = 10;

export type RolledLink = { seq: number; rolled_to: string };
export type PlacedLine = RolledSignal & { page_seq: number; page_position: number };

/** The lines behind `before` that fit, in the order of `links`, which come newest first. */
export async function searchRolled(
  links: readonly RolledLink[],
  { terms, oneOf, from, to }: Pick<Search, "terms" | "oneOf" | "from" | "to">,
  before: Place,
  files: RolledFiles,
): Promise<PlacedLine[]> {
  const isNamed = (line: RolledSignal, term: string) => line.terms.includes(` ${term} `);
  const fits = (line: RolledSignal) =>
    line.received_at >= from &&
    line.received_at < to &&
    terms.every((term) => isNamed(line, term)) &&
    (oneOf.length === 0 || oneOf.some((term) => isNamed(line, term)));
  const found = await Promise.all(
    links.map(async ({ seq, rolled_to }) => {
      const lines = (await files(rolled_to)) ?? [];
      return lines.flatMap((line, page_position) => {
        const isBehind = seq < before.seq || page_position > before.position;
        return isBehind && fits(line) ? [{ ...line, page_seq: seq, page_position }] : [];
      });
    }),
  );
  return found.flat();
}
