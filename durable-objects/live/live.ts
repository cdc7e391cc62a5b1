// The Live object, one per deployment: holds the WebSockets of open pages and passes on what changed. Rules: it stores
// nothing and knows nobody, because `desk` lets only signed-in people through to it; its sockets hibernate, so a page
// that is open all day costs nothing while nothing happens.
// Source: https://developers.cloudflare.com/durable-objects/best-practices/websockets/
import { DurableObject } from "cloudflare:workers";
import type { LiveChange, LiveRpc } from "#contract/live.ts";

/** The platform takes 32,768; beyond ours a page polls, as it does without scripts of its own. */
const MAX_SOCKETS = 10_000;

export class Live extends DurableObject<Env> implements LiveRpc {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    // Answered by the platform without waking the object: how a page finds out that its connection is dead.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  override fetch(request: Request): Response {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") return new Response(null, { status: 426 });
    if (this.ctx.getWebSockets().length >= MAX_SOCKETS) return new Response(null, { status: 503 });
    const { 0: page, 1: ours } = new WebSocketPair();
    this.ctx.acceptWebSocket(ours);
    return new Response(null, { status: 101, webSocket: page });
  }

  async broadcast(changes: readonly LiveChange[]): Promise<void> {
    const text = JSON.stringify(changes);
    for (const socket of this.ctx.getWebSockets()) {
      try {
        socket.send(text);
      } catch {
        // Closed at the other end; the platform will say so and forget it.
      }
    }
  }

  /** Pages have nothing to say; one that does is not ours. */
  override webSocketMessage(socket: WebSocket): void {
    socket.close(1008, "this socket only tells");
  }
}
