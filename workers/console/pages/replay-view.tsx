// What a replay would do, and how far one is.
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { TYPE_WORDS } from "#web/components/words.ts";
import type { Preview, ReplayRow } from "../letters/letter-store.ts";
import { HOW_WORDS } from "./how-field.tsx";

type PreviewProps = { frame: Frame; action: string; back: string; how: ReplayRow["how"]; preview: Preview };

const typeName = (type: string) =>
  new Map(Object.entries(TYPE_WORDS).map(([key, { name }]) => [key, name])).get(type) ?? type;

export function PreviewView({ frame, action, back, how, preview }: PreviewProps) {
  return (
    <Layout frame={frame} title="Replay">
      <div class="page-head">
        <h1>
          Replay {preview.count} {preview.count === 1 ? "dead letter" : "dead letters"}?
        </h1>
      </div>
      {preview.by_queue.length > 1 && (
        <p class="quiet">{preview.by_queue.map(({ queue, count }) => `${count} of ${queue}`).join(", ")}</p>
      )}
      <p>{HOW_WORDS[how]}</p>
      {preview.effects.length === 0 ? (
        <p>Nothing has happened for these signals yet.</p>
      ) : (
        <>
          <p>This has already happened for these signals and is not repeated:</p>
          <ul>
            {preview.effects.map(({ type, count, examples }) => (
              <li>
                {typeName(type)}: {count}
                {examples.length > 0 && <span class="quiet"> ({examples.join("; ")})</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      <form method="post" action={action}>
        <input type="hidden" name="how" value={how} />
        <button type="submit">Replay {preview.count}</button>{" "}
        <a class="button" href={back}>
          Back
        </a>
      </form>
    </Layout>
  );
}

const STATE_WORDS = { running: "Replaying", done: "Replayed", aborted: "Stopped" } as const;

export function ReplayView({ frame, replay }: { frame: Frame; replay: ReplayRow }) {
  return (
    <Layout frame={frame} title="Replay">
      <div class="page-head">
        <h1>
          {STATE_WORDS[replay.state]}: {replay.done} of {replay.total}
        </h1>
      </div>
      <p>
        <progress value={replay.done} max={Math.max(1, replay.total)} aria-label="How far the replay is" />
      </p>
      <p class="quiet">Asked for by {replay.requested_by}. What fails again comes back to its own letter.</p>
      {replay.state === "running" && frame.identity?.role === "operator" && (
        <form method="post" action={`/dead-letters/replays/${replay.replay_id}/abort`}>
          <button type="submit">Stop</button>
        </form>
      )}
      <p>
        <a href="/dead-letters">Dead letters</a>
      </p>
    </Layout>
  );
}
