// A port is free when nobody listens on it, on either address family.
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { isPortFree } from "./free-port.ts";

it("knows a port that is taken from one that is not", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  expect(await isPortFree(port)).toBe(false);
  server.close();
  await once(server, "close");
  expect(await isPortFree(port)).toBe(true);
});
