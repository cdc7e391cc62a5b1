// Somebody uses a card or a dialog: what the stand-in makes of it is signed and posted to the desk, as Slack would.
// `POST /sandbox/slack/click` and `POST /sandbox/slack/submit` answer the payload and what the desk said to it.
import * as z from "zod";

export type PersonPorts = {
  sandbox(request: Request): Promise<Response>;
  desk(request: Request): Promise<Response>;
  signingSecret: string;
  now(): number;
};

const PATH = /^\/sandbox\/slack\/(click|submit)$/;
const Made = z.object({ payload: z.looseObject({}) });
const encoder = new TextEncoder();

/** Null for any other request. */
export async function slackPerson(request: Request, ports: PersonPorts): Promise<Response | null> {
  const url = new URL(request.url);
  const act = PATH.exec(url.pathname)?.[1];
  if (act === undefined || request.method !== "POST") return null;
  const ask = new URL(`/sandbox/slack/person/${act}`, url);
  const made = await ports.sandbox(new Request(ask, { method: "POST", body: await request.text() }));
  if (!made.ok) return made;
  const { payload } = Made.parse(await made.json());

  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(ports.now() / 1_000));
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": `v0=${await sign(`v0:${timestamp}:${body}`, ports.signingSecret)}`,
  };
  const answer = await ports.desk(new Request(new URL("/slack/interactions", url), { method: "POST", headers, body }));
  return Response.json({ payload, status: answer.status, answer: await answer.text() });
}

async function sign(text: string, secret: string): Promise<string> {
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), hmac, false, ["sign"]);
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
