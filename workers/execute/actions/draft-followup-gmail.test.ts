import { beforeAll, describe, expect, test } from "vitest";
import { testKeyFile } from "#connectors/test-key-file.ts";
import { isTakenBack } from "./compensation-conformance.ts";
import { conforms, type Subject } from "./conformance.ts";
import { draftFollowupGmail } from "./draft-followup-gmail.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

type Mail = { id: string; threadId: string; label: "DRAFT" | "SENT" | "INBOX"; raw: string; internalDate: string };

/** One mailbox of Gmail. As Gmail does, it gives what it sends a Message-ID of its own. */
function gmail(now: () => number) {
  const mails: Mail[] = [];
  const drafts = new Map<string, Mail>();
  let ids = 0;
  const find = (query: string) => {
    const [, who = ""] = /(?:to|from):(\S+)/.exec(query) ?? [];
    return mails.filter(({ raw }) => raw.includes(`<${who}>`)).toReversed();
  };
  const box = {
    mails,
    drafts,
    effects: () => mails.filter(({ label }) => label === "SENT").length,
    async answer(request: Request): Promise<Response> {
      const url = new URL(request.url);
      if (url.host === "oauth2.test") return Response.json({ access_token: "ya29.test", expires_in: 3_599 });
      const path = url.pathname.replace("/gmail/v1/users/ana.duarte%40northwind.example/", "");
      const body = request.method === "POST" ? JSON.parse(await request.text()) : null;
      const query = url.searchParams.get("q") ?? "";
      if (path === "drafts" && body !== null) {
        ids += 1;
        const raw = Buffer.from(body.message.raw, "base64url").toString();
        const threadId = body.message.threadId ?? `t${ids}`;
        const mail: Mail = { id: `m${ids}`, threadId, label: "DRAFT", raw, internalDate: String(now()) };
        mails.push(mail);
        drafts.set(`r${ids}`, mail);
        return Response.json({ id: `r${ids}`, message: { id: mail.id, threadId } });
      }
      if (path === "drafts/send") {
        const mail = drafts.get(body.id);
        if (mail === undefined) return notFound();
        drafts.delete(body.id);
        ids += 1;
        Object.assign(mail, {
          id: `m${ids}`,
          label: "SENT",
          raw: `Message-ID: <CA+${ids}@mail.gmail.com>\r\n${mail.raw}`,
        });
        return Response.json({ id: mail.id, threadId: mail.threadId, labelIds: ["SENT"] });
      }
      if (path === "messages") {
        const wanted = query.startsWith("from:") ? "INBOX" : "SENT";
        const messages = find(query).filter(({ label }) => label === wanted);
        return Response.json({
          messages: messages.map(({ id, threadId }) => ({ id, threadId })),
          resultSizeEstimate: 1,
        });
      }
      if (path === "drafts") {
        const matching = [...drafts].filter(([, mail]) => find(query).includes(mail));
        return Response.json(
          matching.length === 0 ? {} : { drafts: matching.map(([id, mail]) => ({ id, message: { id: mail.id } })) },
        );
      }
      const [kind, id] = path.split("/");
      if (request.method === "DELETE") {
        const draft = drafts.get(id ?? "");
        if (draft === undefined) return notFound();
        drafts.delete(id ?? "");
        mails.splice(mails.indexOf(draft), 1);
        return new Response(null, { status: 204 });
      }
      if (kind === "threads") {
        const messages = mails.filter(({ threadId }) => threadId === id).map(view);
        return messages.length === 0 ? notFound() : Response.json({ id, messages });
      }
      const mail = mails.find((candidate) => candidate.id === id);
      return mail === undefined ? notFound() : Response.json(view(mail));
    },
  };
  return box;
}

function view({ id, threadId, label, raw, internalDate }: Mail) {
  const lines = raw.slice(0, raw.indexOf("\r\n\r\n")).split("\r\n");
  const headers = lines.map((line) => ({ name: line.replace(/:.*/, ""), value: line.replace(/^[^:]*: /, "") }));
  return { id, threadId, labelIds: [label], internalDate, payload: { headers } };
}

function notFound(): Response {
  const error = { code: 404, message: "Requested entity was not found.", status: "NOT_FOUND" };
  return Response.json({ error }, { status: 404 });
}

const action = {
  ...TEST_ACTION,
  type: "draft_followup",
  target: "gmail",
  params: {
    from: "ana.duarte@northwind.example",
    to: [{ email: "maton@querbus.example", name: "Maton Reyes" }],
    subject: "Querbus – platform rollout",
    body: "Hi Maton,\n\nshall we talk this week?\n\nAna",
    thread_id: null as string | null,
  },
} as const;

const settings = { ...TEST_SETTINGS };
const started = Date.parse("2026-11-21T08:10:00.000Z");

