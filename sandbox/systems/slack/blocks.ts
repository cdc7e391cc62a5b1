// What Slack refuses about blocks: too many, too long, of an unknown type. Slack answers `invalid_blocks` and says
// where with a JSON pointer; the limits are those of https://docs.slack.dev/reference/block-kit.
import * as z from "zod";

const MAX_BLOCKS = 50;

const plain = (max: number) =>
  z.object({ type: z.literal("plain_text"), text: z.string().min(1).max(max), emoji: z.boolean().optional() });
const text = (max: number) =>
  z.union([plain(max), z.looseObject({ type: z.literal("mrkdwn"), text: z.string().min(1).max(max) })]);

const Button = z.looseObject({
  type: z.literal("button"),
  text: plain(75),
  action_id: z.string().max(255).optional(),
  value: z.string().max(2_000).optional(),
  url: z.string().max(3_000).optional(),
  style: z.enum(["primary", "danger"]).optional(),
});
const Select = z.looseObject({
  type: z.literal("static_select"),
  action_id: z.string().max(255).optional(),
  placeholder: plain(150).optional(),
  options: z
    .array(z.looseObject({ text: plain(75), value: z.string().max(150) }))
    .min(1)
    .max(100),
});
const TextInput = z
  .looseObject({
    type: z.literal("plain_text_input"),
    action_id: z.string().max(255).optional(),
    initial_value: z.string().optional(),
    max_length: z.int().min(1).max(3_000).default(3_000),
  })
  .refine((input) => (input.initial_value ?? "").length <= input.max_length, "initial_value is longer than max_length");
const OtherElement = z.looseObject({
  type: z.enum([
    "users_select",
    "conversations_select",
    "channels_select",
    "external_select",
    "overflow",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "radio_buttons",
    "checkboxes",
    "image",
  ]),
  action_id: z.string().max(255).optional(),
});
const Element = z.discriminatedUnion("type", [Button, Select, TextInput, OtherElement]);

const blockId = { block_id: z.string().max(255).optional() };
const Block = z.discriminatedUnion("type", [
  z
    .looseObject({
      type: z.literal("section"),
      ...blockId,
      text: text(3_000).optional(),
      fields: z.array(text(2_000)).min(1).max(10).optional(),
      accessory: Element.optional(),
    })
    .refine((section) => section.text !== undefined || section.fields !== undefined, "must have text or fields"),
  z.looseObject({ type: z.literal("actions"), ...blockId, elements: z.array(Element).min(1).max(25) }),
  z.looseObject({ type: z.literal("header"), ...blockId, text: plain(150) }),
  z.looseObject({
    type: z.literal("context"),
    ...blockId,
    elements: z
      .array(z.union([text(3_000), z.looseObject({ type: z.literal("image"), alt_text: z.string().max(2_000) })]))
      .min(1)
      .max(10),
  }),
  z.looseObject({ type: z.literal("divider"), ...blockId }),
  z.looseObject({ type: z.literal("image"), ...blockId, alt_text: z.string().max(2_000) }),
  z.looseObject({
    type: z.literal("input"),
    ...blockId,
    label: plain(2_000),
    hint: plain(2_000).optional(),
    element: Element,
  }),
  z.looseObject({ type: z.literal("rich_text"), ...blockId, elements: z.array(z.unknown()) }),
]);
const Blocks = z.array(Block).max(MAX_BLOCKS);

/** Slack's messages, each with a JSON pointer; empty when the blocks are fine. */
export function blockProblems(blocks: unknown): string[] {
  const parsed = Blocks.safeParse(blocks);
  if (!parsed.success)
    return parsed.error.issues.map((issue) => `${issue.message} [json-pointer:/blocks/${issue.path.join("/")}]`);
  const ids = parsed.data.flatMap((block) => block.block_id ?? []);
  const repeatedBlock = ids.find((id, n) => ids.indexOf(id) !== n);
  if (repeatedBlock !== undefined) return [`\`block_id\` "${repeatedBlock}" already exists [json-pointer:/blocks]`];
  return parsed.data.flatMap((block, n) => {
    if (block.type !== "actions") return [];
    const actions = block.elements.flatMap((element) => element.action_id ?? []);
    const repeated = actions.find((id, m) => actions.indexOf(id) !== m);
    return repeated === undefined
      ? []
      : [`\`action_id\` "${repeated}" already exists for this block [json-pointer:/blocks/${n}/elements]`];
  });
}
