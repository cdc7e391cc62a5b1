// Which competitors were named in a call, by what Gong's trackers heard. Rule: in a tracker that counts, every phrase
// that was heard names a competitor; one that contains the tracker's own name is the competitor it is named after, so
// that a tracker "Globex" which hears "Globex Cloud" says Globex. A tracker that tells no phrases is named after its
// competitor, unless its name only says what kind of thing it tracks.
import type { GongTracker } from "./call.ts";

/** What counts while GONG_COMPETITOR_TRACKERS names no tracker; such a name says a kind and no competitor. */
const KIND = "competitor";
const MAX_NAME = 200;
const MAX_NAMES = 100;

/** Names in the order heard, each once whatever its case. `configured` is a comma-separated list of tracker names. */
export function competitorsOf(trackers: readonly GongTracker[], configured: string): string[] {
  const listed = configured
    .split(",")
    .map(folded)
    .filter((name) => name !== "");
  const names = trackers.flatMap((tracker) => {
    const counts = listed.length > 0 ? listed.includes(folded(tracker.name)) : isKind(tracker.name);
    return counts && tracker.count !== 0 ? namesIn(tracker) : [];
  });
  const once = new Map(names.map((name) => [folded(name), name.trim().slice(0, MAX_NAME)]));
  once.delete("");
  return [...once.values()].slice(0, MAX_NAMES);
}

function namesIn({ name, phrases }: GongTracker): string[] {
  const heard = (phrases ?? []).filter((phrase) => phrase !== null && phrase.count !== 0);
  if (heard.length === 0) return isKind(name) ? [] : [name];
  return heard.flatMap((phrase) => {
    if (phrase === null) return [];
    return [!isKind(name) && folded(phrase.phrase).includes(folded(name)) ? name : phrase.phrase];
  });
}

function isKind(name: string): boolean {
  return folded(name).includes(KIND);
}

function folded(text: string): string {
  return text.trim().toLowerCase();
}