beforeAll(async () => {
  Object.assign(settings, { GMAIL_SERVICE_ACCOUNT: JSON.stringify(await testKeyFile("https://oauth2.test/token")) });
});

const isSend = (request: Request) => request.url.endsWith("/drafts/send");
const isCreate = (request: Request) => request.method === "POST" && request.url.endsWith("/drafts");

const SUBJECT: Subject = {
  adapter: draftFollowupGmail,
  action: { ...action, params: { ...action.params, to: [...action.params.to], deliver: "send" } },
  settings,
  secret: "GMAIL_SERVICE_ACCOUNT",
  upstream: gmail,
  isEffect: isSend,
  refusal: () => Response.json({ error: { code: 400, message: "no such place" } }, { status: 400 }),
  undo: "none",
};
conforms(SUBJECT);

isTakenBack({
  ...SUBJECT,
  action: { ...action, params: { ...action.params, to: [...action.params.to], deliver: "draft" } },
  undo: { isUndo: ({ method }) => method === "DELETE" },
});

type Change = { maybeDone?: boolean; params?: object; serviceAccount?: string };

/** `meddle` may answer a request in the place of `box`, or throw. */
function portsTo(
  box: ReturnType<typeof gmail>,
  meddle: (request: Request) => Response | null | Promise<null> = () => null,
  serviceAccount = settings.GMAIL_SERVICE_ACCOUNT,
) {
  const fetchFake: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    return (await meddle(request)) ?? box.answer(request);
  };
  const own = { ...settings, GMAIL_SERVICE_ACCOUNT: serviceAccount };
  return { fetch: fetchFake, now: () => started, settings: own, accessTokens: new Map() };
}

/** Performs the action against `box`. */
function run(box: ReturnType<typeof gmail>, change: Change = {}, meddle?: Parameters<typeof portsTo>[1]) {
  const attempt = { ...TEST_ATTEMPT, releasedAtMs: started - 1_000, maybeDone: change.maybeDone ?? false };
  const content = { ...action, params: { ...action.params, ...change.params } };
  return draftFollowupGmail.perform(content, attempt, portsTo(box, meddle, change.serviceAccount));
}

