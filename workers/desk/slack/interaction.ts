// What Slack sends when somebody uses a card or a dialog. Rule: only what these cards cause is understood; everything
// else that Slack may send here is acknowledged and left alone.
// Source: docs.slack.dev/reference/interaction-payloads
import * as z from "zod";
import { ActionId, ContentHash } from "#contract/action.ts";

const User = z.object({ id: z.string().min(1).max(100) });

/** The block holds the action's id, the button what is asked: a content hash, or seconds. */
const Clicked = z.object({
  block_id: ActionId,
  action_id: z.enum(["approve", "edit", "reject", "snooze"]),
  value: ContentHash.optional(),
  selected_option: z.object({ value: z.string().max(75) }).nullish(),
});

const BlockActions = z.object({
  type: z.literal("block_actions"),
  user: User,
  trigger_id: z.string().max(1_000),
  response_url: z.string().max(2_000).optional(),
  actions: z.array(Clicked).min(1),
});

/** A text, or what was chosen from a list. */
const Field = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});

const ViewSubmission = z.object({
  type: z.literal("view_submission"),
  user: User,
  view: z.object({
    callback_id: z.enum(["edit", "reject"]),
    private_metadata: z.string().max(3_000),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), Field)),
    }),
  }),
});

/** What a dialog carries so that its submission is about what it showed. */
export const DialogAbout = z.object({ action_id: ActionId, content_hash: ContentHash });
export type DialogAbout = z.infer<typeof DialogAbout>;

export type Click = {
  kind: "click";
  userId: string;
  triggerId: string;
  responseUrl: string | null;
  actionId: string;
  verb: z.infer<typeof Clicked>["action_id"];
  /** The hash of the content that the card showed; null where the button carries none. */
  contentHash: string | null;
  /** What was chosen, for `snooze`. */
  seconds: number | null;
};

export type Submission = {
  kind: "submission";
  userId: string;
  dialog: "edit" | "reject";
  about: DialogAbout;
  /** What was typed or chosen, by block. */
  texts: Readonly<Record<string, string>>;
};

/** `ignored` names the type, for the log; `malformed` is what Slack never sends. */
export type Interaction = Click | Submission | { kind: "ignored"; type: string } | { kind: "malformed" };

/** Reads the form that Slack posts: `payload=<JSON>`. */
export function readInteraction(body: string): Interaction {
  const payload = new URLSearchParams(body).get("payload");
  if (payload === null) return { kind: "ignored", type: "no_payload" };
  const json = parseJson(payload);
  const typed = z.object({ type: z.string().max(50) }).safeParse(json);
  if (!typed.success) return { kind: "malformed" };
  const { type } = typed.data;
  if (type === "block_actions") return clickOf(json) ?? { kind: "ignored", type };
  if (type === "view_submission") return submissionOf(json) ?? { kind: "ignored", type };
  return { kind: "ignored", type };
}

function clickOf(json: unknown): Click | null {
  const parsed = BlockActions.safeParse(json);
  const clicked = parsed.data?.actions[0];
  if (!parsed.success || clicked === undefined) return null;
  const { user, trigger_id, response_url } = parsed.data;
  const chosen = clicked.selected_option?.value;
  return {
    kind: "click",
    userId: user.id,
    triggerId: trigger_id,
    responseUrl: response_url ?? null,
    actionId: clicked.block_id,
    verb: clicked.action_id,
    contentHash: clicked.value ?? null,
    seconds: chosen === undefined ? null : Number(chosen),
  };
}

function submissionOf(json: unknown): Submission | null {
  const parsed = ViewSubmission.safeParse(json);
  if (!parsed.success) return null;
  const { user, view } = parsed.data;
  const about = DialogAbout.safeParse(parseJson(view.private_metadata));
  if (!about.success) return null;
  // Each block holds one field, whose action is named like the block.
  const texts = Object.entries(view.state.values).map(([block, fields]) => {
    const field = fields[block];
    return [block, field?.value ?? field?.selected_option?.value ?? ""];
  });
  return {
    kind: "submission",
    userId: user.id,
    dialog: view.callback_id,
    about: about.data,
    texts: Object.fromEntries(texts),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
