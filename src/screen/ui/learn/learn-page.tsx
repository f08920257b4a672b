import { useEffect, useState } from "react";
import { DetailDrawer } from "../detail/detail-drawer.tsx";
import { DiagramPane } from "../diagram/pane.tsx";
import { Transport } from "../diagram/transport.tsx";
import { useActions, useApp, useTexts } from "../kit/store.tsx";
import { MIDDLE, useMedia } from "../kit/use-media.ts";
import { TextView } from "../text/text-view.tsx";
import { LessonText } from "./lesson-text.tsx";

/** A walkthrough: text at the left, the workbench beside it showing what the text speaks of. */
export function LearnPage({ slug, step }: { slug: string; step: number }) {
  const t = useTexts();
  const { openLesson } = useActions();
  const lesson = useApp((state) => state.lesson);
  /** What was looked for to the end: only then can it be said that it is not there. */
  const [looked, setLooked] = useState("");
  const main = useApp((state) => state.main);
  const middle = useMedia(MIDDLE);
  useEffect(() => {
    void openLesson(slug, step).finally(() => setLooked(slug));
  }, [openLesson, slug, step]);
  if (!lesson || lesson.walkthrough.slug !== slug)
    return (
      <main className="mx-auto w-full max-w-160 px-6 py-16">
        <h1 className="text-verdict font-bold">{looked === slug ? t.learn.unknown : t.diagram.loading}</h1>
      </main>
    );
  return (
    <main className="flex min-h-0 flex-1 max-md:flex-col">
      <LessonText lesson={lesson} />
      <section className="flex min-h-0 min-w-0 flex-1 flex-col border-line-1 max-md:border-t md:border-l">
        <div className="min-h-0 flex-1">{main === "text" ? <TextView /> : <DiagramPane />}</div>
        {main === "way" && <Transport />}
      </section>
      <DetailDrawer />
      {!middle && <div className="h-2" />}
    </main>
  );
}
