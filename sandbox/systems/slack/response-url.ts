// The `response_url` of an interaction: a way to answer the person who clicked. Rule: five uses within thirty minutes.
// Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
import { Hono } from "hono";
import * as z from "zod";
import type { Deps } from "../../deps.ts";
import { collection } from "../../store.ts";
import { blockProblems } from "./blocks.ts";
import { TEAM_ID, workspace } from "./workspace.ts";

const MAX_USES = 5;
const LIFETIME_MS = 30 * 60_000;
const ORIGIN = "http://localhost:8787";

const Reply = z.object({
  id: z.string(),
  channel: z.string(),
  ts: z.string(),
  user: z.string(),
  at: z.number(),
  uses: z.number(),
});
/** What one person alone was shown. */
export const Ephemeral = z.object({ id: z.string(), channel: z.string(), user: z.string(), text: z.string() });

const Answer = z.object({
  response_type: z.enum(["ephemeral", "in_channel"]).default("ephemeral"),
  replace_original: z.boolean().default(false),
  text: z.string().max(40_000).default(""),
  blocks: z.array(z.unknown()).optional(),
});

export function repliesOf({ store, clock, newId }: Pick<Deps, "store" | "clock" | "newId">) {
  const replies = collection(store, "slack", "responses", Reply);
  return {
    replies,
    issue(channel: string, ts: string, user: string): string {
      const id = newId().replaceAll("-", "");
      replies.put(id, { id, channel, ts, user, at: clock(), uses: 0 });
      return `${ORIGIN}/sandbox/slack/actions/${TEAM_ID}/${id}`;
    },
  };
}

export function responseUrls(deps: Deps): Hono {
  const app = new Hono();
  app.post("/:team/:id", async (c) => {
    const { replies } = repliesOf(deps);
    const reply = replies.get(c.req.param("id"));
    const refuse = (error: string) => Response.json({ ok: false, error }, { status: 404 });
    if (reply === undefined || deps.clock() - reply.at > LIFETIME_MS) return refuse("expired_url");
    if (reply.uses >= MAX_USES) return refuse("used_url");
    const body = Answer.safeParse(await c.req.json().catch(() => undefined));
    if (!body.success || (body.data.text === "" && body.data.blocks === undefined)) {
      return Response.json({ ok: false, error: "invalid_payload" }, { status: 400 });
    }
    const { replace_original, text, blocks, response_type } = body.data;
    if (blocks !== undefined && blockProblems(blocks).length > 0) {
      return Response.json({ ok: false, error: "invalid_blocks" }, { status: 400 });
    }
    replies.put(reply.id, { ...reply, uses: reply.uses + 1 });
    const slack = workspace(deps);
    const original = slack.message(reply.channel, reply.ts);
    if (replace_original && original !== undefined) {
      slack.save({ ...original, text, blocks: blocks ?? null, edited_ts: slack.nowTs() });
    } else if (response_type === "in_channel") {
      slack.newMessage(reply.channel, { thread_ts: null, text, blocks: blocks ?? null, metadata: null });
    } else {
      const id = `${reply.id}-${reply.uses}`;
      deps.store.put("slack", "ephemerals", id, { id, channel: reply.channel, user: reply.user, text });
    }
    return new Response("ok");
  });
  return app;
}