describe("a follow-up in Gmail", () => {
  test("is sent from the rep's mailbox and leaves no draft behind", async () => {
    const box = gmail(() => started);
    const outcome = await run(box);
    expect(outcome).toMatchObject({
      kind: "executed",
      effect: {
        external_id: "m2",
        url: "https://mail.google.com/mail/u/?authuser=ana.duarte%40northwind.example#all/m2",
      },
    });
    expect(box.drafts.size).toBe(0);
    expect(box.mails[0]?.raw).toContain(`X-Dealwire-Action: ${TEST_ACTION.action_id}\r\n`);
  });

  test.each(["before", "after"])("is sent once when the creation of its draft is lost %s it happened", async (when) => {
    const box = gmail(() => started);
    const lost = await run(box, {}, async (request) => {
      if (!isCreate(request)) return null;
      if (when === "after") await box.answer(request);
      throw new Error("timeout");
    });
    expect(lost).toMatchObject({ kind: "retry", effectUnknown: true });
    expect(await run(box, { maybeDone: true })).toMatchObject({ kind: "executed" });
    expect(box.mails).toHaveLength(1);
    expect(box.effects()).toBe(1);
  });

  test("sends the draft of an attempt that met a rate limit, and does not make another", async () => {
    const box = gmail(() => started);
    const limited = await run(box, {}, (request) => (isSend(request) ? new Response("", { status: 429 }) : null));
    expect(limited).toMatchObject({ kind: "retry", effectUnknown: true });
    await run(box, { maybeDone: true });
    expect(box.mails).toHaveLength(1);
  });

  test("is not made again when its draft was thrown away before it was sent", async () => {
    const box = gmail(() => started);
    const outcome = await run(box, {}, (request) => {
      if (isSend(request)) box.drafts.clear();
      return null;
    });
    expect(outcome).toMatchObject({ kind: "rejected", reason: expect.stringContaining("disappeared") });
    expect(box.effects()).toBe(0);
  });

  test("counts as done when the rep sent the draft by hand", async () => {
    const box = gmail(() => started);
    const outcome = await run(box, {}, async (request) => {
      if (isSend(request)) await box.answer(new Request(request.url, { method: "POST", body: '{"id":"r1"}' }));
      return null;
    });
    expect(outcome).toMatchObject({ kind: "executed" });
    expect(box.effects()).toBe(1);
  });

  test("is not taken for another mail to the same person", async () => {
    const box = gmail(() => started);
    await run(box);
    for (const mail of box.mails) mail.raw = mail.raw.replace(TEST_ACTION.action_id, "act_another");
    await run(box, { maybeDone: true });
    expect(box.effects()).toBe(2);
  });

  test("is parked when the mailbox holds more recent mails than can be read", async () => {
    const box = gmail(() => started);
    await run(box);
    for (const mail of box.mails) mail.raw = mail.raw.replace(TEST_ACTION.action_id, "act_another");
    const outcome = await run(box, { maybeDone: true }, (request) =>
      request.url.includes("/messages?") ? Response.json({ messages: [{ id: "m2" }], nextPageToken: "1" }) : null,
    );
    expect(outcome).toMatchObject({ kind: "unknown" });
    expect(box.effects()).toBe(1);
  });

  test("answers in its thread by naming the newest message there", async () => {
    const box = gmail(() => started);
    await run(box, { params: { subject: "Rollout" } });
    await run(box, { params: { thread_id: "t1", subject: "Something else" } });
    expect(box.mails[1]).toMatchObject({
      threadId: "t1",
      raw: expect.stringContaining("In-Reply-To: <CA+2@mail.gmail.com>"),
    });
    expect(box.mails[1]?.raw).toMatch(/^Subject: Re: Rollout\r?$/m);
  });

  test("answers what the recipient wrote last, and begins anew when they did not write lately", async () => {
    const box = gmail(() => started);
    const raw =
      "From: Maton <maton@querbus.example>\r\nSubject: Re: Pricing\r\nMessage-ID: <q1@querbus.example>\r\n\r\nHow much?";
    box.mails.push({ id: "q1", threadId: "t-theirs", label: "INBOX", raw, internalDate: String(started - 86_400_000) });
    await run(box, { params: { thread_id: "latest" } });
    expect(box.mails[1]).toMatchObject({
      threadId: "t-theirs",
      raw: expect.stringContaining("In-Reply-To: <q1@querbus"),
    });
    expect(box.mails[1]?.raw).toMatch(/^Subject: Re: Pricing\r?$/m);
    const alone = gmail(() => started);
    await run(alone, { params: { thread_id: "latest" } });
    expect(alone.mails[0]?.raw).not.toContain("In-Reply-To");
  });

  test("logs in anew once when Gmail refuses the token", async () => {
    let refused = 0;
    const outcome = await run(
      gmail(() => started),
      {},
      (request) => {
        if (!isCreate(request) || refused > 0) return null;
        refused += 1;
        return new Response("{}", { status: 401 });
      },
    );
    expect(outcome).toMatchObject({ kind: "executed" });
  });

  test("takes a 403 that says too fast for what it is", async () => {
    const error = { errors: [{ domain: "usageLimits", reason: "userRateLimitExceeded" }], code: 403 };
    const outcome = await run(
      gmail(() => started),
      {},
      (request) => (isCreate(request) ? Response.json({ error }, { status: 403 }) : null),
    );
    expect(outcome).toMatchObject({ kind: "retry", effectUnknown: false });
  });

  test("names the secret when it is not a key file", async () => {
    const outcome = await run(
      gmail(() => started),
      { serviceAccount: "not json" },
    );
    expect(outcome).toMatchObject({ kind: "credentials", reason: expect.stringContaining("GMAIL_SERVICE_ACCOUNT") });
  });
});

describe("a follow-up that is left as a draft in Gmail", () => {
  const left = { params: { deliver: "draft" } };
  const undo = async (box: ReturnType<typeof gmail>, change: Change, before = () => {}) => {
    const performed = await run(box, change);
    if (performed.kind !== "executed") throw new Error(performed.reason);
    before();
    const attempt = { ...TEST_ATTEMPT, releasedAtMs: started - 1_000 };
    return draftFollowupGmail.compensate(action, performed.effect, attempt, portsTo(box));
  };

  test("is there once, and not sent", async () => {
    const box = gmail(() => started);
    const first = await run(box, left);
    expect(first).toMatchObject({ kind: "executed", effect: { external_id: "r1", undo: { draft_id: "r1" } } });
    expect(await run(box, { ...left, maybeDone: true })).toEqual(first);
    expect([box.drafts.size, box.effects()]).toEqual([1, 0]);
  });

  test("is deleted when it is taken back", async () => {
    const box = gmail(() => started);
    expect(await undo(box, left)).toMatchObject({ kind: "compensated" });
    expect(box.drafts.size).toBe(0);
  });

  test("can't be taken back once the rep sent it, nor can a sent mail", async () => {
    const failed = { kind: "compensation_failed", remains: expect.stringContaining("Write to whoever got the mail") };
    const box = gmail(() => started);
    const byHand = () => {
      box.drafts.clear();
      for (const mail of box.mails) mail.label = "SENT";
    };
    expect(await undo(box, left, byHand)).toMatchObject(failed);
    expect(
      await undo(
        gmail(() => started),
        {},
      ),
    ).toMatchObject(failed);
  });
});
