import { clear, createStore, delMany, get, getMany, setMany } from "idb-keyval";
import type { Keeper, Kept } from "./keep-actions.ts";
import type { Input } from "./store.ts";

/** What stands beside the texts themselves. Its shape is checked when it is read: it may be of another version. */
interface Index {
  readonly version: 1;
  readonly texts: readonly Omit<Input, "content">[];
  readonly drafts: Kept["drafts"];
  readonly hurts: string;
}

const INDEX = "index";

/** Keeps the input in the browser's IndexedDB: each text a blob of its own, written once. */
export function createKeeper(): Keeper {
  const store = createStore("natlens", "input");
  /** Texts that are there. */
  let known: Set<string> | undefined;
  return {
    async load() {
      known = new Set();
      const index = await get<Index>(INDEX, store);
      if (index?.version !== 1) return undefined;
      const contents = await getMany<Blob | undefined>(
        index.texts.map((text) => text.key),
        store,
      );
      known = new Set(index.texts.map((text) => text.key));
      const inputs = index.texts.flatMap((text, i): Input[] => {
        const content = contents[i];
        return content instanceof Blob ? [{ ...text, content }] : [];
      });
      return { inputs, drafts: index.drafts, hurts: index.hurts };
    },
    async keep({ inputs, drafts, hurts }) {
      known ??= new Set((await get<Index>(INDEX, store))?.texts.map((text) => text.key));
      const there = known;
      const texts = inputs.map(({ content: _, ...text }) => text);
      const index: Index = { version: 1, texts, drafts, hurts };
      const fresh = inputs.filter((input) => !there.has(input.key));
      const gone = [...there].filter((key) => !inputs.some((input) => input.key === key));
      // one transaction: the index never names a text that is not there
      await setMany(
        [...fresh.map((input): [string, unknown] => [input.key, blobOf(input.content)]), [INDEX, index]],
        store,
      );
      if (gone.length > 0) await delMany(gone, store);
      known = new Set(inputs.map((input) => input.key));
    },
    async forget() {
      known = new Set();
      await clear(store);
    },
  };
}

const blobOf = (content: Input["content"]): Blob =>
  content instanceof Blob ? content : new Blob([content as string | Uint8Array<ArrayBuffer>]);
