import type { StoreApi } from "zustand/vanilla";
import type { AnalysisClient } from "../../analysis/worker/client.ts";
import type { Clock } from "./clock.ts";
import { LARGE } from "./input-actions.ts";
import type { Actions, Input, State } from "./store.ts";

/** The input as it is kept from one visit to the next. */
export interface Kept {
  readonly inputs: readonly Input[];
  readonly drafts: State["drafts"];
  readonly hurts: string;
}

/** Where the input survives a reload. Every call may reject: browsers forbid it, or have no room. */
export interface Keeper {
  load(): Promise<Kept | undefined>;
  /** Writes what has changed since the last call. */
  keep(kept: Kept): Promise<void>;
  forget(): Promise<void>;
}

/** Changes rest so long before they are written. */
const REST = 500;

const isEmpty = ({ inputs, drafts, hurts }: Kept): boolean =>
  inputs.length === 0 && drafts.healthy === "" && drafts.broken === "" && hurts === "";

export function keepActions(
  store: StoreApi<State>,
  client: AnalysisClient,
  clock: Clock,
  keeper: () => Promise<Keeper>,
  linked: boolean,
): Pick<Actions, "restore" | "forget"> {
  let due = false;
  /** Nothing is written before what the last visit left was looked at; who comes with a link leaves it alone. */
  let looked = linked;
  let writing: Promise<void> = Promise.resolve();
  let told = false;

  const write = async (): Promise<void> => {
    const { inputs, drafts, hurts, fromLink } = store.getState();
    // a long string gets a handle from the worker, and comes here again with it
    if (fromLink || inputs.some(({ content }) => typeof content === "string" && content.length > LARGE)) return;
    try {
      const kept = { inputs, drafts, hurts };
      const where = await keeper();
      await (isEmpty(kept) ? where.forget() : where.keep(kept));
    } catch (error) {
      if (told) return;
      told = true;
      const why = error instanceof DOMException && error.name === "QuotaExceededError" ? "full" : "forbidden";
      store.setState({ notice: { kind: "not-kept", why } });
    }
  };
  store.subscribe((state, before) => {
    const changed = state.inputs !== before.inputs || state.drafts !== before.drafts || state.hurts !== before.hurts;
    if (!changed || due || !looked || state.fromLink) return;
    due = true;
    store.setState({ kept: false });
    clock.after(REST, () => {
      due = false;
      writing = writing.then(write).then(() => {
        if (!due) store.setState({ kept: true });
      });
    });
  });

  return {
    async restore() {
      store.setState({ restoring: true });
      try {
        const kept = await (await keeper()).load();
        const state = store.getState();
        if (!kept || isEmpty(kept)) return;
        const bytes = kept.inputs.reduce((sum, one) => sum + one.bytes, 0);
        const drafts = Object.values(kept.drafts).filter((text) => text.trim() !== "");
        const size = drafts.reduce((sum, text) => sum + text.length, bytes);
        const texts = kept.inputs.length + drafts.length;
        store.setState({
          // what was put in meanwhile stays
          inputs: [...kept.inputs, ...(state.fromLink ? [] : state.inputs)],
          drafts: {
            healthy: (state.fromLink ? "" : state.drafts.healthy) || kept.drafts.healthy,
            broken: (state.fromLink ? "" : state.drafts.broken) || kept.drafts.broken,
          },
          hurts: state.hurts || kept.hurts,
          fromLink: false,
          ...(texts > 0 ? { notice: { kind: "restored", texts, bytes: size } } : {}),
        });
      } catch {
        // A browser that keeps nothing: the next change of the input says so.
      } finally {
        looked = true;
        store.setState({ restoring: false });
      }
    },
    async forget() {
      client.forget();
      store.setState({
        inputs: [],
        drafts: { healthy: "", broken: "" },
        draftsAsPasted: { healthy: false, broken: false },
        oneNode: [],
        hurts: "",
        fromLink: false,
        unpacking: [],
        read: undefined,
        readOf: "",
        taken: {},
        peek: {},
        view: undefined,
        shown: undefined,
        lines: {},
        whatIf: [],
        text: [],
        link: undefined,
        editing: false,
        work: { status: "idle" },
        place: { page: "work" },
        notice: { kind: "forgotten" },
      });
      await writing;
      try {
        await (await keeper()).forget();
      } catch {
        // nothing was kept
      }
    },
  };
}
