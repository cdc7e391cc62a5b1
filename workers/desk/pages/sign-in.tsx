// Sign-in of local mode: choose who you are. Rule: there is no password because the page answers on this machine only;
// it exists so that one installation can be tried as several reps.
import { Hono } from "hono";
import * as z from "zod";
import { LOCAL_OPERATOR } from "#web/auth/identity.ts";
import { localSecret } from "#web/auth/local.ts";
import type { PersonRow } from "#web/auth/people.ts";
import { sessionCookie, signSession } from "#web/auth/session.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import type { SiteEnv } from "#web/deps.ts";
import { authRefusalAnswer } from "#web/pages/auth-refusal.tsx";
import type { DeskDeps } from "../deps.ts";

const Email = z.union([z.literal(LOCAL_OPERATOR.email), z.email("This is not an e-mail address.").max(320)]);

/** Buttons; everybody else can be typed. */
const MAX_OFFERED = 50;

export function signInPages(deps: DeskDeps): Hono<SiteEnv> {
  const pages = new Hono<SiteEnv>();

  pages.get("/sign-in", async (c) => {
    const local = localSecret(new URL(c.req.url), deps.settings.SESSION_SECRET);
    if (!local.ok) return authRefusalAnswer(c, local);
    return c.html(<SignInView frame={c.var.frame} people={await deps.directory.list()} error={null} />);
  });

  pages.post("/sign-in", async (c) => {
    const url = new URL(c.req.url);
    const local = localSecret(url, deps.settings.SESSION_SECRET);
    if (!local.ok) return authRefusalAnswer(c, local);
    const form = await c.req.parseBody();
    const typed = form.typed;
    const email = Email.safeParse(typeof typed === "string" && typed.trim() !== "" ? typed.trim() : form.email);
    if (!email.success) {
      const error = "Choose somebody, or type an e-mail address.";
      return c.html(<SignInView frame={c.var.frame} people={await deps.directory.list()} error={error} />, 422);
    }
    const session = await signSession(email.data.toLowerCase(), local.secret, deps.now());
    c.header("set-cookie", sessionCookie(url, session));
    return c.redirect("/approvals", 303);
  });

  pages.post("/sign-out", (c) => {
    c.header("set-cookie", sessionCookie(new URL(c.req.url), null));
    return c.redirect("/sign-in", 303);
  });
  return pages;
}

type SignInProps = { frame: Frame; people: readonly PersonRow[]; error: string | null };

function SignInView({ frame, people, error }: SignInProps) {
  return (
    <Layout frame={frame} title="Sign in">
      <div class="sign-in">
        <h1>Who are you?</h1>
        <p class="quiet">This installation runs on your own machine, so it takes your word for it.</p>
        {error !== null && (
          <p class="message" role="alert">
            {error}
          </p>
        )}
        <form method="post" action="/sign-in" class="choices">
          {people.slice(0, MAX_OFFERED).map(({ email, name, role }) => (
            <button type="submit" name="email" value={email}>
              <span>
                {name}, {role} <span class="quiet">{email}</span>
              </span>
            </button>
          ))}
          <button type="submit" name="email" value={LOCAL_OPERATOR.email}>
            The operator, who may decide on everything
          </button>
        </form>
        <form method="post" action="/sign-in" class="field">
          <label for="typed">Someone else</label>
          <div class="decide">
            <input id="typed" name="typed" type="email" autocomplete="email" placeholder="you@example.com" required />
            <button type="submit">Sign in</button>
          </div>
        </form>
      </div>
    </Layout>
  );
}
