// The local front door: one port for everything. The stand-ins answer under /sandbox, and every other path goes to the
// Worker whose it is. Never deployed.
import { workerOf } from "#contract/http-paths.ts";
import { type InboundPorts, inbound } from "./inbound.ts";
import { SANDBOX_NAME, Sandbox } from "./sandbox-object.ts";

export { Sandbox };

const SANDBOX_PATHS = /^\/sandbox(\/.*)?$/;

function inboundPorts({ FILES, IMPORTS, INBOX }: Env): InboundPorts {
  return {
    files: FILES,
    notify: (notification) => IMPORTS.send(notification, { contentType: "json" }),
    // Every handler of a bound Worker can be called; the type of the binding knows `fetch` alone. What it called back
    // (`setReject`) arrives a turn later than its answer.
    async deliver(message) {
      await Reflect.apply(Reflect.get(INBOX, "email"), INBOX, [message]);
      await scheduler.wait(0);
    },
    now: Date.now,
  };
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (SANDBOX_PATHS.test(pathname)) {
      const answer = await inbound(request, inboundPorts(env));
      if (answer !== null) return answer;
      return env.SANDBOX.getByName(SANDBOX_NAME).fetch(request);
    }
    const sites = { ingest: env.INGEST, console: env.CONSOLE, desk: env.DESK };
    return sites[workerOf(pathname)].fetch(request);
  },
} satisfies ExportedHandler<Env>;
