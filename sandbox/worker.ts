// The local front door: one port for everything. The stand-ins answer under /sandbox, and every other path goes to the
// Worker whose it is. Never deployed.
import { workerOf } from "#contract/http-paths.ts";
import { type InboundPorts, inbound } from "./inbound.ts";
import { SANDBOX_NAME, Sandbox } from "./sandbox-object.ts";
import { type PersonPorts, slackPerson } from "./slack-person.ts";

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

function personPorts({ SANDBOX, DESK, SLACK_SIGNING_SECRET }: Env): PersonPorts {
  return {
    sandbox: (request) => SANDBOX.getByName(SANDBOX_NAME).fetch(request),
    desk: (request) => DESK.fetch(request),
    signingSecret: SLACK_SIGNING_SECRET,
    now: Date.now,
  };
}

/** As the trigger of `enrich` has it. */
const FORGETS_AT = "03:17";

/** What cron does every minute; every handler of a bound Worker can be called. */
async function runJobs({ LEDGER, CONSOLE, ENRICH }: Env): Promise<Response> {
  const scheduledTime = new Date();
  const run = { cron: "* * * * *", scheduledTime };
  const isNight = scheduledTime.toISOString().slice(11, 16) === FORGETS_AT;
  const ran = [LEDGER, CONSOLE, ...(isNight ? [ENRICH] : [])].map((worker) =>
    Reflect.apply(Reflect.get(worker, "scheduled"), worker, [run]),
  );
  return Response.json(await Promise.all(ran));
}

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/sandbox/jobs" && request.method === "POST") return runJobs(env);
    if (SANDBOX_PATHS.test(pathname)) {
      const answer = await inbound(request, inboundPorts(env));
      if (answer !== null) return answer;
      const clicked = await slackPerson(request, personPorts(env));
      if (clicked !== null) return clicked;
      return env.SANDBOX.getByName(SANDBOX_NAME).fetch(request);
    }
    const sites = { ingest: env.INGEST, console: env.CONSOLE, rules: env.RULES, desk: env.DESK };
    return sites[workerOf(pathname)].fetch(request);
  },
} satisfies ExportedHandler<Env>;
