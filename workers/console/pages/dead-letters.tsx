// What could not be processed, by cause: five thousand letters of one cause are one line. Rule: everything that changes
// something is a form, shows first what it would do, and works without the script.
import { Hono } from "hono";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import type { ConsoleDeps } from "../deps.ts";
import { beginReplay, lookAtReplay } from "../letters/begin-replay.ts";
import { HowField } from "./how-field.tsx";
import { IssueView } from "./issue-view.tsx";
import { IssuesView } from "./issues-view.tsx";
import { letterPages } from "./letters.tsx";
import { missing } from "./missing.tsx";
import { PreviewView, ReplayView } from "./replay-view.tsx";

const LETTERS_SHOWN = 20;
const REPLAYS_SHOWN = 5;
const ISSUE_STATES = new Map([
  ["acknowledge", "acknowledged"],
  ["resolve", "resolved"],
  ["reopen", "open"],
]);

export function deadLettersPage(deps: ConsoleDeps): Hono<SignedInEnv> {
  const { letters } = deps;
  const pages = new Hono<SignedInEnv>();
  const now = () => new Date(deps.now()).toISOString();
  pages.post("*", async (c, next) => {
    if (c.var.identity.role === "operator") return next();
    return c.html(
      <MessagePage frame={c.var.frame} title="Not allowed" message="Only an operator may do this; ask one of yours." />,
      403,
    );
  });

  pages.get("/", async (c) => {
    const state = c.req.query("state") ?? null;
    const [issues, replays] = await Promise.all([letters.issues(state), letters.replays(REPLAYS_SHOWN)]);
    return c.html(<IssuesView frame={c.var.frame} state={state} issues={issues} replays={replays} />);
  });

  pages.get("/issues/:fingerprint", async (c) => {
    const fingerprint = c.req.param("fingerprint");
    const [issue, shown] = await Promise.all([
      letters.issue(fingerprint),
      letters.open({ fingerprint }, "", LETTERS_SHOWN),
    ]);
    if (issue === null) return missing(c, "There is no such issue.");
    return c.html(<IssueView frame={c.var.frame} issue={issue} letters={shown} />);
  });

  pages.post("/issues/:fingerprint/:verb", async (c) => {
    const { fingerprint, verb } = c.req.param();
    const form = await c.req.formData();
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const by = c.var.identity.email;
    const state = ISSUE_STATES.get(verb);
    if (state !== undefined) await letters.setIssue(fingerprint, state, by, now());
    const filter = { fingerprint };
    const how = HowField.parse(text("how"));
    if (verb === "preview") {
      const page = `/dead-letters/issues/${fingerprint}`;
      return c.html(
        <PreviewView
          frame={c.var.frame}
          action={`${page}/replay`}
          back={page}
          how={how}
          preview={await letters.preview(filter)}
        />,
      );
    }
    if (verb === "replay") {
      const { replay_id } = await beginReplay({ filter, how }, by, deps);
      return c.redirect(`/dead-letters/replays/${replay_id}`, 303);
    }
    if (verb === "discard") {
      if (text("reason") === "") return missing(c, "Say why they are discarded; it is kept with them.", 422);
      await letters.discard(filter, { at: now(), by, did: "discarded", reason: text("reason") });
    }
    return c.redirect(`/dead-letters/issues/${fingerprint}`, 303);
  });

  pages.route("/letters", letterPages(deps));
  pages.get("/replays/:replay_id", async (c) => {
    const replay = await lookAtReplay(c.req.param("replay_id"), deps);
    if (replay === null) return missing(c, "There is no such replay.");
    if (replay.state === "running") c.header("refresh", "2");
    return c.html(<ReplayView frame={c.var.frame} replay={replay} />);
  });
  pages.post("/replays/:replay_id/abort", async (c) => {
    await letters.abort(c.req.param("replay_id"), now());
    return c.redirect(`/dead-letters/replays/${c.req.param("replay_id")}`, 303);
  });
  return pages;
}
