// What one rule asks for: an action whose target and params may be templates. Rules: a param that the action does not
// have is refused, one that may be empty or has a default (ACTION_DEFAULTS) may be left out, and what is written
// without a template is checked against the contract before anything runs.
import * as z from "zod";
import type { ActionType } from "#contract/action.ts";
import {
  ActionContent,
  CreateTask,
  DraftFollowup,
  EnrollSequence,
  LATEST_THREAD,
  SendAlert,
  UpdateCrm,
} from "#contract/action.ts";

/** `auto`: the CRM of the deal, or what `defaults` of the ruleset name for mails, alerts and sequences. */
export const AUTO_TARGET = "auto";

/** What a param is when a rule leaves it out; params that may be null are null. */
const ACTION_DEFAULTS: Readonly<Record<ActionType, Readonly<Record<string, string>>>> = {
  draft_followup: { from: "{{ deal.owner.email }}", thread_id: LATEST_THREAD },
  update_crm: { record: "{{ deal.id }}" },
  create_task: {
    body: "",
    due_at: "{{ next_working_day(signal.fired_at) }}",
    owner_id: "{{ deal.?owner.?id }}",
    importance: "medium",
    kind: "todo",
    deal_id: "{{ deal.?id.or(signal.?deal_id) }}",
    contact_ids: "{{ take(deal.contacts.map(contact, contact.id), 20) }}",
    account_id: "{{ signal.?account_id }}",
  },
  send_alert: { url: "{{ deal.?url }}" },
  enroll_sequence: { sender: "{{ deal.owner.email }}" },
};

function isTemplate(value: unknown): boolean {
  return JSON.stringify(value)?.includes("{{") ?? false;
}

function param(type: ActionType, name: string, schema: z.ZodType) {
  const mayBeEmpty = schema.safeParse(null).success || schema.safeParse(undefined).success;
  const optional = mayBeEmpty || ACTION_DEFAULTS[type][name] !== undefined;
  const checked = z.unknown().superRefine((value, check) => {
    if (value === undefined) {
      if (!optional) check.addIssue({ code: "custom", message: `${type} needs this param` });
    } else if (!isTemplate(value)) {
      const literal = schema.safeParse(value);
      if (literal.success) return;
      const [issue] = literal.error.issues;
      check.addIssue({ code: "custom", path: [...(issue?.path ?? [])], message: issue?.message ?? "not allowed here" });
    }
  });
  return optional ? checked.optional() : checked;
}

function asking<Type extends ActionType>(type: Type, targets: z.ZodType, params: Record<string, z.ZodType>) {
  const withParams = Object.entries(params).map(([name, schema]) => [name, param(type, name, schema)] as const);
  return z.strictObject({
    do: z.literal(type),
    target: z
      .string()
      .refine((target) => target === AUTO_TARGET || isTemplate(target) || targets.safeParse(target).success, {
        error: ({ input }) => `${type} can't go to ${String(input)}`,
      })
      .default(AUTO_TARGET),
    with: z.strictObject(Object.fromEntries(withParams)),
    /** `model`: the language model writes subject and body from the facts, and the template is what it falls back to. */
    compose: (type === "draft_followup" ? z.enum(["template", "model"]) : z.never()).optional(),
  });
}

export const RuleAction = z.discriminatedUnion("do", [
  asking("draft_followup", DraftFollowup.shape.target, DraftFollowup.shape.params.shape),
  asking("update_crm", UpdateCrm.shape.target, UpdateCrm.shape.params.shape),
  asking("create_task", CreateTask.shape.target, CreateTask.shape.params.shape),
  asking("send_alert", SendAlert.shape.target, SendAlert.shape.params.shape),
  asking("enroll_sequence", EnrollSequence.shape.target, EnrollSequence.shape.params.shape),
]);
export type RuleAction = z.infer<typeof RuleAction>;

/** The params of an action with what the rule leaves out. */
export function paramsOf({ do: type, with: given }: RuleAction): Record<string, unknown> {
  const content = ActionContent.options.find((option) => option.shape.type.value === type);
  const shape: Record<string, z.ZodType> = content?.shape.params.shape ?? {};
  const empty = Object.entries(shape).filter(([, schema]) => schema.safeParse(null).success);
  return { ...Object.fromEntries(empty.map(([name]) => [name, null])), ...ACTION_DEFAULTS[type], ...given };
}
