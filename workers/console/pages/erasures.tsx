// Has somebody forgotten, and shows how far each such wish came. Rules: for operators only; what is typed is never shown
// again, so that an erasure does not become a record of the person.
import { Hono } from "hono";
import { ErasureBody } from "#web/api/erasure-body.ts";
import { Badge } from "#web/components/badge.tsx";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import { Moment } from "#web/components/moment.tsx";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import { askErasure } from "../ask-erasure.ts";
import type { ConsoleDeps } from "../deps.ts";
import type { ErasureState } from "../read-model.ts";
import { missing } from "./missing.tsx";

export function erasuresPage(deps: ConsoleDeps): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.use(async (c, next) => {
    if (c.var.identity.role === "operator") return next();
    const message = "Only an operator may have somebody forgotten; ask one of yours.";
    return c.html(<MessagePage frame={c.var.frame} title="Not allowed" message={message} />, 403);
  });

  pages.get("/", async (c) => {
    const erasures = await deps.readModel.erasures();
    return c.html(<ErasuresView frame={c.var.frame} erasures={erasures} asked={c.req.query("asked") !== undefined} />);
  });

  pages.post("/", async (c) => {
    const names = String((await c.req.formData()).get("names") ?? "")
      .split(/[\s,;]+/)
      .filter((name) => name !== "");
    const [emails, references] = [true, false].map((isEmail) => names.filter((name) => name.includes("@") === isEmail));
    const parsed = ErasureBody.safeParse({ emails, references });
    if (!parsed.success)
      return missing(c, "Name at least one e-mail address or reference such as hubspot:42, and nothing else.", 422);
    const { identity, requestId } = c.var;
    const erasureId = await askErasure(parsed.data, identity.email, requestId, deps);
    if (erasureId === null) return missing(c, "The queue did not take it; try again in a moment.", 503);
    return c.redirect("/erasures?asked", 303);
  });
  return pages;
}

type Props = { frame: Frame; erasures: readonly ErasureState[]; asked: boolean };

function ErasuresView({ frame, erasures, asked }: Props) {
  return (
    <Layout frame={frame} title="Erasures">
      <div class="page-head">
        <h1>Erasures</h1>
      </div>
      <p class="lead">
        Whoever asks to be forgotten is taken out of trails, actions, dead letters and raw bodies. That their signals
        came, and what became of them, stays. This can’t be undone, and outside systems are not touched.
      </p>
      {asked && (
        <p class="note" role="status">
          It is on its way: it sweeps twice, a minute apart, and is listed here after the first.
        </p>
      )}
      <form method="post" action="/erasures" class="edit">
        <label class="field">
          E-mail addresses and references (hubspot:42), one a line
          <textarea name="names" rows={4} required />
        </label>
        <button type="submit" class="primary">
          Forget them
        </button>
      </form>
      {erasures.length > 0 && (
        <ul class="rows">
          {erasures.map(({ erasure_id, requested_at, state, swept_at, counts }) => (
            <li class="row row-letter">
              <Badge
                label={
                  state === "done" ? { text: "Done", tone: "good" } : { text: "Second sweep to come", tone: "waiting" }
                }
              />
              <div>
                <p class="row-title">
                  {Object.entries(counts)
                    .filter(([, count]) => count > 0)
                    .map(([kind, count]) => `${count} ${kind.replaceAll("_", " ")}`)
                    .join(", ") || "Nothing was found."}
                </p>
                <p class="quiet">
                  {erasure_id} · swept <Moment at={swept_at} />
                </p>
              </div>
              <p class="row-when quiet">
                <Moment at={requested_at} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Layout>
  );
}
