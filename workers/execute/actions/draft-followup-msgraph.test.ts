import { describe, expect, test } from "vitest";
import { isTakenBack } from "./compensation-conformance.ts";
import { conforms, type Subject } from "./conformance.ts";
import { draftFollowupMsgraph } from "./draft-followup-msgraph.ts";
import { TEST_ACTION, TEST_ATTEMPT, TEST_SETTINGS } from "./test-settings.ts";

type Mail = { id: string; folder: "drafts" | "sent" | "deleteditems"; conversation: string; at: number; body: Body };
type Body = { subject?: string; singleValueExtendedProperties: { id: string; value: string }[] };

const BOX = "/v1.0/users/ana.duarte%40northwind.example";

/** One Exchange mailbox behind its login. A sent message keeps its immutable id. */
function exchange(now: () => number) {
  const mails: Mail[] = [];
  let logins = 0;
  const file = (body: Body, conversation: string) => {
    const mail: Mail = { id: `AAkA${mails.length + 1}=`, folder: "drafts", conversation, at: now(), body };
    mails.push(mail);
    return Response.json(view(mail), { status: 201 });
  };
  return {
    mails,
    logins: () => logins,
    effects: () => mails.filter(({ folder }) => folder === "sent").length,
    async answer(request: Request): Promise<Response> {
      const url = new URL(request.url);
      if (url.host === "login.test") {
        logins += 1;
        const form = new URLSearchParams(await request.text());
        expect(url.pathname).toBe("/tenant/oauth2/v2.0/token");
        expect(form.get("scope")).toBe("https://graph.microsoft.com/.default");
        return Response.json({ token_type: "Bearer", expires_in: 3_599, access_token: `graph-${logins}` });
      }
      if (!request.headers.get("authorization")?.startsWith("Bearer graph-")) return error(401, "no token");
      expect(request.headers.get("prefer")).toBe('IdType="ImmutableId"');
      const path = url.pathname.replace(`${BOX}/`, "");
      const filter = url.searchParams.get("$filter") ?? "";
      if (request.method === "GET") {
        const [, mark] = /ep\/value eq '([^']*)'/.exec(filter) ?? [];
        const [, conversation] = /^conversationId eq '([^']*)'$/.exec(filter) ?? [];
        const drafts = path === "mailFolders/drafts/messages";
        const found = mails.filter(
          (mail) =>
            (!drafts || mail.folder === "drafts") &&
            (conversation === undefined
              ? mail.body.singleValueExtendedProperties?.some(({ value }) => value === mark)
              : mail.conversation === conversation),
        );
        return Response.json({ value: found.map(view) });
      }
      if (path === "messages") return file(JSON.parse(await request.text()), `AAQk${mails.length + 1}`);
      const [, encoded = "", verb] = path.split("/");
      const mail = mails.find(({ id }) => id === decodeURIComponent(encoded));
      if (mail === undefined) return error(404, "ErrorItemNotFound");
      if (verb === "createReply") return file(JSON.parse(await request.text()).message, mail.conversation);
      if (verb === "send") {
        if (mail.folder === "sent") return error(400, "The message is not a draft.");
        if (mail.folder === "deleteditems") return error(404, "ErrorItemNotFound");
        mail.folder = "sent";
        return new Response(null, { status: 202 });
      }
      mail.folder = "deleteditems";
      return new Response(null, { status: 204 });
    },
  };
}

function view({ id, folder, at }: Mail) {
  const webLink = `https://outlook.office365.com/owa/?ItemID=${id}`;
  return { id, isDraft: folder !== "sent", webLink, createdDateTime: new Date(at).toISOString() };
}

function error(status: number, message: string): Response {
  return Response.json({ error: { code: "Error", message, innerError: {} } }, { status });
}

const action = {
  ...TEST_ACTION,
  type: "draft_followup",
  target: "msgraph",
  params: {
    from: "ana.duarte@northwind.example",
    to: [{ email: "maton@querbus.example", name: "Maton Reyes" }],
    subject: "Querbus – platform rollout",
    body: "Hi Maton,\n\nshall we talk this week?\n\nAna",
    thread_id: null as string | null,
    deliver: "send" as "send" | "draft",
  },
} as const;

const isSend = (request: Request) => request.url.endsWith("/send");
const isCreate = (request: Request) => request.url.endsWith(`${BOX}/messages`);

