import { useEffect } from "react";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";
import { Workbench } from "./workbench.tsx";

/** A permalink: opened into the workbench, or explained where it cannot be opened. Never an empty page. */
export function LinkPage({ fragment }: { fragment: string }) {
  const t = useTexts();
  const { openLink } = useActions();
  const link = useApp((state) => state.link);
  const view = useApp((state) => state.view);
  useEffect(() => {
    void openLink(fragment);
  }, [openLink, fragment]);
  if (link?.status === "damaged") return <DamagedLink />;
  if (link?.status === "open" && view) return <Workbench />;
  return (
    <main className="mx-auto w-full max-w-160 px-6 py-16">
      <h1 className="text-verdict font-bold">{t.damaged.opening}</h1>
    </main>
  );
}

/** What is wrong with the link, and what to do. */
function DamagedLink() {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  const link = useApp((state) => state.link);
  return (
    <main className="mx-auto w-full max-w-160 px-6 py-16">
      <h1 className="text-verdict font-bold">{t.damaged.title}</h1>
      <p className="mt-2 text-lead text-text-2">{t.damaged.says}</p>
      {link?.status === "damaged" && (
        <p className="mt-4 text-lead">
          <b>{t.damaged.reason}: </b>
          {say(link.reason)}
        </p>
      )}
      <p className="mt-2 text-text-2">{t.damaged.advice}</p>
      <button type="button" className="button button-primary mt-6" onClick={() => actions.goTo({ page: "work" })}>
        {t.damaged.start}
      </button>
    </main>
  );
}
