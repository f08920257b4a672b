import { useEffect, useState } from "react";
import type { Collector } from "../../state/collector.ts";
import { Command, CopyButton } from "../kit/copy.tsx";
import { useActions, useSay, useTexts } from "../kit/store.tsx";
import { TabList } from "../kit/tab-list.tsx";

/** One script that prints everything, and the ways to run it. */
export default function CollectorSection() {
  const t = useTexts();
  const say = useSay();
  const { collector } = useActions();
  const [loaded, setLoaded] = useState<Collector>();
  const [chosen, setChosen] = useState("node");
  useEffect(() => {
    let gone = false;
    collector().then(
      (one) => {
        if (!gone) setLoaded(one);
      },
      () => undefined, // it is asked for again when the section is shown again
    );
    return () => {
      gone = true;
    };
  }, [collector]);
  const variant = loaded?.variants.find((one) => one.id === chosen);
  return (
    <section>
      <h2 className="text-heading font-bold">{t.collect.title}</h2>
      <p className="mt-1 text-text-2">{t.collect.says}</p>
      {loaded && variant ? (
        <>
          <div className="mt-2">
            <TabList
              label={t.collect.variants}
              id="collect"
              panel="collect-panel"
              tabs={loaded.variants.map((one) => ({ id: one.id, name: say(one.title) }))}
              chosen={chosen}
              onChoose={setChosen}
            />
          </div>
          <div role="tabpanel" id="collect-panel" aria-labelledby={`collect-${chosen}`} className="mt-2.5">
            <p className="flex flex-wrap items-baseline gap-x-3 text-text-2">
              {t.collect.withScript}
              <CopyButton text={variant.paste} label={t.collect.copyRun} />
            </p>
            <p className="mt-2.5 mb-1 flex flex-wrap items-baseline gap-x-3 text-text-2">
              {t.collect.saved}
              <CopyButton text={loaded.script} label={t.collect.copyScript} />
            </p>
            <Command text={variant.command} />
            <p className="mt-1.5 text-small text-text-2">{say(variant.note)}</p>
          </div>
          <details className="mt-2.5">
            <summary className="cursor-pointer text-text-2">{t.collect.gathers}</summary>
            <p className="mt-1 text-text-2">{t.collect.list}</p>
          </details>
        </>
      ) : (
        <div className="h-40" />
      )}
    </section>
  );
}
