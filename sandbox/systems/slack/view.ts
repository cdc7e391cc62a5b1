// Dialogs: views.open and the triggers it exchanges. Rule: a trigger comes from somebody's click, is good for three
// seconds and for one dialog.
// Source: https://docs.slack.dev/reference/methods/views.open and /reference/views/modal-views
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { collection } from "../../store.ts";
import { blockProblems } from "./blocks.ts";
import { BOT, TEAM_ID } from "./workspace.ts";

const TRIGGER_MS = 3_000;

const Trigger = z.object({ id: z.string(), user: z.string(), at: z.number(), exchanged: z.boolean() });
const title = z.object({ type: z.literal("plain_text"), text: z.string().min(1).max(24) });
const Modal = z.looseObject({
  type: z.literal("modal"),
  title,
  submit: title.optional(),
  close: title.optional(),
  callback_id: z.string().max(255).default(""),
  private_metadata: z.string().max(3_000).default(""),
  blocks: z.array(z.looseObject({ type: z.string() })).max(100),
});
export const View = Modal.extend({ id: z.string(), user: z.string() });
export type View = z.infer<typeof View>;

export const triggersOf = ({ store }: Pick<Deps, "store">) => collection(store, "slack", "triggers", Trigger);
export const viewsOf = ({ store }: Pick<Deps, "store">) => collection(store, "slack", "views", View);

type Opened = { ok: true; view: unknown } | { ok: false; error: string; response_metadata?: unknown };

export function openView(triggerId: string, view: unknown, deps: Pick<Deps, "store" | "clock" | "newId">): Opened {
  const triggers = triggersOf(deps);
  const trigger = triggers.get(triggerId);
  if (trigger === undefined) return { ok: false, error: "invalid_trigger_id" };
  if (trigger.exchanged) return { ok: false, error: "exchanged_trigger_id" };
  if (deps.clock() - trigger.at > TRIGGER_MS) return { ok: false, error: "expired_trigger_id" };
  const parsed = Modal.safeParse(view);
  const problems = parsed.success
    ? [...blockProblems(parsed.data.blocks), ...submitProblem(parsed.data)]
    : parsed.error.issues.map((issue) => `${issue.message} [json-pointer:/view/${issue.path.join("/")}]`);
  if (!parsed.success || problems.length > 0) {
    const messages = problems.map((problem) => `[ERROR] ${problem}`);
    return { ok: false, error: "invalid_arguments", response_metadata: { messages } };
  }
  triggers.put(trigger.id, { ...trigger, exchanged: true });
  const id = `V${deps.newId().replaceAll("-", "").slice(0, 10).toUpperCase()}`;
  viewsOf(deps).put(id, { ...parsed.data, id, user: trigger.user });
  return { ok: true, view: { ...parsed.data, id, team_id: TEAM_ID, app_id: BOT.app_id, bot_id: BOT.bot_id } };
}

function submitProblem({ blocks, submit }: z.infer<typeof Modal>): string[] {
  const hasInput = blocks.some(({ type }) => type === "input");
  return hasInput && submit === undefined ? ["`submit` is required when there is an input [json-pointer:/view]"] : [];
}
