// create_task in HubSpot: one task on the deal, its contacts and its company. The idempotency key is stored in a unique
// property of the task, so an earlier task is found by it, and a second create is refused by HubSpot itself.
import type * as z from "zod";
import { createHubspot } from "#connectors/hubspot.ts";
import { CreateTask } from "#contract/action.ts";
import { setting } from "#runtime/setting.ts";
import { type ActionPorts, type Attempt, actionAdapter } from "./action-adapter.ts";
import type { ActionOutcome } from "./action-outcome.ts";
import { callFailed } from "./call-failure.ts";
import { takingBackFailed } from "./compensation-outcome.ts";

const SECRET = "HUBSPOT_ACCESS_TOKEN";
const SYSTEM = "hubspot:";

export const createTaskHubspot = actionAdapter(
  CreateTask,
  "hubspot",
  perform,
  async (params, effect, attempt, ports) => {
    const token = setting(SECRET, ports.settings[SECRET]);
    if (!token.ok) return { kind: "credentials", reason: token.reason };
    const { HUBSPOT_API_URL: apiUrl, HUBSPOT_API_VERSION: apiVersion } = ports.settings;
    const hubspot = createHubspot({ apiUrl, apiVersion, accessToken: token.value }, ports);
    const deleted = await hubspot.archiveRecord("tasks", effect.external_id, attempt.correlationId);
    if (deleted.ok || deleted.failure.kind === "not_found")
      return { kind: "compensated", summary: "the task was deleted" };
    return takingBackFailed(
      deleted.failure,
      `Delete task ${effect.external_id} in HubSpot, ${JSON.stringify(params.subject)}.`,
      SECRET,
    );
  },
);

async function perform(
  params: z.infer<typeof CreateTask>["params"],
  attempt: Attempt,
  ports: ActionPorts,
): Promise<ActionOutcome> {
  const token = setting(SECRET, ports.settings[SECRET]);
  if (!token.ok) return { kind: "credentials", reason: token.reason };
  const references = [params.deal_id, ...params.contact_ids, params.account_id, params.owner_id];
  const foreign = references.find((reference) => reference !== null && !reference.startsWith(SYSTEM));
  if (foreign !== undefined) {
    return {
      kind: "rejected",
      reason: `${foreign} is not a HubSpot record; a HubSpot task can only name hubspot:<id>`,
    };
  }

  const { HUBSPOT_API_URL: apiUrl, HUBSPOT_API_VERSION: apiVersion } = ports.settings;
  const hubspot = createHubspot({ apiUrl, apiVersion, accessToken: token.value }, ports);
  const find = () => hubspot.findTaskByActionKey(attempt.idempotencyKey, attempt.correlationId);

  if (attempt.maybeDone) {
    const found = await find();
    if (!found.ok) return callFailed(found.failure, "lookup", SECRET);
    if (found.value !== null) return executed(found.value.id, params.subject, ports.now());
  }

  const task = {
    actionKey: attempt.idempotencyKey,
    properties: {
      hs_timestamp: params.due_at,
      hs_task_subject: params.subject,
      hs_task_body: asHtml(params.body),
      hs_task_status: "NOT_STARTED",
      hs_task_priority: params.importance.toUpperCase(),
      hs_task_type: params.kind.toUpperCase(),
      ...(params.owner_id === null ? {} : { hubspot_owner_id: idOf(params.owner_id) }),
    },
    associations: [
      ...(params.deal_id === null ? [] : [{ toType: "deals" as const, toId: idOf(params.deal_id) }]),
      ...params.contact_ids.map((contact) => ({ toType: "contacts" as const, toId: idOf(contact) })),
      ...(params.account_id === null ? [] : [{ toType: "companies" as const, toId: idOf(params.account_id) }]),
    ],
  };
  const created = await hubspot.createTask(task, attempt.correlationId);
  if (created.ok) return executed(created.value.id, params.subject, ports.now());
  // A taken unique value is refused with 409 or with 400, in words that changed over the years: the key tells.
  if (created.failure.kind === "rejected") {
    const earlier = await find();
    if (earlier.ok && earlier.value !== null) return executed(earlier.value.id, params.subject, ports.now());
  }
  return callFailed(created.failure, "effect", SECRET);
}

function idOf(reference: string): string {
  return reference.slice(SYSTEM.length);
}

/** HubSpot shows a task's body as HTML; text from signals stays text. */
function asHtml(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped.replace(/\r\n|\r|\n/g, "<br>");
}

function executed(id: string, subject: string, nowMs: number): ActionOutcome {
  const summary = `created HubSpot task "${subject}"`.slice(0, 500);
  return {
    kind: "executed",
    effect: { external_id: id, url: null, summary, at: new Date(nowMs).toISOString(), undo: null },
  };
}
