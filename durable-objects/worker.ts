// The state Worker: it exports the Durable Object classes and answers no requests of its own. Rule: it is reached by
// bindings only, so a request by HTTP is somebody's mistake and is told so.
import { problem } from "#runtime/problem.ts";

export { Budget } from "./budget/budget.ts";
export { Controls } from "./controls/controls.ts";
export { Deal } from "./deal.ts";
export { Live } from "./live/live.ts";
export { Upstream } from "./upstream/upstream.ts";

export default {
  fetch(): Response {
    return problem({
      status: 404,
      slug: "not-found",
      title: "Not found",
      detail: "This Worker holds state and serves no pages; ask the desk Worker instead.",
      correlationId: crypto.randomUUID().replaceAll("-", ""),
    });
  },
} satisfies ExportedHandler<Env>;
