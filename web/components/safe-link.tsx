// A link to an address that came from outside. Rule: only http and https become links; anything else (javascript:,
// data:) is shown as text, because escaping does not make such an address harmless.
import type { Child } from "hono/jsx";

export function SafeLink({ href, children }: { href: string; children: Child }) {
  if (!isWebAddress(href)) return <span>{children}</span>;
  return (
    <a href={href} rel="noreferrer noopener" target="_blank">
      {children}
    </a>
  );
}

function isWebAddress(href: string): boolean {
  const url = URL.parse(href);
  return url !== null && (url.protocol === "https:" || url.protocol === "http:");
}
