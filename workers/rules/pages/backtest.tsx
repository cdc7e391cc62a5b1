// A backtest as a page that grows while it runs, without a script: the head at once, a line for every few hundred
// signals, the result last. Rule: each piece is whole HTML, so a browser can show it as it comes.
import { Hono } from "hono";
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { BacktestEvent } from "#rules/backtest-report.ts";
import { fieldErrors } from "#web/api/field-error.ts";
import { BacktestDays } from "#web/api/rules-body.ts";
import type { Frame } from "#web/components/frame.ts";
import { Layout } from "#web/components/layout.tsx";
import type { SignedInEnv } from "#web/deps.ts";
import { MessagePage } from "#web/pages/message-page.tsx";
import { BacktestForm } from "../components/backtest-form.tsx";
import { BacktestResult, number } from "../components/backtest-result.tsx";
import { ProblemList } from "../components/problem-list.tsx";
import type { RulesDeps } from "../deps.ts";
import { startBacktest } from "../start-backtest.ts";
import { textStream } from "../text-stream.ts";
import { textOf } from "./form-text.ts";
import { unknownVersionPage } from "./refusals.tsx";

/** Where the page is cut; no text of ours or of anybody else's, because those are escaped. */
const CUT = "<!--cut-->";
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  // The edge would hold pieces back to compress them.
  "cache-control": "no-store, no-transform",
};

export function backtestPage(deps: RulesDeps): Hono<SignedInEnv> {
  const pages = new Hono<SignedInEnv>();
  pages.post("/:version/backtest", async (c) => {
    const { frame, requestId } = c.var;
    const version = c.req.param("version");
    const asked = textOf((await c.req.parseBody()).days);
    const days = BacktestDays.safeParse(asked);
    if (!days.success) {
      const form = <BacktestForm version={version} days={asked} errors={fieldErrors(days.error)} />;
      return c.html(<BacktestView {...{ frame, version }}>{form}</BacktestView>, 422);
    }
    const started = await startBacktest({ kind: "version", version }, days.data, deps, requestId);
    if (!started.ok) {
      switch (started.code) {
        case "unknown_version":
          return unknownVersionPage(c);
        case "not_configured":
          return c.html(<MessagePage frame={frame} title="Not configured" message={started.reason} />, 503);
        case "not_valid": {
          const document = (await deps.versions.read(version))?.document ?? "";
          const list = <ProblemList problems={started.problems} document={document} />;
          return c.html(<BacktestView {...{ frame, version }}>{list}</BacktestView>, 422);
        }
      }
    }
    const page = (
      <BacktestView {...{ frame, version }}>
        <BacktestForm version={version} days={String(days.data)} />
        <h2 class="section-title">The last {days.data === 1 ? "day" : `${days.data} days`}</h2>
        {raw(CUT)}
      </BacktestView>
    );
    return c.body(textStream(pieces(String(page), started.events)), 200, HEADERS);
  });
  return pages;
}

async function* pieces(page: string, events: AsyncGenerator<BacktestEvent>): AsyncGenerator<string> {
  const [head = "", tail = ""] = page.split(CUT);
  yield `${head}<div class="progress" role="status"><p>Reading the signals …</p>`;
  for await (const event of events) {
    switch (event.kind) {
      case "progress": {
        const all = event.total === null ? "" : ` of ${number(event.total)}`;
        yield String(<p>{`${number(event.evaluated)}${all} signals evaluated.`}</p>);
        break;
      }
      case "summary":
        yield `</div>${String(<BacktestResult summary={event.summary} />)}`;
        break;
      case "failed":
        yield `</div>${String(<p class="bad">{`The signals could not be read to the end: ${event.reason}`}</p>)}`;
    }
  }
  yield tail;
}

function BacktestView({ frame, version, children }: { frame: Frame; version: string; children: Child }) {
  return (
    <Layout frame={frame} title={`Backtest of ${version}`}>
      <div class="page-head">
        <h1>Backtest of {version}</h1>
        <a class="button" href={`/rules/${version}`}>
          Back to the version
        </a>
      </div>
      <p class="quiet lead">Nothing is sent or changed. Cool-downs count; what people did with the actions does not.</p>
      {children}
    </Layout>
  );
}
