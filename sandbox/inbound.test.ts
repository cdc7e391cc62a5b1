import { expect, test } from "vitest";
import { type InboundPorts, inbound } from "./inbound.ts";

const NOW = Date.parse("2026-11-21T08:00:00.000Z");

function outside(deliver: InboundPorts["deliver"] = async () => {}) {
  const objects = new Map<string, ArrayBuffer>();
  const told: unknown[] = [];
  const ports: InboundPorts = {
    files: {
      async put(key, body) {
        objects.set(key, body);
        return { etag: "e1", size: body.byteLength };
      },
      async get(key) {
        const bytes = objects.get(key);
        return bytes === undefined ? null : { body: new Blob([bytes]).stream(), httpEtag: '"e1"' };
      },
    },
    notify: async (notification) => told.push(notification),
    deliver,
    now: () => NOW,
  };
  const call = (path: string, init?: RequestInit) => inbound(new Request(`http://localhost:8787${path}`, init), ports);
  return { call, told };
}
const MAIL = "/sandbox/email?from=a@b.example&to=c@d.example";

test("a file that is put is in the bucket, and the queue is told as R2 tells it", async () => {
  const { call, told } = outside();
  const put = await call("/sandbox/imports/bombora/a%20b.csv", { method: "PUT", body: "x" });
  expect([put?.status, await put?.json()]).toEqual([201, { key: "bombora/a b.csv", size: 1, etag: "e1" }]);
  expect(told).toEqual([
    {
      account: "sandbox",
      action: "PutObject",
      bucket: "dealwire-imports",
      object: { key: "bombora/a b.csv", size: 1, eTag: "e1" },
      eventTime: "2026-11-21T08:00:00.000Z",
    },
  ]);
  expect(await (await call("/sandbox/imports/bombora/a%20b.csv"))?.text()).toBe("x");
  expect((await call("/sandbox/imports/none"))?.status).toBe(404);
});

test.for([
  ["is taken", async () => {}, 200],
  ["is rejected for good", async (message: { setReject(reason: string): void }) => message.setReject("no"), 403],
  ["can't be taken now", () => Promise.reject(new Error("queue down")), 503],
] as const)("a mail that %s is answered so", async ([, deliver, status]) => {
  expect((await outside(deliver).call(MAIL, { method: "POST", body: "From: a@b.example\r\n\r\nHi" }))?.status).toBe(
    status,
  );
});

test("a mail without its envelope is refused, and every other path is somebody else's", async () => {
  const { call } = outside();
  expect((await call("/sandbox/email?from=a@b.example", { method: "POST", body: "x" }))?.status).toBe(400);
  expect(await call("/sandbox/state")).toBeNull();
});