const SUBJECT: Subject = {
  adapter: draftFollowupMsgraph,
  action: { ...action, params: { ...action.params, to: [...action.params.to] } },
  settings: TEST_SETTINGS,
  secret: "MSGRAPH_CLIENT_SECRET",
  upstream: exchange,
  isEffect: isSend,
  refusal: () => error(400, "no such place"),
  undo: "none",
};
conforms(SUBJECT);

isTakenBack({
  ...SUBJECT,
  action: { ...action, params: { ...action.params, to: [...action.params.to], deliver: "draft" } },
  undo: { isUndo: ({ method }) => method === "DELETE" },
});

const NOW = TEST_ATTEMPT.releasedAtMs + 1_000;

type Meddle = (request: Request) => Response | null | Promise<null>;

function portsTo(box: ReturnType<typeof exchange>, meddle: Meddle = () => null) {
  const fetchFake: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    return (await meddle(request)) ?? box.answer(request);
  };
  return { fetch: fetchFake, now: () => NOW, settings: TEST_SETTINGS, accessTokens: new Map() };
}

/** Performs the action against `box`; `meddle` may answer a request in its place, or throw. */
function run(box: ReturnType<typeof exchange>, change: { maybeDone?: boolean; params?: object } = {}, meddle?: Meddle) {
  const ports = portsTo(box, meddle);
  const attempt = { ...TEST_ATTEMPT, maybeDone: change.maybeDone ?? false };
  return draftFollowupMsgraph.perform({ ...action, params: { ...action.params, ...change.params } }, attempt, ports);
}

