// The Live object on the platform itself: who hears what, over a hibernation, too.
/// <reference path="../worker-configuration.d.ts" />
/// <reference types="@cloudflare/vitest-plugin/types" />
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { LiveChange } from "#contract/live.ts";

const CHANGE: LiveChange = { action_id: `act_${"a".repeat(26)}`, version: 3, state: "released", owner_email: null };

async function open(name: string): Promise<{ socket: WebSocket; next(): Promise<unknown> }> {
  const answer = await env.LIVE.getByName(name).fetch("https://live/", { headers: { upgrade: "websocket" } });
  const socket = answer.webSocket;
  if (socket === null) throw new Error(`no socket: ${answer.status}`);
  socket.accept();
  const heard = (kind: "message" | "close") =>
    new Promise<unknown>((resolve) => {
      socket.addEventListener(kind, (event) => resolve("data" in event ? event.data : event.type), { once: true });
    });
  return { socket, next: () => Promise.race([heard("message"), heard("close")]) };
}

it("tells every open page, and those that slept with it", async () => {
  const pages = [await open("a"), await open("a")];
  const first = pages.map((page) => page.next());
  await env.LIVE.getByName("a").broadcast([CHANGE]);
  expect(await Promise.all(first)).toEqual([JSON.stringify([CHANGE]), JSON.stringify([CHANGE])]);

  await evictDurableObject(env.LIVE.getByName("a"));
  const second = pages.map((page) => page.next());
  await env.LIVE.getByName("a").broadcast([CHANGE]);
  expect(await Promise.all(second)).toEqual([JSON.stringify([CHANGE]), JSON.stringify([CHANGE])]);
});

it("answers a ping, and closes on anything else that a page says", async () => {
  const page = await open("b");
  const pong = page.next();
  page.socket.send("ping");
  expect(await pong).toBe("pong");
  const closed = page.next();
  page.socket.send(JSON.stringify([CHANGE]));
  expect(await closed).toBe("close");
});

it("is for WebSockets alone", async () => {
  expect((await env.LIVE.getByName("c").fetch("https://live/")).status).toBe(426);
});
