import { useState } from "react";
import type { Finding } from "../../../analysis/view.ts";
import { Command } from "../kit/copy.tsx";
import { useSay, useTexts } from "../kit/store.tsx";

/** What to do: the durable way first, the immediate one a click away, and what does not help. */
export function FixPane({ finding }: { finding: Finding }) {
  const t = useTexts();
  const say = useSay();
  const config = finding.fix.find((fix) => fix.kind === "config");
  const command = finding.fix.find((fix) => fix.kind === "command");
  const [now, setNow] = useState(false);
  const fix = (now ? command : config) ?? config ?? command;
  const refuted = finding.refuted[0];
  if (!fix) return <div />;
  return (
    <div className="min-w-0 border-line-1 px-5 py-2 max-xl:border-t max-md:px-4 xl:border-l">
      <h2 className="text-small text-text-2">{fix.kind === "config" ? t.verdict.fixDurable : t.verdict.fixNow}</h2>
      <div className="mt-1.5">
        <Command text={fix.text} wrap={false} />
      </div>
      <div className="mt-1.5 text-small">
        {refuted && (
          <p>
            <b>{t.verdict.not}</b> <code className="mono">{refuted.text}</code>{" "}
            <span className="text-text-2">({t.outcome[refuted.outcome]})</span>
          </p>
        )}
        {config && command && (
          <button type="button" className="button-link" onClick={() => setNow(!now)}>
            {now ? t.verdict.durable : t.verdict.now}
          </button>
        )}
        <p className="said">{say(fix.says)}</p>
      </div>
    </div>
  );
}
