// What reaches `inbox` from outside: a file that is put into the bucket of imports, and a mail. Rule: it arrives there
// just as Cloudflare hands it over (R2's notification, the email event), so that nothing in `inbox` is for localhost.
import { problem } from "#runtime/problem.ts";

/** `ForwardableEmailMessage`, as far as `inbox` reads it. */
type Message = {
  from: string;
  to: string;
  raw: ReadableStream;
  rawSize: number;
  headers: Headers;
  setReject(reason: string): void;
};

export type InboundPorts = {
  files: {
    put(key: string, body: ArrayBuffer): Promise<{ etag: string; size: number }>;
    get(key: string): Promise<{ body: ReadableStream; httpEtag: string } | null>;
  };
  notify(notification: unknown): Promise<unknown>;
  /** The email handler of `inbox`; rejects when it throws. */
  deliver(message: Message): Promise<unknown>;
  now(): number;
};

const FILES = "/sandbox/imports/";
const MAIL = "/sandbox/email";

/** `PUT` and `GET /sandbox/imports/{key}`, `POST /sandbox/email?from=…&to=…`; null for any other path. */
export async function inbound(request: Request, ports: InboundPorts): Promise<Response | null> {
  const { pathname, searchParams } = new URL(request.url);
  if (pathname.startsWith(FILES) && pathname.length > FILES.length) {
    return file(request, decodeURIComponent(pathname.slice(FILES.length)), ports);
  }
  return pathname === MAIL ? mail(request, searchParams, ports) : null;
}

async function file(request: Request, key: string, { files, notify, now }: InboundPorts): Promise<Response> {
  if (request.method === "GET") {
    const object = await files.get(key);
    if (object === null) return refuse(404, "not-found", `There is no ${key} in the bucket of imports.`);
    return new Response(object.body, { headers: { etag: object.httpEtag } });
  }
  if (request.method !== "PUT") return refuse(405, "wrong-method", "Use PUT or GET.");
  const { etag, size } = await files.put(key, await request.arrayBuffer());
  await notify({
    account: "sandbox",
    action: "PutObject",
    bucket: "dealwire-imports",
    object: { key, size, eTag: etag },
    eventTime: new Date(now()).toISOString(),
  });
  return Response.json({ key, size, etag }, { status: 201 });
}

async function mail(request: Request, query: URLSearchParams, { deliver }: InboundPorts): Promise<Response> {
  const from = query.get("from");
  const to = query.get("to");
  if (request.method !== "POST" || from === null || to === null) {
    return refuse(400, "invalid-mail", "POST a mail (RFC 5322) with ?from= and ?to=, the addresses of its envelope.");
  }
  const raw = await request.arrayBuffer();
  let rejected: string | null = null;
  const message: Message = {
    from,
    to,
    raw: new Blob([raw]).stream(),
    rawSize: raw.byteLength,
    headers: new Headers(),
    setReject(reason) {
      rejected = reason;
    },
  };
  try {
    await deliver(message);
  } catch (error) {
    return refuse(503, "mail-failed", `A mail server would try again later: ${String(error)}`);
  }
  return rejected === null
    ? Response.json({ delivered: true })
    : refuse(403, "mail-rejected", `Rejected for good: ${rejected}`);
}

function refuse(status: number, slug: string, detail: string): Response {
  const correlationId = crypto.randomUUID().replaceAll("-", "");
  return problem({ status, slug, title: "Not taken", detail, correlationId });
}
