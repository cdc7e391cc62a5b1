// A person's change of the controls, the same for the page and for the API. Rule: who may is checked here, and the
// Controls object puts on record who did.
import * as z from "zod";
import { ACTION_TYPES } from "#contract/action.ts";
import type { Actor } from "#contract/action-state.ts";
import { AutopilotLevel, type ControlsView, PauseScope } from "#contract/controls.ts";
import type { Identity } from "#web/auth/identity.ts";
import type { DeskDeps } from "./deps.ts";
import { notAllowedToPause } from "./pauses.ts";

const Reason = z.string().trim().min(1, "say why, in a few words").max(300);

export const PauseBody = z.object({ on: PauseScope, reason: Reason });
export const ResumeBody = z.object({ on: PauseScope });
export const AutopilotBody = z.object({ type: z.enum(ACTION_TYPES), level: AutopilotLevel.nullable() });

export type ControlsCommand = z.infer<typeof PauseBody> | z.infer<typeof ResumeBody> | z.infer<typeof AutopilotBody>;
export type Controlled = { ok: true; controls: ControlsView } | { ok: false; message: string };

export async function changeControls(
  command: ControlsCommand,
  by: { identity: Identity; via: Extract<Actor["via"], "page" | "api"> },
  controls: ReturnType<DeskDeps["controls"]>,
): Promise<Controlled> {
  const actor: Actor = { kind: "person", id: by.identity.email, via: by.via };
  if ("level" in command) {
    if (by.identity.role !== "operator") return { ok: false, message: "Only an operator sets how far a type may go." };
    return { ok: true, controls: await controls.setAutopilot(command.type, command.level, actor) };
  }
  const message = notAllowedToPause(by.identity, command.on);
  if (message !== null) return { ok: false, message };
  if ("reason" in command) return { ok: true, controls: await controls.setPause(command.on, command.reason, actor) };
  return { ok: true, controls: await controls.clearPause(command.on, actor) };
}
