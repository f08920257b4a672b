import { type DragEvent, lazy, Suspense, useRef, useState } from "react";
import type { SideName } from "../../../analysis/view.ts";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { MIDDLE, useMedia } from "../kit/use-media.ts";
import { droppedFiles } from "./dropped-files.ts";
import { Examples } from "./examples.tsx";
import { SidePane } from "./side-pane.tsx";

const Lessons = lazy(() => import("./lessons.tsx"));
const NoticeBar = lazy(() => import("./notice-bar.tsx"));
const InputReport = lazy(() => import("./input-report.tsx"));
const CollectorSection = lazy(() => import("./collector.tsx"));

/** What natlens reads, in short; the page of all it understands has the rest. */
const reads: readonly string[] = [
  "iptables-save, iptables -S",
  "ipset save, list",
  "ipvsadm -S, -L",
  "ip addr, route, rule",
  "sysctl -a",
  "conntrack -L",
  "kube-proxy flags, config",
  "kubectl get svc, endpoints, nodes, pods",
  "tcpdump",
  "kernel LOG, TRACE",
];

/** First visit, and every later change of the input: two sides, the incident, the promise. */
export function Intake() {
  const t = useTexts();
  const actions = useActions();
  const hurts = useApp((state) => state.hurts);
  const full = useApp(
    (state) => state.inputs.length > 0 || state.drafts.healthy.trim() !== "" || state.drafts.broken.trim() !== "",
  );
  const noticed = useApp((state) => state.notice !== undefined || state.fromLink || state.unpacking.length > 0);
  const read = useApp((state) => state.read !== undefined);
  const comparing = useApp((state) => state.work.status === "running" && state.work.for === "verdict");
  const nothing = useApp(
    (state) => state.read !== undefined && Object.values(state.read.sides).every((side) => side.segments.length === 0),
  );
  const { over, ...dropping } = useDropping();
  return (
    <main className="min-h-0 flex-1 overflow-y-auto" {...dropping}>
      <div className="mx-auto w-full max-w-[1240px] px-5 pt-14 pb-16 max-md:px-4 max-md:pt-6">
        <div className="flex flex-wrap items-start justify-between gap-x-10 gap-y-4">
          <div className="min-w-0 flex-1 basis-96">
            <h1 className="text-display font-bold tracking-[-0.6px] max-md:text-[26px] max-md:leading-8">
              {t.intake.title}
            </h1>
            <p className="mt-1 text-[16px] leading-6 text-text-2">{t.intake.lead}</p>
          </div>
          <Examples primary={!full} />
        </div>
        {(noticed || full) && (
          <Suspense fallback={<div className="mt-5 h-8" />}>
            <NoticeBar />
          </Suspense>
        )}
        <div className={`grid gap-4 md:grid-cols-2 ${noticed || full ? "mt-2" : "mt-7"}`}>
          <SidePane side="healthy" over={over === "healthy"} />
          <SidePane side="broken" over={over === "broken"} />
        </div>
        <form
          className="mt-4 flex gap-3 max-md:flex-col"
          onSubmit={(event) => {
            event.preventDefault();
            void actions.compare();
          }}
        >
          <label className="flex min-h-10 min-w-0 flex-1 items-center rounded-md border border-line-3 bg-bg-1">
            <span className="shrink-0 border-r border-line-1 px-3.5 text-text-2">{t.intake.hurts}</span>
            <input
              value={hurts}
              onChange={(event) => actions.sayWhatHurts(event.target.value)}
              placeholder={t.intake.hurtsPlaceholder}
              className="h-10 min-w-0 flex-1 rounded-md bg-transparent px-3 placeholder:text-text-3"
            />
          </label>
          <button
            type="submit"
            className={`button min-h-10 px-5 ${full ? "button-primary" : ""}`}
            disabled={!full || comparing || nothing}
          >
            {t.intake.compare}
          </button>
        </form>
        {nothing && <p className="mt-2 text-text-2">{t.intake.notAnswered}</p>}
        {read && (
          <Suspense fallback={null}>
            <InputReport />
          </Suspense>
        )}
        <Below />
      </div>
    </main>
  );
}

/**
 * Files may be dropped anywhere: over a side they are its own, beside the sides they are of the nearer one, and where
 * the sides stand one below the other of the broken node.
 */
function useDropping() {
  const actions = useActions();
  const beside = useMedia(MIDDLE);
  const [over, setOver] = useState<SideName>();
  const leaving = useRef(0);
  const sideAt = (event: DragEvent): SideName => {
    const pane = (event.target as Element).closest<HTMLElement>("[data-pane]")?.dataset.pane;
    if (pane === "healthy" || pane === "broken") return pane;
    return beside && event.clientX > 0 && event.clientX < innerWidth / 2 ? "healthy" : "broken";
  };
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes("Files");
  return {
    over,
    onDragOver: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      clearTimeout(leaving.current);
      setOver(sideAt(event));
    },
    onDragLeave: () => {
      // leaving one element is mostly entering the next
      leaving.current = window.setTimeout(() => setOver(undefined), 80);
    },
    onDrop: (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      clearTimeout(leaving.current);
      setOver(undefined);
      const side = sideAt(event);
      void droppedFiles(event.dataTransfer).then((files) => {
        if (files.length > 0) actions.dropFiles(side, files);
      });
    },
  };
}

function Below() {
  const t = useTexts();
  const actions = useActions();
  return (
    <div className="mt-8 grid gap-x-4 gap-y-8 md:grid-cols-2">
      <div className="grid content-start gap-7">
        <Suspense fallback={<div className="h-52" />}>
          <CollectorSection />
        </Suspense>
        <section>
          <h2 className="text-heading font-bold">{t.intake.readsTitle}</h2>
          <ul className="mono mt-1.5 flex flex-wrap gap-x-5 gap-y-1 text-code text-text-2">
            {reads.map((says) => (
              <li key={says}>{says}</li>
            ))}
          </ul>
          <button type="button" className="button-link mt-1.5" onClick={() => actions.goTo({ page: "understood" })}>
            {t.intake.readsAll}
          </button>
        </section>
      </div>
      <div className="grid content-start gap-6">
        <Suspense fallback={<div className="h-24" />}>
          <Lessons />
        </Suspense>
        <section className="border-l-3 border-healthy pl-3">
          <h2 className="text-heading font-bold">{t.intake.privacy}</h2>
          <p className="text-text-2">{t.intake.privacySays}</p>
        </section>
      </div>
    </div>
  );
}
