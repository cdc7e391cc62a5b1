// The local front door: one port for everything. Webhooks and the beacon go to ingest, the stand-ins answer under
// /sandbox, and the rest is the desk. Never deployed.
import { SANDBOX_NAME, Sandbox } from "./sandbox-object.ts";

export { Sandbox };

const INGEST_PATHS = /^\/(hooks\/.*|track|track\.js|healthz)$/;
const SANDBOX_PATHS = /^\/sandbox(\/.*)?$/;

export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (INGEST_PATHS.test(pathname)) return env.INGEST.fetch(request);
    if (SANDBOX_PATHS.test(pathname)) return env.SANDBOX.getByName(SANDBOX_NAME).fetch(request);
    return env.DESK.fetch(request);
  },
} satisfies ExportedHandler<Env>;
