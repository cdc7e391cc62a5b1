// Decides on several actions at once. Rule: each is decided by itself, under its own hash and by its own rights; what was
// refused is named with the reason, the others stand.
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import { parseDecision } from "../api/decision-body.ts";
import { type DecisionOutcome, decideAction } from "../decide-action.ts";
import type { DeskDeps } from "../deps.ts";
import { decidedCookieName, rememberCookie, rememberedIds } from "./fresh-actions.ts";

/** More than a page shows are not from a page; two calls to a Deal object each. */
const MAX_CHOSEN = 50;
const SNOOZE_SECONDS = 14_400;

type Verb = "approve" | "reject" | "snooze";

export function bulkPage(deps: DeskDeps): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.post("/bulk", async (c) => {
    const { frame, identity } = c.var;
    const form = await c.req.parseBody({ all: true });
    const verb = verbOf(form.verb);
    const chosen = [form.pick].flat().filter((each) => typeof each === "string");
    if (verb === null || chosen.length === 0 || chosen.length > MAX_CHOSEN) {
      const message = `Choose between 1 and ${MAX_CHOSEN} by the boxes beside them, then what to do with them.`;
      return c.html(<MessagePage frame={frame} title="Nothing was decided" message={message} />, 422);
    }
    const decideOne = async (pick: string): Promise<[string, DecisionOutcome]> => {
      const [actionId = "", content_hash] = pick.split(":");
      const body = { approve: { content_hash }, reject: { reason: form.reason }, snooze: { seconds: SNOOZE_SECONDS } };
      const parsed = parseDecision(verb, body[verb], deps.now());
      if (parsed.ok) return [actionId, await decideAction(actionId, parsed.decision, { identity, via: "page" }, deps)];
      const message = parsed.errors.map(({ detail }) => detail).join("; ");
      return [actionId, { ok: false, refusal: { code: "invalid_params", message, snapshot: null, errors: [] } }];
    };
    const outcomes = await Promise.all(chosen.map(decideOne));
    const decided = outcomes.filter(([, { ok }]) => ok).map(([actionId]) => actionId);
    const { url } = c.req;
    c.header("set-cookie", rememberCookie(url, decided, rememberedIds(getCookie(c, decidedCookieName(url)))));
    if (decided.length === outcomes.length) return c.redirect("/approvals?done=bulk", 303);
    return c.html(
      <MessagePage
        frame={frame}
        title={`${decided.length} of ${outcomes.length} decided`}
        message="The others are as they were:"
      >
        <ul class="rows">
          {outcomes.map(([actionId, outcome]) => !outcome.ok && <Refused actionId={actionId} outcome={outcome} />)}
        </ul>
      </MessagePage>,
      409,
    );
  });
  return pages;
}

function Refused({ actionId, outcome }: { actionId: string; outcome: Extract<DecisionOutcome, { ok: false }> }) {
  const { snapshot, message } = outcome.refusal;
  return (
    <li class="row">
      <a href={`/approvals/${encodeURIComponent(actionId)}`}>{snapshot?.subject_name ?? "This one"}</a>
      <p>{message}</p>
    </li>
  );
}

function verbOf(text: unknown): Verb | null {
  return text === "approve" || text === "reject" || text === "snooze" ? text : null;
}
