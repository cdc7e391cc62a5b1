// Whether a port of this machine can be listened on, on IPv4 and IPv6 alike, as `localhost` means both.
import { createServer } from "node:net";

export async function isPortFree(port: number): Promise<boolean> {
  for (const host of ["127.0.0.1", "::1"]) {
    if ((await listenError(port, host)) === "EADDRINUSE") return false;
  }
  return true;
}

/** Null when it could listen. An address that this machine does not have is no reason to stop. */
function listenError(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    server.listen({ port, host }, () => server.close(() => resolve(null)));
  });
}
