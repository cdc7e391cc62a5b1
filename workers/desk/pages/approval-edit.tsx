// Editing an action before it is approved. Rule: an edit names the content it started from; when that has changed
// meanwhile nothing is saved, and the rep sees the current version beside their own text.
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import type { ActionSnapshot } from "#contract/action-state.ts";
import type { FieldError } from "#web/api/field-error.ts";
import { type Identity, notAllowedTo } from "#web/auth/identity.ts";
import type { SignedInEnv } from "#web/deps.ts";
import { parseDecision } from "../api/decision-body.ts";
import { EditForm } from "../components/edit-form.tsx";
import { currentAction, type DecisionRefusal, decideAction, notAllowed } from "../decide-action.ts";
import type { DeskDeps } from "../deps.ts";
import { editableFields, fieldTexts, isEditable, withTexts } from "../editable-fields.ts";
import { REFUSAL_STATUS } from "../refusal-status.ts";
import { decidedCookieName, rememberCookie, rememberedIds } from "./fresh-actions.ts";
import { RefusalPage } from "./refusal-page.tsx";

export function approvalEdit(deps: DeskDeps): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();

  pages.get("/:action_id/edit", async (c) => {
    const { frame, identity } = c.var;
    const outcome = await currentAction(c.req.param("action_id"), deps);
    const refusal = outcome.ok ? notEditable(outcome.snapshot, identity) : outcome.refusal;
    if (refusal !== null) return c.html(<RefusalPage frame={frame} refusal={refusal} />, REFUSAL_STATUS[refusal.code]);
    if (!outcome.ok) return c.notFound();
    const { snapshot } = outcome;
    return c.html(<EditForm frame={frame} snapshot={snapshot} texts={fieldTexts(snapshot.action)} />);
  });

  pages.post("/:action_id/edit", async (c) => {
    const { frame, identity } = c.var;
    const actionId = c.req.param("action_id");
    const outcome = await currentAction(actionId, deps);
    const refused = outcome.ok ? notEditor(outcome.snapshot, identity) : outcome.refusal;
    if (refused !== null) return c.html(<RefusalPage frame={frame} refusal={refused} />, REFUSAL_STATUS[refused.code]);
    if (!outcome.ok) return c.notFound();
    const { snapshot } = outcome;
    const form = await c.req.parseBody();
    const texts: Record<string, string> = {};
    for (const { name } of editableFields(snapshot.action.type)) {
      const value = form[name];
      if (typeof value === "string") texts[name] = value;
    }
    const body = { content_hash: form.content_hash, params: withTexts(snapshot.action, texts) };
    const parsed = parseDecision("edit", body, deps.now());
    if (!parsed.ok) {
      const page = <EditForm frame={frame} snapshot={snapshot} texts={texts} errors={parsed.errors} />;
      return c.html(page, 422);
    }
    const decided = await decideAction(actionId, parsed.decision, { identity, via: "page" }, deps);
    if (decided.ok) {
      const { url } = c.req;
      c.header("set-cookie", rememberCookie(url, [actionId], rememberedIds(getCookie(c, decidedCookieName(url)))));
      return c.redirect(`/approvals?done=edit&action=${actionId}#${actionId}`, 303);
    }
    const { refusal } = decided;
    const status = REFUSAL_STATUS[refusal.code];
    if (refusal.code === "invalid_params") {
      const errors: readonly FieldError[] =
        refusal.errors.length > 0 ? refusal.errors : [{ pointer: "", detail: refusal.message }];
      return c.html(<EditForm frame={frame} snapshot={snapshot} texts={texts} errors={errors} />, status);
    }
    if (refusal.code === "stale_content" && refusal.snapshot?.state === "pending") {
      return c.html(<EditForm frame={frame} snapshot={refusal.snapshot} texts={texts} changedMeanwhile />, status);
    }
    return c.html(<RefusalPage frame={frame} refusal={refusal} />, status);
  });
  return pages;
}

/** Before anything of it is shown. */
function notEditor(snapshot: ActionSnapshot, identity: Identity): DecisionRefusal | null {
  const message = notAllowedTo(identity, snapshot);
  return message === null ? null : notAllowed(message, snapshot);
}

function notEditable(snapshot: ActionSnapshot, identity: Identity): DecisionRefusal | null {
  const notTheirs = notEditor(snapshot, identity);
  if (notTheirs !== null) return notTheirs;
  const refused = { snapshot, errors: [] };
  if (snapshot.state !== "pending") {
    return { code: "wrong_state", message: "It can only be edited while it waits for a decision.", ...refused };
  }
  if (isEditable(snapshot.action.type)) return null;
  return { code: "not_available", message: "There is no text to edit in this action.", ...refused };
}
