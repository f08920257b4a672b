import { type KeyboardEvent, lazy, Suspense } from "react";
import { selectTimeline } from "../../state/timelines.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { useSize } from "../kit/use-size.ts";
import { Upright } from "./upright.tsx";

const Way = lazy(() => import("./way.tsx"));

/** Narrower than this the lanes stand upright. */
export const UPRIGHT = 720;

/** The diagram as one tab stop with keys of its own; the same hops stand in the list of steps. */
export function DiagramPane() {
  const t = useTexts();
  const actions = useActions();
  const view = useApp((state) => state.shown);
  const timeline = useApp(selectTimeline);
  const [ref, size] = useSize<HTMLDivElement>();
  if (!view || !timeline)
    return <div className="grid h-full place-items-center p-8 text-lead text-text-2">{t.verdict.noFlow}</div>;
  const upright = size !== undefined && size.width < UPRIGHT;
  const keys = (event: KeyboardEvent): void => {
    const act = keyAction(event, actions, timeline.moments.length);
    if (!act) return;
    event.preventDefault();
    act();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is a group of fields; this is a picture
    <div
      ref={ref}
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: one tab stop with keys of its own, described by its label
      tabIndex={0}
      aria-label={t.diagram.label}
      aria-describedby="diagram-keys"
      onKeyDown={keys}
      className="diagram-pane relative h-full min-h-0 overflow-hidden bg-bg-0"
    >
      <p id="diagram-keys" className="said">
        {t.diagram.keys}
      </p>
      {size &&
        (upright ? (
          <Upright timeline={timeline} view={view} width={size.width} />
        ) : (
          <Suspense fallback={<p className="p-6 text-text-2">{t.diagram.loading}</p>}>
            <Way view={view} timeline={timeline} width={size.width} height={size.height} />
          </Suspense>
        ))}
    </div>
  );
}

function keyAction(
  event: KeyboardEvent,
  actions: ReturnType<typeof useActions>,
  count: number,
): (() => void) | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  switch (event.key) {
    case "ArrowRight":
    case "ArrowDown":
      return () => actions.stepBy(1);
    case "ArrowLeft":
    case "ArrowUp":
      return () => actions.stepBy(-1);
    case "Home":
      return () => actions.selectMoment(0);
    case "End":
      return () => actions.selectMoment(count - 1);
    case " ":
      return () => actions.togglePlay();
    case "d":
    case "D":
      return () => actions.goToDivergence();
    default:
      return undefined;
  }
}
