// Begins a replay and lets it go on after the answer. Rule: the letters are taken before anything is published; a replay
// that was interrupted goes on where it stopped, when somebody looks at it and in any case within minutes, by cron.
import type { LetterFilter } from "#web/api/letters-body.ts";
import type { ConsoleDeps } from "../deps.ts";
import type { ReplayRow } from "./letter-store.ts";
import { type ReplayDeps, runReplay } from "./replay.ts";

/** A replay that is going on settles a chunk within this time. */
const STALE_MS = 30_000;

type Deps = Omit<ReplayDeps, "store"> & Pick<ConsoleDeps, "letters">;

export async function beginReplay(
  { filter, how }: { filter: LetterFilter; how: ReplayRow["how"] },
  by: string,
  deps: Deps & Pick<ConsoleDeps, "background">,
): Promise<ReplayRow> {
  const at = new Date(deps.now()).toISOString();
  const replay = await deps.letters.begin({
    replay_id: deps.newEventId(),
    filter,
    how,
    done: 0,
    state: "running",
    requested_by: by,
    requested_at: at,
    changed_at: at,
  });
  deps.background(run(replay.replay_id, deps));
  return replay;
}

/** The replay as it is; one that stands still is taken up again. */
export async function lookAtReplay(
  replayId: string,
  deps: Deps & Pick<ConsoleDeps, "background">,
): Promise<ReplayRow | null> {
  const replay = await deps.letters.replay(replayId);
  if (replay !== null && isStale(replay, deps.now())) deps.background(run(replayId, deps));
  return replay;
}

/** Takes up every replay that stands still; resolves when each came as far as it could. */
export async function resumeReplays(deps: Deps): Promise<void> {
  for (const replay of await deps.letters.running()) {
    if (isStale(replay, deps.now())) await run(replay.replay_id, deps);
  }
}

function isStale({ state, changed_at }: ReplayRow, now: number): boolean {
  return state === "running" && now - Date.parse(changed_at) > STALE_MS;
}

async function run(replayId: string, deps: Deps): Promise<void> {
  try {
    await runReplay(replayId, { ...deps, store: deps.letters });
  } catch (error) {
    deps.log("error", "replay_interrupted", { replay_id: replayId, reason: String(error) });
  }
}
