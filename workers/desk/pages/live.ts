// The WebSocket of an open page. Rule: the handshake is a GET that other sites' scripts can start with a reader's
// cookies, so it must name our own origin.
import { Hono } from "hono";
import type { SignedInEnv } from "#web/deps.ts";
import type { DeskDeps } from "../deps.ts";

export function liveRoute({ live }: Pick<DeskDeps, "live">): Hono<SignedInEnv> {
  const routes = new Hono<SignedInEnv>();
  routes.get("/", (c) => {
    const isUpgrade = c.req.header("upgrade")?.toLowerCase() === "websocket";
    const isOurs = c.req.header("origin") === new URL(c.req.url).origin;
    return isUpgrade && isOurs ? live.connect(c.req.raw) : c.notFound();
  });
  return routes;
}
