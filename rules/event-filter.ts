// Which events a condition is about, read from its text once, so that most rules need not be evaluated for most signals.
// Rule: it may only leave out what would answer false: in CEL, false && anything is false, be it an error.
import type { ASTNode } from "@marcbachmann/cel-js";

/** The events outside of which the condition answers false; null when it may answer true, or fail, for any. */
export function eventsOf(node: ASTNode): ReadonlySet<string> | null {
  switch (node.op) {
    case "&&": {
      const [left, right] = [eventsOf(node.args[0]), eventsOf(node.args[1])];
      if (left === null || right === null) return left ?? right;
      return new Set([...left].filter((event) => right.has(event)));
    }
    case "||": {
      const [left, right] = [eventsOf(node.args[0]), eventsOf(node.args[1])];
      return left === null || right === null ? null : new Set([...left, ...right]);
    }
    case "==": {
      const [left, right] = node.args;
      if (isEvent(left)) return textsOf([right]);
      return isEvent(right) ? textsOf([left]) : null;
    }
    case "in": {
      const [element, list] = node.args;
      return isEvent(element) && list.op === "list" ? textsOf(list.args) : null;
    }
    default:
      return null;
  }
}

/** `signal.payload.event` */
function isEvent(node: ASTNode): boolean {
  if (node.op !== "." || node.args[1] !== "event") return false;
  const [payload] = node.args;
  if (payload.op !== "." || payload.args[1] !== "payload") return false;
  const [signal] = payload.args;
  return signal.op === "id" && signal.args === "signal";
}

function textsOf(nodes: readonly ASTNode[]): ReadonlySet<string> | null {
  const texts = nodes.flatMap(({ op, args }) => (op === "value" && typeof args === "string" ? args : []));
  return texts.length === nodes.length ? new Set(texts) : null;
}
