// What stops or frees unattended runs: pauses, and how far each action type may go by itself. Rule: every switch is a
// form, and who used it stands below; the Controls object is the authority.
import { Hono } from "hono";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import { AutopilotBody, changeControls, PauseBody, ResumeBody } from "../change-controls.ts";
import type { DeskDeps } from "../deps.ts";
import { SettingsView } from "./settings-view.tsx";

export function settingsPages(deps: Pick<DeskDeps, "controls">): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();

  pages.get("/", async (c) => {
    const controls = deps.controls();
    const [view, proposals, history] = await Promise.all([controls.get(), controls.proposals(), controls.history()]);
    return c.html(<SettingsView frame={c.var.frame} identity={c.var.identity} {...{ view, proposals, history }} />);
  });

  const schemas = { pause: PauseBody, resume: ResumeBody, autopilot: AutopilotBody } as const;
  for (const verb of ["pause", "resume", "autopilot"] as const) {
    pages.post(`/${verb}`, async (c) => {
      const { frame, identity } = c.var;
      const { reason, type, level, ...on } = await c.req.parseBody();
      const body = { on: { ...on, type }, reason, type, level: level === "" ? null : level };
      const change = schemas[verb].safeParse(body);
      if (!change.success) {
        const message = "Say what it is about, and for a pause why.";
        return c.html(<MessagePage frame={frame} title="Nothing was changed" message={message} />, 422);
      }
      const changed = await changeControls(change.data, { identity, via: "page" }, deps.controls());
      if (changed.ok) return c.redirect("/settings", 303);
      return c.html(<MessagePage frame={frame} title="Not allowed" message={changed.message} />, 403);
    });
  }
  return pages;
}
