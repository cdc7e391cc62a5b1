// The pages of a filter over dead letters: the list, the preview of a replay, and the deeds. Rule: a filter that is not
// understood does nothing at all, because an ignored one would mean every letter.
import { type Context, Hono } from "hono";
import { fieldErrors } from "#web/api/field-error.ts";
import { LetterQuery } from "#web/api/letters-body.ts";
import { parseCursor } from "#web/cursor.ts";
import type { SignedInEnv } from "#web/deps.ts";
import type { ConsoleDeps } from "../deps.ts";
import { beginReplay } from "../letters/begin-replay.ts";
import { HowField } from "./how-field.tsx";
import { LetterListView, lettersUrl } from "./letter-list-view.tsx";
import { missing } from "./missing.tsx";
import { PreviewView } from "./replay-view.tsx";

const LETTERS_SHOWN = 20;
const NO_FILTER = "The filter in this address is not understood; go back to the list and set it there.";

export function letterListPages(deps: ConsoleDeps): Hono<SignedInEnv> {
  const { letters, readModel } = deps;
  const pages = new Hono<SignedInEnv>();
  const filterOf = (c: Context<SignedInEnv>) => {
    const { before: _page, how: _how, ...filter } = c.req.query();
    return LetterQuery.strict().safeParse(filter);
  };

  pages.get("/", async (c) => {
    const asked = c.req.query();
    const filter = filterOf(c);
    const before = parseCursor(asked.before ?? "");
    const [page, count] = filter.success
      ? await Promise.all([readModel.deadLetters(filter.data, LETTERS_SHOWN, before), letters.count(filter.data)])
      : [{ items: [], nextCursor: null }, 0];
    const wrong = filter.success ? [] : fieldErrors(filter.error).map(({ pointer }) => pointer.slice(1));
    const props = { asked, wrong, count, page, isFirst: before === null };
    return c.html(<LetterListView frame={c.var.frame} {...props} />, filter.success ? 200 : 400);
  });

  pages.get("/preview", async (c) => {
    const asked = c.req.query();
    const filter = filterOf(c);
    if (!filter.success) return missing(c, NO_FILTER, 422);
    const preview = await letters.preview(filter.data);
    const paths = { action: lettersUrl("/replay", asked), back: lettersUrl("", asked) };
    return c.html(<PreviewView frame={c.var.frame} {...paths} how={HowField.parse(asked.how)} preview={preview} />);
  });

  pages.post("/replay", async (c) => {
    const filter = filterOf(c);
    if (!filter.success) return missing(c, NO_FILTER, 422);
    const how = HowField.parse((await c.req.formData()).get("how"));
    const { replay_id } = await beginReplay({ filter: filter.data, how }, c.var.identity.email, deps);
    return c.redirect(`/dead-letters/replays/${replay_id}`, 303);
  });

  pages.post("/discard", async (c) => {
    const filter = filterOf(c);
    if (!filter.success) return missing(c, NO_FILTER, 422);
    const reason = String((await c.req.formData()).get("reason") ?? "").trim();
    if (reason === "") return missing(c, "Say why they are discarded; it is kept with them.", 422);
    const deed = { at: new Date(deps.now()).toISOString(), by: c.var.identity.email, did: "discarded", reason };
    await letters.discard(filter.data, deed);
    return c.redirect(lettersUrl("", c.req.query()), 303);
  });
  return pages;
}
