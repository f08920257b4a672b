import "./trusted.ts";
import "./styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createClient } from "./analysis/worker/client.ts";
import { lazyWire } from "./analysis/worker/lazy-wire.ts";
import { wallClock } from "./screen/state/clock.ts";
import type { Keeper } from "./screen/state/keep-actions.ts";
import { hashOf, placeOf } from "./screen/state/place.ts";
import { readSettings } from "./screen/state/settings.ts";
import { createAppStore } from "./screen/state/store.ts";
import { loadTexts } from "./screen/texts/index.ts";
import { App } from "./screen/ui/app.tsx";
import { Failure } from "./screen/ui/kit/failure.tsx";
import { StoreProvider } from "./screen/ui/kit/store.tsx";

function shelf(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

const dark = matchMedia("(prefers-color-scheme: dark)");
const kept = shelf();
const place = placeOf(location.hash);
let keeper: Promise<Keeper> | undefined;
const store = createAppStore({
  client: createClient(lazyWire),
  clock: wallClock,
  shelf: kept,
  keeper: () => {
    keeper ??= import("./screen/state/keeper.ts").then(({ createKeeper }) => createKeeper());
    return keeper;
  },
  place,
  settings: readSettings(kept, navigator.languages),
  systemDark: dark.matches,
});
dark.addEventListener("change", () => store.actions.systemTheme(dark.matches));
addEventListener("hashchange", () => store.actions.goTo(placeOf(location.hash)));
store.subscribe((state, before) => {
  if (state.place === before.place) return;
  const hash = hashOf(state.place);
  if (hash !== location.hash && !(hash === "#/" && location.hash === "")) location.hash = hash;
});
// A file dropped beside the paste areas would otherwise replace the page.
for (const kind of ["dragover", "drop"] as const) addEventListener(kind, (event) => event.preventDefault());

const root = document.getElementById("root");
await loadTexts(store.getState().settings.language);
if (root)
  createRoot(root).render(
    <StrictMode>
      <StoreProvider store={store}>
        <Failure>
          <App />
        </Failure>
      </StoreProvider>
    </StrictMode>,
  );
if (place.page !== "link") void store.actions.restore();
