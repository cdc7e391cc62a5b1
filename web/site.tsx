// The shell of a site: headers, assets, who gets in, what is refused. Rule: the order below is the security of it. What
// comes before the sign-in is public; nothing after it runs for a stranger or for another site's form.
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie } from "hono/cookie";
import { problem } from "#runtime/problem.ts";
import { createAssets } from "./assets.ts";
import { authenticate } from "./auth/authenticate.ts";
import { crossSiteRefusal } from "./auth/same-origin.ts";
import type { SignedInEnv, SiteDeps, SiteEnv } from "./deps.ts";
import { crossSiteAnswer, failureAnswer, notFoundAnswer } from "./pages/answers.tsx";
import { authRefusalAnswer } from "./pages/auth-refusal.tsx";
import { securityHeaders } from "./security-headers.ts";

/** Twenty recipients and a mail of 20,000 characters, form-encoded, stay well below. */
const MAX_BODY_BYTES = 200_000;

export type SiteRoutes = {
  /** Before the sign-in; there are few reasons for that. */
  outside?(app: Hono<SiteEnv>): void;
  inside(app: Hono<SignedInEnv>): void;
};

export function createSite(deps: SiteDeps, routes: SiteRoutes): Hono<SiteEnv> {
  const app = new Hono<SiteEnv>();
  const assets = createAssets(deps.assets);
  const isLocal = deps.settings.AUTH_MODE.trim() === "local";

  app.use(securityHeaders);
  app.use(async (c, next) => {
    c.set("requestId", deps.newRequestId());
    c.set("frame", {
      assetUrls: await assets.urls(),
      identity: null,
      canSignOut: isLocal,
      path: c.req.path,
      now: deps.now(),
    });
    await next();
  });
  app.get("/healthz", (c) => c.json({ ok: true }));
  app.get(`${assets.base}/*`, async (c) => (await assets.serve(c.req.path)) ?? notFoundAnswer(c));

  app.use(async (c, next) => {
    const reason = crossSiteRefusal({ method: c.req.method, url: new URL(c.req.url), headers: c.req.raw.headers });
    if (reason === null) return next();
    return crossSiteAnswer(c, reason);
  });
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (c) => {
        const detail = `At most ${MAX_BODY_BYTES} bytes are read.`;
        const correlationId = deps.newRequestId();
        c.header("connection", "close");
        return problem({ status: 413, slug: "too-large", title: "The body is too large", detail, correlationId });
      },
    }),
  );
  routes.outside?.(app);

  app.route("/", signedInRoutes(deps, routes));
  app.notFound(notFoundAnswer);
  app.onError((error, c) => failureAnswer(error, c, deps.log));
  return app;
}

function signedInRoutes(deps: SiteDeps, routes: SiteRoutes): Hono<SignedInEnv> {
  const inside = new Hono<SignedInEnv>();
  inside.use(async (c, next) => {
    const request = { url: new URL(c.req.url), headers: c.req.raw.headers, cookies: getCookie(c) };
    const result = await authenticate(request, deps.settings, deps);
    if (!result.ok) {
      deps.log("warn", "not_signed_in", { code: result.code, correlation_id: c.var.requestId });
      return authRefusalAnswer(c, result);
    }
    c.set("identity", result.identity);
    c.set("frame", { ...c.var.frame, identity: result.identity });
    return next();
  });

  inside.use("/api/*", async (c, next) => {
    if (c.req.method === "GET" || c.req.method === "HEAD" || isJson(c.req.header("content-type"))) return next();
    const { requestId: correlationId } = c.var;
    const detail = "Send the body as application/json.";
    return problem({ status: 415, slug: "not-json", title: "Unsupported content type", detail, correlationId });
  });
  routes.inside(inside);
  return inside;
}

/** The only type a form of another site can't send without the browser asking first. */
function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && /^application\/json\s*(;|$)/i.test(contentType);
}
