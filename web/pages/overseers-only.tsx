// Keeps what shows events whole, whosever they are, from people who only see their own.
import type { MiddlewareHandler } from "hono";
import { notAllowed } from "../api/api-problem.ts";
import { seesAll } from "../auth/identity.ts";
import type { SignedInEnv } from "../deps.ts";
import { MessagePage } from "./message-page.tsx";

const WHY = "What is here may be about anybody’s deal, so it is for operators and viewers. Ask one of yours.";

export const overseersOnly: MiddlewareHandler<SignedInEnv> = async (c, next) => {
  const { identity, frame, requestId } = c.var;
  if (seesAll(identity)) return next();
  if (c.req.path.startsWith("/api/")) return notAllowed(requestId, WHY);
  return c.html(<MessagePage frame={frame} title="Not allowed" message={WHY} />, 403);
};
