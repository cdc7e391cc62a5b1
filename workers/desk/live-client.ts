// How the desk speaks to the Live object. Rule: pages poll as well, so a change that could not be passed on is logged
// and never fails what caused it.
import type { LiveChange, LiveRpc } from "#contract/live.ts";
import type { Log } from "#runtime/log.ts";

export type LiveClient = {
  broadcast(changes: readonly LiveChange[]): Promise<void>;
  /** Hands an upgrade request of a signed-in person over; answers 101 with the socket. */
  connect(request: Request): Promise<Response>;
};

export type LiveStub = LiveRpc & { fetch(request: Request): Promise<Response> };

/** `stub` gives a fresh stub at each call. */
export function createLiveClient(stub: () => LiveStub, log: Log): LiveClient {
  return {
    async broadcast(changes) {
      try {
        await stub().broadcast(changes);
      } catch (error) {
        log("warn", "live_not_told", { reason: String(error), count: changes.length });
      }
    },
    connect: (request) => stub().fetch(request),
  };
}
