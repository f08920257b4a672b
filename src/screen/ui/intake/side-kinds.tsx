import type { SideName } from "../../../analysis/view.ts";
import { kindsOf } from "../kit/kinds.ts";
import { CoverageMark } from "../kit/marks.tsx";
import { useActions, useApp, useSay, useTexts } from "../kit/store.tsx";
import { SideOffers } from "./side-offers.tsx";

/** One chip for each kind of dump that was recognised, with counts and whether it is all there. */
export default function SideKinds({ side }: { side: SideName }) {
  const t = useTexts();
  const view = useApp((state) => state.read?.sides[side]);
  if (!view) return null;
  if (view.segments.length === 0) return <NothingRecognised />;
  return (
    <>
      <SideOffers side={side} view={view} />
      <ul aria-label={t.chips.sources} className="flex flex-wrap gap-1.5 border-t border-line-1 px-4 py-2.5">
        {kindsOf(view).map((kind) => (
          <Chip key={kind.format} kind={kind} />
        ))}
      </ul>
    </>
  );
}

function Chip({ kind }: { kind: ReturnType<typeof kindsOf>[number] }) {
  const t = useTexts();
  const say = useSay();
  const actions = useActions();
  return (
    <li>
      <button
        type="button"
        onClick={() => actions.openText({ source: kind.at.source, line: kind.line })}
        className="flex min-h-[22px] items-center gap-1.5 rounded bg-bg-2 px-2 text-left text-small text-text-2 hover:text-text-1"
      >
        <CoverageMark partial={kind.partial} />
        <span className="text-text-1">{say(kind.title)}</span>
        {kind.counts.map((count) => (
          <span key={count.of.en} className="text-text-3">
            {count.n} {say(count.of)}
          </span>
        ))}
        <span className={kind.partial ? "text-text-2" : "said"}>{kind.partial ? t.input.part : t.input.whole}</span>
      </button>
    </li>
  );
}

function NothingRecognised() {
  const t = useTexts();
  const actions = useActions();
  return (
    <div className="border-t border-line-1 px-4 py-3" role="status">
      <p className="font-bold">{t.input.nothingTitle}</p>
      <p className="text-text-2">
        {t.input.nothingSays}{" "}
        <button type="button" className="button-link underline" onClick={() => actions.goTo({ page: "understood" })}>
          {t.intake.readsAll}
        </button>
      </p>
    </div>
  );
}
