// What somebody in the workspace does with a message or a dialog, as the payload that Slack would send for it. Rule: only
// what is there can be used: a button of that very message, a field of that very dialog.
// Source: https://docs.slack.dev/reference/interaction-payloads
import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { repliesOf } from "./response-url.ts";
import { triggersOf, viewsOf } from "./view.ts";
import { BOT, messageView, TEAM_ID, workspace } from "./workspace.ts";

const Click = z.object({
  user: z.string(),
  channel: z.string(),
  ts: z.string(),
  action_id: z.string(),
  /** The value of the option that is chosen, for a list. */
  option: z.string().optional(),
});
const Submission = z.object({
  user: z.string(),
  view_id: z.string(),
  /** By block; a text, or the value of an option. What is not named stays as the dialog showed it. */
  values: z.record(z.string(), z.string()).default({}),
});

const Option = z.looseObject({ value: z.string() });
const Element = z.looseObject({
  type: z.string(),
  action_id: z.string().optional(),
  value: z.string().optional(),
  options: z.array(Option).optional(),
});
const ActionsBlock = z.looseObject({ type: z.literal("actions"), block_id: z.string(), elements: z.array(Element) });
const InputBlock = z.looseObject({
  type: z.literal("input"),
  block_id: z.string(),
  element: Element.extend({ action_id: z.string(), initial_value: z.string().optional() }),
});

/** `POST /click` and `POST /submit` answer `{payload}`; the front door signs it and sends it. */
export function person(deps: Deps): Hono {
  const app = new Hono();
  app.post("/click", async (c) => answer(Click, await c.req.text(), (click) => clickPayload(click, deps)));
  app.post("/submit", async (c) => answer(Submission, await c.req.text(), (sent) => submissionPayload(sent, deps)));
  return app;
}

function answer<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  payloadOf: (body: z.infer<Schema>) => object | string,
): Response {
  const body = z.string().transform(parseJson).pipe(schema).safeParse(text);
  if (!body.success) return Response.json({ error: z.prettifyError(body.error) }, { status: 400 });
  const payload = payloadOf(body.data);
  return typeof payload === "string" ? Response.json({ error: payload }, { status: 404 }) : Response.json({ payload });
}

function clickPayload({ user, channel, ts, action_id, option }: z.infer<typeof Click>, deps: Deps): object | string {
  const slack = workspace(deps);
  const message = slack.message(channel, ts);
  if (message === undefined) return "there is no such message";
  const block = (message.blocks ?? [])
    .map((each) => ActionsBlock.safeParse(each).data)
    .find((each) => each?.elements.some((element) => element.action_id === action_id));
  const element = block?.elements.find((each) => each.action_id === action_id);
  if (block === undefined || element === undefined) return `the message has no ${action_id}`;
  const chosen = element.options?.find(({ value }) => value === option);
  if (element.options !== undefined && chosen === undefined) return `${action_id} has no option ${option}`;
  const { type, value, text } = element;
  const told = {
    type,
    action_id,
    block_id: block.block_id,
    action_ts: slack.nowTs(),
    ...(text === undefined ? {} : { text }),
    ...(value === undefined ? {} : { value }),
    ...(chosen === undefined ? {} : { selected_option: chosen }),
  };
  const { common, trigger_id } = begin(user, deps);
  return {
    type: "block_actions",
    ...common,
    container: { type: "message", message_ts: ts, channel_id: channel, is_ephemeral: false },
    trigger_id,
    channel: { id: channel, name: "directmessage" },
    message: messageView(message, true),
    state: { values: {} },
    response_url: repliesOf(deps).issue(channel, ts, user),
    actions: [told],
  };
}

function submissionPayload({ user, view_id, values }: z.infer<typeof Submission>, deps: Deps): object | string {
  const view = viewsOf(deps).get(view_id);
  if (view === undefined || view.user !== user) return "there is no such dialog";
  const inputs = view.blocks.flatMap((block) => InputBlock.safeParse(block).data ?? []);
  const unknown = Object.keys(values).find((name) => !inputs.some(({ block_id }) => block_id === name));
  if (unknown !== undefined) return `the dialog has no field ${unknown}`;
  const state = inputs.map(({ block_id, element }) => {
    const given = values[block_id];
    const { type, action_id, options, initial_value } = element;
    const selected_option = options?.find(({ value }) => value === given) ?? null;
    const field = options === undefined ? { type, value: given ?? initial_value ?? null } : { type, selected_option };
    return [block_id, { [action_id]: field }];
  });
  const { common, trigger_id } = begin(user, deps);
  return {
    type: "view_submission",
    ...common,
    trigger_id,
    view: { ...view, team_id: TEAM_ID, state: { values: Object.fromEntries(state) }, hash: "1795219200.sandbox" },
    response_urls: [],
  };
}

function begin(userId: string, deps: Deps) {
  const id = `${deps.clock()}.${TEAM_ID.length}.${deps.newId().replaceAll("-", "")}`;
  triggersOf(deps).put(id, { id, user: userId, at: deps.clock(), exchanged: false });
  const name = workspace(deps).users.get(userId)?.name ?? "someone";
  const common = {
    team: { id: TEAM_ID, domain: "northwind-example" },
    user: { id: userId, username: name, name, team_id: TEAM_ID },
    api_app_id: BOT.app_id,
    token: "legacy-fixed-value",
    is_enterprise_install: false,
  };
  return { common, trigger_id: id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
