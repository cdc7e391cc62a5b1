// A stand-in of Cloudflare's API, as far as deploying goes: it keeps what it is told, records every call, and refuses what
// the real one refuses. Rule: wrangler itself talks to it, so its answers have the form that wrangler reads.
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { Refusal } from "./refusal.ts";
import { Storage } from "./storage.ts";
import { Workers } from "./workers.ts";

export type Call = { method: string; path: string };
export type StandIn = {
  url: string;
  storage: Storage;
  workers: Workers;
  /** As over HTTP, for tests that begin with something in the account. */
  handle(call: Call, query: URLSearchParams, body: unknown): unknown;
  /** What `fetch` answers, without a connection. */
  fetch: typeof fetch;
  calls: Call[];
  /** What becomes of a call: refused before it did anything, or after it, as when a connection is lost; null lets it be. */
  interrupt: (call: Call, body: unknown) => "before" | "after" | null;
  /** Whom else somebody wanted to speak to; it is everybody's proxy and lets nobody through. */
  otherHosts: Set<string>;
  /** The calls that change something. */
  writes(): Call[];
  close(): Promise<void>;
};

/** The one that it knows. */
export const TOKEN = "stand-in-token";
const INTERRUPTED = new Refusal(400, 10_013, "interrupted");

export async function startCloudflare(zone: string): Promise<StandIn> {
  const storage = new Storage((script) => {
    workers.bindings(script);
  });
  const workers = new Workers(zone, storage);
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request)
      .then((body) => answer(new URL(request.url ?? "/", "http://stand-in"), request, body))
      .then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
  });

  const otherHosts = new Set<string>();
  server.on("connect", ({ url }, socket) => {
    otherHosts.add(url ?? "");
    socket.destroy();
  });

  function handle({ method, path }: Call, query: URLSearchParams, body: unknown): unknown {
    for (const [known, handler] of [...storage.handlers, ...workers.handlers]) {
      const [verb, shape = ""] = known.split(" ");
      const match = new RegExp(`^${shape.replaceAll("*", "([^/]+)")}$`).exec(path);
      if (verb === method && match !== null) return handler(match.slice(1), query, body);
    }
    throw new Refusal(404, 7_003, `Could not route to ${method} ${path}`);
  }

  type Asked = { method?: string | undefined; headers: { authorization?: string | undefined } };
  function answer(url: URL, { method = "GET", headers }: Asked, body: unknown): { status: number; body: unknown } {
    const call = { method, path: url.pathname.replace(/^\/accounts\/[^/]+/, "") };
    calls.push(call);
    try {
      const interrupted = standIn.interrupt(call, body);
      if (interrupted === "before") throw INTERRUPTED;
      if (headers.authorization !== `Bearer ${TOKEN}`) throw new Refusal(401, 10_000, "Authentication error");
      const result = handle(call, url.searchParams, body);
      if (interrupted === "after") throw INTERRUPTED;
      const count = Array.isArray(result) ? result.length : 1;
      const result_info = { page: 1, per_page: 100, count, total_count: count, total_pages: 1 };
      return { status: 200, body: { success: true, errors: [], messages: [], result, result_info } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const errors = [{ code: error.code, message: error.message }];
      return { status: error.status, body: { success: false, errors, messages: [], result: null } };
    }
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = isAddress(address) ? address.port : 0;
  const standIn: StandIn = {
    url: `http://127.0.0.1:${port}`,
    storage,
    workers,
    handle,
    fetch: (input, { method, headers, body } = {}) => {
      const authorization = new Headers(headers).get("authorization") ?? undefined;
      const sent = typeof body === "string" ? JSON.parse(body) : undefined;
      const answered = answer(new URL(String(input)), { method, headers: { authorization } }, sent);
      return Promise.resolve(Response.json(answered.body, { status: answered.status }));
    },
    calls,
    otherHosts,
    interrupt: () => null,
    writes: () =>
      calls.filter(
        ({ method, path }) => method !== "GET" && !path.endsWith("/query") && !path.endsWith("/domains/changeset"),
      ),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return standIn;
}

/** JSON, or of an upload the part that wrangler calls `metadata`. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const bytes = Buffer.concat(chunks);
  const contentType = request.headers["content-type"] ?? "";
  if (contentType.startsWith("multipart/form-data")) {
    const form = await new Response(bytes, { headers: { "content-type": contentType } }).formData();
    return JSON.parse(String(form.get("metadata")));
  }
  return bytes.length === 0 ? undefined : JSON.parse(bytes.toString("utf8"));
}

function isAddress(address: ReturnType<ReturnType<typeof createServer>["address"]>): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
