// The page of one dead letter and what people do there. Rule: a replay is previewed first; a mended event that is refused
// comes back as it was typed, with the reason.
import { Hono } from "hono";
import type { SignedInEnv } from "#web/deps.ts";
import type { ConsoleDeps } from "../deps.ts";
import { beginReplay } from "../letters/begin-replay.ts";
import { mendLetter } from "../letters/mend-letter.ts";
import { HowField } from "./how-field.tsx";
import { letterListPages } from "./letter-list.tsx";
import { LetterView } from "./letter-view.tsx";
import { missing } from "./missing.tsx";
import { PreviewView } from "./replay-view.tsx";

const NO_LETTER = "There is no such dead letter.";

export function letterPages(deps: ConsoleDeps): Hono<SignedInEnv> {
  const { letters } = deps;
  const pages = new Hono<SignedInEnv>();
  const pageOf = (letterId: string) => `/dead-letters/letters/${letterId}`;

  pages.route("/", letterListPages(deps));
  pages.get("/:letter_id", async (c) => {
    const letter = await letters.letter(c.req.param("letter_id"));
    return letter === null ? missing(c, NO_LETTER) : c.html(<LetterView frame={c.var.frame} letter={letter} />);
  });

  pages.post("/:letter_id/preview", async (c) => {
    const letterId = c.req.param("letter_id");
    const how = HowField.parse((await c.req.formData()).get("how"));
    const preview = await letters.preview({ letter_ids: [letterId] });
    const page = pageOf(letterId);
    return c.html(
      <PreviewView frame={c.var.frame} action={`${page}/replay`} back={page} how={how} preview={preview} />,
    );
  });

  pages.post("/:letter_id/replay", async (c) => {
    const how = HowField.parse((await c.req.formData()).get("how"));
    const filter = { letter_ids: [c.req.param("letter_id")] };
    const { replay_id } = await beginReplay({ filter, how }, c.var.identity.email, deps);
    return c.redirect(`/dead-letters/replays/${replay_id}`, 303);
  });

  pages.post("/:letter_id/discard", async (c) => {
    const letterId = c.req.param("letter_id");
    const reason = String((await c.req.formData()).get("reason") ?? "").trim();
    if (reason === "") return missing(c, "Say why it is discarded; it is kept with the letter.", 422);
    const deed = { at: new Date(deps.now()).toISOString(), by: c.var.identity.email, did: "discarded", reason };
    await letters.discard({ letter_ids: [letterId] }, deed);
    return c.redirect(pageOf(letterId), 303);
  });

  pages.post("/:letter_id/mend", async (c) => {
    const letterId = c.req.param("letter_id");
    const form = await c.req.formData();
    const [event, note] = [String(form.get("event") ?? ""), String(form.get("note") ?? "").trim()];
    const letter = await letters.letter(letterId);
    if (letter === null) return missing(c, NO_LETTER);
    const refusal = (reason: string) =>
      c.html(<LetterView frame={c.var.frame} letter={letter} refused={{ reason, event, note }} />, 422);
    if (note === "") return refusal("Say what you changed, and why; it is kept with the letter.");
    const parsed = parseJson(event);
    if (parsed === undefined) return refusal("The event is not JSON any more.");
    const result = await mendLetter(letterId, { event: parsed, note }, c.var.identity.email, deps);
    if (result === null) return missing(c, NO_LETTER);
    if (!result.ok) return refusal(result.reason);
    return c.redirect(`/dead-letters/replays/${result.replay.replay_id}`, 303);
  });
  return pages;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
