// The controls API: pauses and autopilot levels. Rule: it says what the page says and allows what the page allows.
import { Hono } from "hono";
import { invalidBody, notAllowed, notJson } from "#web/api/api-problem.ts";
import { fieldErrors } from "#web/api/field-error.ts";
import type { SignedInEnv } from "#web/deps.ts";
import { AutopilotBody, changeControls, PauseBody, ResumeBody } from "../change-controls.ts";
import type { DeskDeps } from "../deps.ts";

export const CONTROLS_BODIES = { pause: PauseBody, resume: ResumeBody, autopilot: AutopilotBody } as const;
export const CONTROLS_VERBS = ["pause", "resume", "autopilot"] as const;

export function controlsApi(deps: Pick<DeskDeps, "controls">): Hono<SignedInEnv> {
  const api = new Hono<SignedInEnv>();
  api.get("/", async (c) => {
    const controls = deps.controls();
    const [view, proposals, history] = await Promise.all([controls.get(), controls.proposals(), controls.history()]);
    return c.json({ ...view, proposals, history });
  });
  for (const verb of CONTROLS_VERBS) {
    api.post(`/${verb}`, async (c) => {
      const body: unknown = await c.req.json().catch(() => undefined);
      if (body === undefined) return notJson(c.var.requestId);
      const change = CONTROLS_BODIES[verb].safeParse(body);
      if (!change.success) return invalidBody(c.var.requestId, fieldErrors(change.error));
      const changed = await changeControls(change.data, { identity: c.var.identity, via: "api" }, deps.controls());
      return changed.ok ? c.json(changed.controls) : notAllowed(c.var.requestId, changed.message);
    });
  }
  return api;
}
