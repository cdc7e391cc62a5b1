// A page that says what went wrong and what to do: refused decisions, unknown addresses, failures. Rule: where there is
// an action it is shown as it is now, so that the rep can decide again on what is true.
import type { Child } from "hono/jsx";
import type { Frame } from "../components/frame.ts";
import { Layout } from "../components/layout.tsx";

export type MessageProps = {
  frame: Frame;
  title: string;
  message: string;
  /** Quoted by whoever reports the failure; null when it is not one. */
  requestId?: string;
  children?: Child;
};

export function MessagePage({ frame, title, message, requestId, children }: MessageProps) {
  return (
    <Layout frame={frame} title={title}>
      <div class="message" role="alert">
        <h1>{title}</h1>
        <p>{message}</p>
        {requestId !== undefined && (
          <p class="quiet">
            If you report this, quote <code>{requestId}</code>.
          </p>
        )}
      </div>
      {children}
      <p>
        <a href="/approvals">Back to approvals</a>
      </p>
    </Layout>
  );
}
