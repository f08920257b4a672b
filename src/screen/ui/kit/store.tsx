import { createContext, type ReactNode, useContext } from "react";
import { useStore } from "zustand";
import type { Words } from "../../../base/words.ts";
import type { Actions, AppStore, State } from "../../state/store.ts";
import { type Texts, textsIn } from "../../texts/index.ts";

const StoreContext = createContext<AppStore | undefined>(undefined);

export function StoreProvider({ store, children }: { store: AppStore; children: ReactNode }) {
  return <StoreContext value={store}>{children}</StoreContext>;
}

export function useAppStore(): AppStore {
  const store = useContext(StoreContext);
  if (!store) throw new Error("natlens bug: no store around this component");
  return store;
}

export const useApp = <T,>(select: (state: State) => T): T => useStore(useAppStore(), select);
export const useActions = (): Actions => useAppStore().actions;
export const useLanguage = () => useApp((state) => state.settings.language);
export const useTexts = (): Texts => textsIn(useLanguage());

/** Words of the engine in the reader's language. */
export function useSay(): (words: Words) => string {
  const language = useLanguage();
  return (words) => words[language];
}
