// Mends one letter and replays it, for the API and the page alike. Rule: the event as it was stays on the letter's record,
// with who changed it and why.
import type { ConsoleDeps } from "../deps.ts";
import { beginReplay } from "./begin-replay.ts";
import type { ReplayRow } from "./letter-store.ts";
import { mended } from "./mended.ts";

export type MendResult = { ok: true; replay: ReplayRow } | { ok: false; pointer: string; reason: string };

/** Null when there is no such letter. `by` is an address. */
export async function mendLetter(
  letterId: string,
  { event, note }: { event: unknown; note: string },
  by: string,
  deps: ConsoleDeps,
): Promise<MendResult | null> {
  const letter = await deps.letters.letter(letterId);
  if (letter === null) return null;
  const result = mended(letter.event, event);
  if (!result.ok) return { ok: false, pointer: "/event", reason: result.reason };
  const deed = { at: new Date(deps.now()).toISOString(), by, did: "mended", note, before: letter.event };
  if (!(await deps.letters.mend(letterId, result.event, deed)))
    return { ok: false, pointer: "", reason: "The letter is not open any more." };
  return { ok: true, replay: await beginReplay({ filter: { letter_ids: [letterId] }, how: "stage" }, by, deps) };
}
