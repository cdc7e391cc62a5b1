// The frame of every page: skip link, navigation, who is signed in. Rule: one stylesheet and one script, both external,
// and nothing on a page needs the script.
import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import { seesAll } from "../auth/identity.ts";
import type { Frame } from "./frame.ts";

/** `overseers`: for whoever sees everything. */
type Section = { href: string; name: string; overseers?: true };

const SECTIONS: readonly Section[] = [
  { href: "/approvals", name: "Approvals" },
  { href: "/signals", name: "Signals" },
  { href: "/dead-letters", name: "Dead letters", overseers: true },
  { href: "/metrics", name: "Metrics" },
  { href: "/rules", name: "Rules" },
  { href: "/people", name: "People" },
  { href: "/settings", name: "Settings" },
];

export function Layout({ frame, title, children }: { frame: Frame; title: string; children: Child }) {
  const { assetUrls } = frame;
  return (
    <>
      {raw("<!doctype html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>{`${title} · dealwire`}</title>
          <link rel="stylesheet" href={assetUrls.style} />
          <link rel="icon" href={assetUrls.icon} type="image/svg+xml" />
          <script src={assetUrls.script} defer />
        </head>
        <body>
          <a class="skip" href="#main">
            Skip to content
          </a>
          <Header frame={frame} />
          <main id="main" tabindex={-1}>
            {children}
          </main>
        </body>
      </html>
    </>
  );
}

function Header({ frame }: { frame: Frame }) {
  const { identity, path } = frame;
  const sections = SECTIONS.filter(({ overseers }) => !overseers || (identity !== null && seesAll(identity)));
  return (
    <header class="top">
      <a class="brand" href="/">
        <img src={frame.assetUrls.icon} alt="" width="22" height="22" />
        dealwire
      </a>
      {identity !== null && (
        <>
          <nav class="nav" aria-label="Main">
            {sections.map(({ href, name }) => (
              <a href={href} {...(path.startsWith(href) ? { "aria-current": "page" as const } : {})}>
                {name}
              </a>
            ))}
          </nav>
          <div class="who">
            <span title="Signed in as">{identity.email}</span>
            {frame.canSignOut && (
              <form method="post" action="/sign-out">
                <button type="submit" class="plain">
                  Sign out
                </button>
              </form>
            )}
          </div>
        </>
      )}
    </header>
  );
}
