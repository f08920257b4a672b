import type { MainView } from "../../state/store.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { FlowBar } from "./flow-bar.tsx";

/** The flow that is shown, and the ways to look at it. */
export function WorkTools() {
  return (
    <>
      <FlowBar />
      <Views />
    </>
  );
}

function Views() {
  const t = useTexts();
  const actions = useActions();
  const main = useApp((state) => state.main);
  const views: readonly (readonly [MainView, string])[] = [
    ["way", t.top.way],
    ["flows", t.top.flows],
    ["differences", t.top.differences],
    ["text", t.top.text],
  ];
  return (
    <nav
      aria-label={t.top.views}
      className="flex items-center gap-1 max-md:order-last max-md:w-full max-md:justify-between"
    >
      {views.map(([view, name]) => (
        <button
          key={view}
          type="button"
          aria-current={main === view ? "page" : undefined}
          onClick={() => actions.showMain(view)}
          className="rounded-md px-2.5 py-1.5 text-text-2 hover:text-text-1 aria-[current]:bg-bg-2 aria-[current]:font-bold aria-[current]:text-text-1 max-md:min-h-11 max-md:flex-1"
        >
          {name}
        </button>
      ))}
      <button
        type="button"
        onClick={() => actions.showDetail("what-if")}
        className="rounded-md px-2.5 py-1.5 text-text-2 hover:text-text-1 max-md:hidden"
      >
        {t.top.whatIf}
      </button>
    </nav>
  );
}