describe("a follow-up in Microsoft 365", () => {
  test("is sent from the rep's mailbox, with the action's id where it is found again", async () => {
    const box = exchange(() => NOW);
    expect(await run(box)).toMatchObject({
      kind: "executed",
      effect: { external_id: "AAkA1=", url: "https://outlook.office365.com/owa/?ItemID=AAkA1=", undo: null },
    });
    expect(box.mails[0]).toMatchObject({
      folder: "sent",
      body: {
        toRecipients: [{ emailAddress: { address: "maton@querbus.example", name: "Maton Reyes" } }],
        singleValueExtendedProperties: [{ value: TEST_ACTION.action_id }],
      },
    });
  });

  test("is left as a draft when that is asked for, once", async () => {
    const box = exchange(() => NOW);
    const first = await run(box, { params: { deliver: "draft" } });
    expect(first).toMatchObject({ kind: "executed", effect: { undo: { draft_id: "AAkA1=" } } });
    expect(await run(box, { maybeDone: true, params: { deliver: "draft" } })).toEqual(first);
    expect(box.mails).toMatchObject([{ folder: "drafts" }]);
  });

  test.each(["before", "after"])("is sent once when the creation of its draft is lost %s it happened", async (when) => {
    const box = exchange(() => NOW);
    const lost = await run(box, {}, async (request) => {
      if (!isCreate(request)) return null;
      if (when === "after") await box.answer(request);
      throw new Error("timeout");
    });
    expect(lost).toMatchObject({ kind: "retry", effectUnknown: true });
    expect(await run(box, { maybeDone: true })).toMatchObject({ kind: "executed" });
    expect(box.mails).toMatchObject([{ folder: "sent" }]);
  });

  test("sends the draft of an attempt that met a rate limit, and does not make another", async () => {
    const box = exchange(() => NOW);
    const limited = await run(box, {}, (request) => (isSend(request) ? new Response("", { status: 429 }) : null));
    expect(limited).toMatchObject({ kind: "retry", effectUnknown: true });
    await run(box, { maybeDone: true });
    expect(box.mails).toMatchObject([{ folder: "sent" }]);
  });

  test.each(["while it was sent", "before the next attempt"])(
    "is not made again when its draft was thrown away %s",
    async (when) => {
      const box = exchange(() => NOW);
      const throwAway = () => {
        for (const mail of box.mails) mail.folder = "deleteditems";
      };
      if (when === "before the next attempt") {
        await run(box, { params: { deliver: "draft" } });
        throwAway();
      }
      const outcome = await run(box, { maybeDone: when === "before the next attempt" }, (request) => {
        if (isSend(request)) throwAway();
        return null;
      });
      expect(outcome).toMatchObject({ kind: "rejected", reason: expect.stringContaining("thrown away") });
      expect(box.effects()).toBe(0);
      expect(box.mails).toHaveLength(1);
    },
  );

  test("counts as done when the rep sent the draft by hand", async () => {
    const box = exchange(() => NOW);
    const outcome = await run(box, {}, (request) => {
      if (isSend(request)) for (const mail of box.mails) mail.folder = "sent";
      return null;
    });
    expect(outcome).toMatchObject({ kind: "executed" });
    expect(box.effects()).toBe(1);
  });

  test("answers in its conversation, and starts one where that is gone", async () => {
    const box = exchange(() => NOW);
    await run(box);
    await run(box, { params: { thread_id: "AAQk1" } });
    await run(box, { params: { thread_id: "AAQk99" } });
    expect(box.mails.map(({ conversation }) => conversation)).toEqual(["AAQk1", "AAQk1", "AAQk3"]);
    expect(box.mails.map(({ body }) => body.subject === undefined)).toEqual([false, true, false]);
  });

  test("answers what the recipient wrote last, and begins anew when they did not write lately", async () => {
    const box = exchange(() => NOW);
    await run(box);
    const since =
      "receivedDateTime ge 2026-08-23T08:10:00.000Z and from/emailAddress/address eq 'maton@querbus.example'";
    const asked: string[] = [];
    const inbox = (found: readonly unknown[]) => (request: Request) => {
      const { searchParams } = new URL(request.url);
      if (!searchParams.has("$orderby")) return null;
      asked.push(searchParams.get("$filter") ?? "");
      return Response.json({ value: found });
    };
    const [mail] = box.mails;
    const theirs = { id: mail?.id, isDraft: false, webLink: null, createdDateTime: "2026-11-20T08:00:00Z" };
    await run(box, { params: { thread_id: "latest" } }, inbox([theirs]));
    await run(box, { params: { thread_id: "latest" } }, inbox([]));
    expect(asked).toEqual([since, since]);
    expect(box.mails.map(({ conversation }) => conversation)).toEqual(["AAQk1", "AAQk1", "AAQk3"]);
  });

  test("logs in anew once when Graph refuses the token", async () => {
    const box = exchange(() => NOW);
    let refused = 0;
    const outcome = await run(box, {}, (request) => {
      if (!isCreate(request) || refused > 0) return null;
      refused += 1;
      return error(401, "Lifetime validation failed, the token is expired.");
    });
    expect(outcome).toMatchObject({ kind: "executed" });
    expect(box.logins()).toBe(2);
  });

  test("names the secret when the app may not log in", async () => {
    const refusal = { error: "invalid_client", error_description: "AADSTS7000215: Invalid client secret provided." };
    const outcome = await run(
      exchange(() => NOW),
      {},
      (request) => (request.url.startsWith("https://login.test") ? Response.json(refusal, { status: 401 }) : null),
    );
    expect(outcome).toMatchObject({ kind: "credentials", reason: expect.stringContaining("AADSTS7000215") });
    expect(outcome).toMatchObject({ reason: expect.stringContaining("MSGRAPH_CLIENT_SECRET") });
  });
});

describe("taking a follow-up in Microsoft 365 back", () => {
  const undo = async (box: ReturnType<typeof exchange>, deliver: "send" | "draft", before = () => {}) => {
    const performed = await run(box, { params: { deliver } });
    if (performed.kind !== "executed") throw new Error(performed.reason);
    before();
    return draftFollowupMsgraph.compensate(action, performed.effect, TEST_ATTEMPT, portsTo(box));
  };

  test("deletes the draft, and is content when it is gone already", async () => {
    const box = exchange(() => NOW);
    expect(await undo(box, "draft")).toMatchObject({ kind: "compensated" });
    expect(box.mails).toMatchObject([{ folder: "deleteditems" }]);
    const gone = exchange(() => NOW);
    const throwAway = () => gone.mails.splice(0);
    expect(await undo(gone, "draft", throwAway)).toMatchObject({ kind: "compensated" });
  });

  test("says that a sent mail stays sent, whoever sent it", async () => {
    const failed = { kind: "compensation_failed", remains: expect.stringContaining("Write to whoever got the mail") };
    expect(
      await undo(
        exchange(() => NOW),
        "send",
      ),
    ).toMatchObject(failed);
    const box = exchange(() => NOW);
    const byHand = () => {
      for (const mail of box.mails) mail.folder = "sent";
    };
    expect(await undo(box, "draft", byHand)).toMatchObject(failed);
    expect(box.effects()).toBe(1);
  });
});
