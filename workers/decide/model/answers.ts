// What the model may answer: typed intents, and nothing that names a recipient, a record or an amount. Rules: an unknown
// field or type refuses the answer; limits are refinements, because a strict JSON schema has no place for them.
import * as z from "zod";

const text = (minCharacters: number, maxCharacters: number) =>
  z.string().refine((given) => {
    const { length } = given.trim();
    return length >= minCharacters && length <= maxCharacters;
  }, `expected ${minCharacters} to ${maxCharacters} characters`);

const Subject = text(3, 150);

const CreateTaskIntent = z.strictObject({
  type: z.literal("create_task"),
  subject: Subject,
  body: text(0, 1_500),
  due_in_days: z
    .number()
    .refine((days) => Number.isInteger(days) && days >= 0 && days <= 30, "expected a whole number from 0 to 30"),
  importance: z.enum(["low", "medium", "high"]),
  kind: z.enum(["email", "call", "todo"]),
});

const SendAlertIntent = z.strictObject({ type: z.literal("send_alert"), text: text(3, 600) });

const DraftFollowupIntent = z.strictObject({
  type: z.literal("draft_followup"),
  subject: Subject,
  body: text(20, 2_000),
});

export const Intent = z.union([CreateTaskIntent, SendAlertIntent, DraftFollowupIntent]);
export type Intent = z.infer<typeof Intent>;

const MAX_INTENTS = 3;

export const DecisionAnswer = z.strictObject({
  intents: z.array(Intent).refine((intents) => intents.length <= MAX_INTENTS, `at most ${MAX_INTENTS} intents`),
  reason: text(3, 500),
  confidence: z.number().refine((share) => share >= 0 && share <= 1, "expected 0 to 1"),
});
export type DecisionAnswer = z.infer<typeof DecisionAnswer>;

export const CompositionAnswer = z.strictObject({ subject: Subject, body: text(20, 3_000) });
export type CompositionAnswer = z.infer<typeof CompositionAnswer>;

/** All that a person would read of an answer. */
export function textsOf({ intents, reason }: DecisionAnswer): string[] {
  const texts = intents.flatMap((intent) => {
    if (intent.type === "send_alert") return [intent.text];
    return [intent.subject, intent.body];
  });
  return [reason, ...texts];
}
