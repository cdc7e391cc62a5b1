// A store that remembers what it overwrote, so that a composite with `allOrNone` can take its writes back.
import type { Store } from "../../store.ts";

export type UndoableStore = Store & { undo(): void };

export function undoableStore(store: Store): UndoableStore {
  const steps: (() => void)[] = [];
  const remember = (system: string, collection: string, id: string) => {
    const before = store.get(system, collection, id);
    steps.push(() =>
      before === undefined ? store.remove(system, collection, id) : store.put(system, collection, id, before),
    );
  };
  return {
    ...store,
    put(system, collection, id, value) {
      remember(system, collection, id);
      store.put(system, collection, id, value);
    },
    remove(system, collection, id) {
      remember(system, collection, id);
      store.remove(system, collection, id);
    },
    undo() {
      for (const step of steps.reverse()) step();
      steps.length = 0;
    },
  };
}
